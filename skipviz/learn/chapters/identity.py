"""Chapter 4: the +1 is a matrix."""

from skipviz.learn.cases import Case, chain
from skipviz.learn.chapter import Chapter, Measurement, Section
from skipviz.network import Network

_SPLITS = "skipviz.learn.measures.splits"
_START = "skipviz.learn.measures.start:gradients"


def _joined(join: str) -> Network:
    net = chain(40, "sigmoid", "xavier")
    for k in range(1, 38, 2):
        net = net.add_skip(k, k + 2, join=join)
    return net


_JOINS = (
    Case("after the activation", _joined("output"), "skip"),
    Case("inside the activation", _joined("preactivation")),
    Case("without", chain(40, "sigmoid", "xavier"), "plain"),
)
_BLOCKS = (
    Case("tanh", chain(33, "tanh", "xavier", step=1), ""),
    Case("ReLU, He", chain(33, "relu", "he", step=1), ""),
    Case("sigmoid", chain(33, "sigmoid", "xavier", step=1), "skip"),
)

CHAPTER = Chapter(
    "identity",
    "The +1 is a matrix",
    "“The derivative is F′ + 1, so the gradient cannot vanish” is nearly right. What is missing?",
    (
        Section(
            "cancel",
            "I, not 1",
            r"""
From $y = F(x) + x$ follows $\partial y / \partial x = J + I$, where $J$ is the [[Jacobian]] of
$F$ and $I$ the [[identity matrix]]. Many texts write $F' + 1$ and conclude: even if $F'$ is
nearly zero there remains 1, so the gradient is never lost.

For $F'$ nearly zero that is right. But $F'$ is a matrix and may have any size and direction. If it
points against the identity, both cancel. With $J = -I$ nothing is left at all: $\delta(J + I) =
0$. The chart sets the weights of one linear branch to $-c$ on the diagonal and measures what
arrives below. Between $c = 0$ and $\tfrac12$ the gradient is longer with the skip than the branch
alone would pass on; beyond, it is shorter; at $c = 1$ it is exactly zero.
""",
            Measurement(f"{_SPLITS}:cancelling"),
        ),
        Section(
            "angle",
            "What it is like at these skips",
            r"""
How likely is that? At each skip $p \to q$ of the network at hand, the gradient at $s_p$ is split
exactly into what came down the skip and all the rest. The [[cosine]] of the angle between the two
is 1 when they point the same way, 0 at right angles, $-1$ when they oppose each other. With the
[[criterion R]] one sees at a glance whether the skip makes the gradient longer: it does exactly
where $R > -\tfrac12$.

In wide layers with random weights both terms are nearly at right angles, so their squares add up,
and cancelling is rare. Training changes that: nothing keeps it from learning a branch that takes
away part of what the skip brings. The Playground shows the same split live.
""",
            Measurement(f"{_SPLITS}:angles", at_hand=True),
        ),
        Section(
            "product",
            "Many blocks: a product again",
            r"""
With $L$ blocks the gradient at the bottom is

$$
\delta\,(I + J_L)(I + J_{L-1}) \cdots (I + J_1).
$$

Multiplied out, this is a sum over $2^L$ [[path|paths]], one of which is the bare $\delta$. It is
still a product, and products grow. If every $J_l$ is small, the factors stay near the identity
and the gradient hardly changes over 32 blocks. If every block adds as much as it receives, the
norm grows by about $\sqrt 2$ per block or more. The curves show three activations in otherwise
equal networks, before any training. Skips turn vanishing into a matter of how strong the branches
are; they do not make it impossible for gradients to explode.
""",
            Measurement(_START, {"cases": _BLOCKS}),
            "on request",
        ),
        Section(
            "clean",
            "The +I needs a clean path",
            r"""
The identity appears only if nothing stands after the addition. Let the skip [[join]] inside the
activation, $s_q = a(z_q + s_p)$ as in the first [[ResNet]], and every block multiplies the whole
sum by the slopes $a'$:

$$
\frac{\partial s_q}{\partial s_p} = A_q\,(J + I), \quad A_q = \operatorname{diag}(a').
$$

For ReLU the slopes are 0 or 1, so half of the way stays open and 40 layers still train. For a
[[saturated]] activation such as the sigmoid the slope is at most a quarter, and 19 skips in a row
let through at most $4^{-19}$. The chart compares both places in 40 sigmoid layers. A
[[clean path]] is why [[pre-activation]] networks move the activation into the branch.
""",
            Measurement(_START, {"cases": _JOINS}),
            playground=(_joined("output"), "digits"),
        ),
    ),
)
