"""Chapter 2: a product of many factors."""

from skipviz import presets
from skipviz.language import N_, _
from skipviz.measures.cases import Case, chain, residual
from skipviz.measures.requests import StartGradients
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.teaching.chapter import Chapter, Section

_DEEP = 30

_FACTORS = (
    Case("sigmoid", chain(_DEEP, "sigmoid", "xavier"), "plain"),
    Case("ReLU, Xavier", chain(_DEEP, "relu", "xavier")),
    Case(_("tanh, gain 0.9"), chain(_DEEP, "tanh", "xavier", 0.9)),
    Case(_("tanh, gain 1.5"), chain(_DEEP, "tanh", "xavier", 1.5)),
)
_GROWTH = (
    Case("s + W relu(s)", residual(_DEEP, "relu", "he", 128), ""),
    Case(
        "s + W relu(s) / √L",
        residual(_DEEP, "relu", "he", 128, branch_scale=_DEEP**-0.5),
        "skip",
    ),
    Case(_("without"), chain(_DEEP + 1, "relu", "he", width=128), "plain"),
)

CHAPTER = Chapter(
    "vanishing",
    N_("Vanishing and exploding"),
    N_("Why depth alone makes a gradient disappear or blow up, and what skips change."),
    (
        Section(
            "product",
            N_("A product of many factors"),
            N_(r"""
[[backpropagation|Backpropagation]] carries the gradient from the loss to the input layer by
layer. In a [[chain]] without skips each layer multiplies it by a
[[Jacobian]]:

$$
\frac{\partial L}{\partial s_{k}} = \frac{\partial L}{\partial s_{N}}\,
\frac{\partial s_N}{\partial s_{N-1}} \cdots \frac{\partial s_{k+1}}{\partial s_k}.
$$

If a typical factor shrinks a vector to a quarter, thirty layers shrink it to $4^{-30} \approx
9\cdot10^{-19}$: the gradient [[vanishing gradient|vanishes]]. If it stretches a vector by a tenth,
thirty layers make it 17 times longer: it [[exploding gradient|explodes]]. The factor depends on
the [[activation]] and on the size of the first weights, so both can happen to the same drawing.
"""),
            StartGradients(_FACTORS),
        ),
        Section(
            "with-skips",
            N_("The same network, with skips and without"),
            N_(r"""
Here are 40 ReLU layers of 64 units as PyTorch initialises them. Two [[arm|arms]] start from the
same weights and see the same batches; one has a [[skip]] over every two layers, the other has
none. Without skips, the first layer receives a gradient about fourteen powers of ten smaller than
the last one, and its weights stay where they were. With skips there is a route on which the
gradient is not multiplied at all, and the first layer starts with about a quarter of what the last
one receives.

The network here trains while you look. Watch the loss: an arm whose first layers receive next to
nothing can still adjust its last ones, but that is not enough to learn the digits.
"""),
            Training(
                presets.load("default"),
                Settings(steps=60),
            ),
            playground=(presets.load("default"), "digits"),
            views=("weight_gradient", "training"),
        ),
        Section(
            "exploding",
            N_("A skip is no guarantee"),
            N_(r"""
With identity skips around $L$ ReLU branches and [[He initialisation]], each block adds as much as
it receives. The squared norm doubles per block, forward and backward, so the gradient grows like
$2^{L/2}$. Thirty blocks give a factor of about $3\cdot10^4$: an explosion made by the skips.

Shrinking each [[branch]] to $1/\sqrt{L}$ of its size keeps the growth near
$(1 + 1/L)^{L/2} < \sqrt{e} \approx 1.65$ for any depth. [[Batch norm]] inside the branch,
[[SkipInit]] or [[ReZero]] do the same job in other ways. What one wants is a factor close to 1
per block, not as large a gradient as possible.
"""),
            StartGradients(_GROWTH),
            playground=(residual(_DEEP, "relu", "he", 64), "digits"),
        ),
    ),
)
