"""Chapter 4: the +1 is a matrix."""

from skipviz import presets
from skipviz.language import N_, _
from skipviz.measures.cases import Case, chain
from skipviz.measures.requests import CancellingBranch, GradientAsSum, SkipAngles, StartGradients
from skipviz.network import Network
from skipviz.network.styles import Activation
from skipviz.teaching.chapter import Chapter, Section


def _joined(join: str, activation: Activation = "sigmoid") -> Network:
    net = chain(40, activation, "xavier")
    for k in range(1, 38, 2):
        net = net.add_skip(k, k + 2, join=join)
    return net


_JOINS = (
    Case(_("sigmoid, joined after it"), _joined("output"), "skip"),
    Case(_("sigmoid, joined inside"), _joined("preactivation")),
    Case(_("tanh, joined inside"), _joined("preactivation", "tanh")),
    Case(_("ReLU, joined inside"), _joined("preactivation", "relu")),
    Case(_("sigmoid, without"), chain(40, "sigmoid", "xavier"), "plain"),
)
_FORMS = (
    Case(_("pre-activation"), presets.load("preactivation"), "skip"),
    Case(_("post-activation"), presets.load("postactivation")),
)
_BLOCKS = (
    Case("tanh", chain(33, "tanh", "xavier", step=1), ""),
    Case("ReLU, He", chain(33, "relu", "he", step=1), ""),
    Case("sigmoid", chain(33, "sigmoid", "xavier", step=1), "skip"),
)

CHAPTER = Chapter(
    "identity",
    N_("The +1 is a matrix"),
    N_(
        "“The derivative is F′ + 1, so the gradient cannot vanish” is nearly right. What is "
        "missing?"
    ),
    (
        Section(
            "cancel",
            N_("I, not 1"),
            N_(r"""
From $y = F(x) + x$ follows $\partial y / \partial x = J + I$, where $J$ is the [[Jacobian]] of
$F$ and $I$ the [[identity matrix]]. Many texts write $F' + 1$ and conclude: even if $F'$ is
nearly zero there remains 1, so the gradient is never lost.

For $F'$ nearly zero that is right. But $F'$ is a matrix and may have any size and direction. If it
points against the identity, both cancel. With $J = -I$ nothing is left at all: $\delta(J + I) =
0$. The chart sets the weights of one linear branch to $-c$ on the diagonal and measures what
arrives below. Between $c = 0$ and $\tfrac12$ the gradient is longer with the skip than the branch
alone would pass on; beyond, it is shorter; at $c = 1$ it is exactly zero.
"""),
            CancellingBranch(),
        ),
        Section(
            "angle",
            N_("What it is like at these skips"),
            N_(r"""
How likely is that? At each skip $p \to q$ of your network, the gradient at $s_p$ is split
exactly into what came down the skip and all the rest. The [[cosine]] of the angle between the two
is 1 when they point the same way, 0 at right angles, $-1$ when they oppose each other. With the
[[criterion R]] one sees at a glance whether with the skip's part the gradient is longer than the
rest alone: exactly where $R > -\tfrac12$.

In wide layers with random weights both terms are nearly at right angles, so their squares add up,
and cancelling is rare. Training changes that: nothing keeps it from learning a branch that takes
away part of what the skip brings. The Playground shows the same split live.
"""),
            SkipAngles,
        ),
        Section(
            "product",
            N_("Many blocks: a product again"),
            N_(r"""
With $L$ blocks the gradient at the bottom is

$$
\delta\,(I + J_L)(I + J_{L-1}) \cdots (I + J_1).
$$

Multiplied out, this is a sum over $2^L$ [[path|paths]], one of which is the bare $\delta$. It is
still a product, and products may grow. If every $J_l$ is small, as with the sigmoid, the factors
stay near the identity and the gradient hardly changes over 32 blocks. If every block adds as much
as it receives, the norm grows by about $\sqrt 2$ per block or more. The curves show three
activations, each with first weights that suit it, in otherwise equal networks before any training.
Skips turn vanishing into a matter of how strong the branches are; they do not make it impossible
for gradients to explode.
"""),
            StartGradients(_BLOCKS),
            "on request",
        ),
        Section(
            "sum",
            N_("The same as a sum"),
            N_(r"""
Blocks $x_{l+1} = x_l + F_l(x_l)$ add up to $x_m = x_l + \sum_{i=l}^{m-1} F_i(x_i)$. So (He and
others 2016, equation 5, which writes 1 for $I$)

$$
\frac{\partial L}{\partial x_l} = \frac{\partial L}{\partial x_m}
\Big(I + \frac{\partial}{\partial x_l} \sum_{i=l}^{m-1} F_i(x_i)\Big).
$$

One term arrives at every block as it left the last one. The other may have any size and direction,
so the sum may still be small. The formula needs shortcuts that are the identity and nothing after
the sum. It holds inside a stage of a [[pre-activation]] network: not across a [[projection]], and
not in the first [[ResNet]], where a ReLU stands after every sum.

Both sides are computed here for twenty blocks of each of the two kinds, with every $F_i$ worked out
by itself from the state it reads.
"""),
            GradientAsSum(_FORMS),
            playground=(_FORMS[0].network, "digits"),
        ),
        Section(
            "clean",
            N_("The +I needs a clean path"),
            N_(r"""
The identity appears only if nothing stands after the addition. Let the skip [[join]] inside the
activation, $s_q = a(z_q + s_p)$ as in the first [[ResNet]], and every block multiplies the whole
sum by the slopes $a'$:

$$
\frac{\partial s_q}{\partial s_p} = A_q\,(J + I), \quad A_q = \operatorname{diag}(a').
$$

How much that takes away depends on the slopes. Those of the sigmoid are a quarter at most, so the
way over all 19 skips of the chart lets through $4^{-19} \approx 4 \cdot 10^{-12}$ or less. The
slope of tanh is 1 at zero and falls to both sides; that of ReLU is 1 where the sum is positive and
0 elsewhere. In 40 layers of these the gradient arrives, with the same skips joined at the same
place, though no longer through an identity. A [[clean path]] is why [[pre-activation]] networks
move the activation into the branch.
"""),
            StartGradients(_JOINS),
            playground=(_joined("output"), "digits"),
        ),
    ),
)
