"""Chapter 1: y = F(x) + x."""

from skipviz import presets
from skipviz.language import N_
from skipviz.measures.requests import GradientShares
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.teaching.chapter import Chapter, Section

_SMALL = Network.mlp(12, 32, skips=tuple((k, k + 2) for k in range(1, 11, 2)))
_TWO_BRANCH = presets.load("two_branch")

CHAPTER = Chapter(
    "what",
    N_("What a skip connection is"),
    N_("A second way for the signal: past some layers, and back into the chain behind them."),
    (
        Section(
            "formula",
            N_("y = F(x) + x"),
            N_(r"""
In a plain [[chain]] every [[layer]] reads only what the layer before it made. A [[skip|skip
connection]] is a second way: it takes the [[state]] of an early layer past the layers in between
and joins it to the state of a later one. In its simplest form, with $F$ for the layers it passes,

$$
y = F(x) + x.
$$

The addition costs no [[parameters]]. It changes two things at once. Forward, the later layer sees
the early state itself and not only what the layers made of it. Backward, the [[gradient]] has a
way down on which it is not multiplied by anything. The chart shows the forward half, in a network
of twelve layers before any training: without skips the signal fades within the first few layers;
with them most of it is still there at the end.
"""),
            Training(_SMALL, Settings(steps=0)),
            playground=(_SMALL, "digits"),
            views=("state_rms",),
        ),
        Section(
            "gradient",
            N_("The way back"),
            N_(r"""
The same network, now with the backward half. The curves show how large the gradient of each
layer's weights is, of which the update is made. One [[arm]] has the skips, another does not, and
all start from the same weights and see the same [[batch|batches]].

Two further arms take the two halves apart. In [[gradient only]] the skips carry nothing forward,
but the gradient comes down through them. In [[forward only]] it is the other way round. Watch
which of them keeps the first layers alive, and which of them learns: a gradient that does not
belong to the function being computed is not a substitute for the real one.
"""),
            Training(
                _SMALL,
                Settings(arms=("skip", "plain", "gradient_only", "forward_only"), steps=60),
            ),
            playground=(_SMALL, "digits"),
            views=("weight_gradient", "training"),
        ),
        Section(
            "branches",
            N_("When the second way is not the identity"),
            N_(r"""
Some texts draw the skip as a layer of its own:

$$
y = f(W_1 x + b_1) + f\big(W_2 (W_3 x + b_3) + b_2\big).
$$

The gradient of such a sum is the sum of the gradients of its two terms, as for any sum. But the
first term is not $x$: it has weights and an [[activation]], so the way through it multiplies the
gradient by $f'\,W_1$. It is a short way, not a free one. We call it a [[projection]] to keep the
two apart; an [[identity skip]] adds the state as it is.

The table splits the gradient at the input of this very network into what came down each of the
two ways. The [[signed share|shares]] add up to one.
"""),
            GradientShares(network=_TWO_BRANCH, data="digits"),
            playground=(_TWO_BRANCH, "digits"),
        ),
    ),
)
