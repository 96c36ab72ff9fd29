"""Chapter 5: which skips are residual connections."""

from skipviz import presets
from skipviz.language import N_, _
from skipviz.measures.cases import Case, chain
from skipviz.measures.requests import BranchSizes, IdentityTask, StartGradients
from skipviz.settings import Settings
from skipviz.teaching.chapter import Chapter, Section

_BLOCKS = presets.load("preactivation")
_DEPTH = 21
_KINDS = (
    Case(_("add"), chain(_DEPTH, "tanh", "xavier", step=2), "skip"),
    Case(_("gated"), chain(_DEPTH, "tanh", "xavier", step=2, kind="gated")),
    Case(_("projection"), chain(_DEPTH, "tanh", "xavier", step=2, kind="projection")),
    Case(_("concat"), chain(_DEPTH, "tanh", "xavier", step=2, kind="concat")),
    Case(_("without"), chain(_DEPTH, "tanh", "xavier"), "plain"),
)
_WAYS = (
    Settings(steps=200, seeds=3, learning_rate=0.1),
    Settings(steps=200, seeds=3, learning_rate=0.01, optimizer="adam"),
)

CHAPTER = Chapter(
    "residual",
    N_("Residual against skip"),
    N_("Every residual connection is a skip. Not every skip is a residual connection."),
    (
        Section(
            "residual",
            N_("The branch learns the difference"),
            N_(r"""
A [[residual connection]] adds the input of a [[branch]] to its output, $y = F(x) + x$. So the
branch does not have to produce $y$: it learns what is missing, $F(x) = y - x$, the residual. Where
the best a block can do is to leave $x$ alone, it only has to learn zero. He and others (2015)
suppose that this is easier than to fit the identity with several nonlinear layers; the next section
puts it to the test.

Nothing is subtracted anywhere, although some texts say that such a block “outputs the current
feature map minus the previous one”. The difference is what the branch *computes*; what the block
hands on is the sum. The chart measures both in 20 [[pre-activation]] blocks while they train: how
large what a branch adds is, compared with what comes past it. By and large, the deeper the block,
the smaller its part.
"""),
            BranchSizes(network=_BLOCKS, settings=Settings(steps=60)),
            playground=(_BLOCKS, "digits"),
        ),
        Section(
            "identity-task",
            N_("Is the identity hard to learn?"),
            N_(r"""
The authors of the [[ResNet]] call it a hypothesis, and so it is one: layers that can represent the
identity may still not find it. Nothing is easier to ask. Take random vectors $x$, let the target be
$y = x$, and train blocks of two tanh layers each, with a [[skip]] around every block and without.
A small input passes tanh nearly unchanged, so without skips the identity can be represented as
closely as one likes.

The bars show the error that is left; 1 is the error of answering the mean. In two layers the
skips help with one optimizer and not with the other. In ten and in twenty layers the plain ones
stay far from the identity with both. Note what this does *not* show: that a real task wants
blocks near the identity. The section above measures how near they are.
"""),
            IdentityTask(blocks=(1, 5, 10), ways=_WAYS),
            "on request",
        ),
        Section(
            "kinds",
            N_("Skips that are not residual"),
            N_(r"""
A [[skip]] is any connection past some layers. What happens where it joins makes the difference:

- [[add]]: $h_q + s_p$. Only this kind, around the very branch that reads $s_p$, is residual.
- [[gated]]: $T h_q + (1 - T)\, s_p$ with a learned gate $T$ ([[highway network|highway networks]]).
- [[projection]]: $h_q + W s_p$, for states of different shapes.
- [[concat]]: $[h_q, s_p]$, both side by side ([[DenseNet]], [[U-Net]]). Nothing is added, and the
  gradient comes back to $s_p$ through the weights of the layer that reads both.

The purposes differ too. In a U-Net a long skip brings back the detail that the small images in
the middle have lost. The chart draws each of these four kinds into the same chain of 21 tanh
layers, at the first weights.
"""),
            StartGradients(_KINDS),
            playground=(chain(_DEPTH, "tanh", "xavier", step=2, kind="gated"), "digits"),
        ),
    ),
)
