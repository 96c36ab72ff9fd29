"""Chapter 3: one skip p -> q, in the equations of your network, with its numbers."""

from skipviz import presets
from skipviz.language import N_
from skipviz.measures.requests import (
    SkipAgainstNone,
    SkipAndWeights,
    SkipBackward,
    SkipCriterion,
    SkipForward,
)
from skipviz.teaching.chapter import Chapter, Section

_EXAMPLE = (presets.load("forward_skip"), "digits")

CHAPTER = Chapter(
    "forward",
    N_("The forward skip p → q"),
    N_(
        "The equations of one skip, written for your network, with its own numbers in them; "
        "and a statement about its gradient that is often made, put to the test."
    ),
    (
        Section(
            "forward-pass",
            N_("What the skip adds to the signal"),
            N_(r"""
Layer $k$ makes $h_k$ of $s_{k-1}$; a dense one $h_k = a_k(w_k s_{k-1} + b_k)$. A [[skip]] from $p$
to $q$ reads the [[state]] $s_p$ and [[add|adds]] it to what layer $q$ has made,

$$
s_q = h_q + s_p,
$$

and layer $q + 1$ reads the sum. A layer at which no skip ends hands on $s_k = h_k$; where several
end, they all join the sum. For it to make sense $s_p$ and $h_q$ must have the same shape;
[a later chapter](?chapter=projection) is about what to do when they do not.

Up to $h_q$ the network computes the same numbers with the skip and without it. Everything after
$q$ reads another input and so has other values. Keep this in mind: it decides what can be said
about the gradient.
"""),
            SkipForward,
            equations=("Forward pass", "Symbols"),
            playground=_EXAMPLE,
        ),
        Section(
            "gradient",
            N_("What the skip adds to the gradient"),
            N_(r"""
Write $\delta = \partial L / \partial s_q$ for the gradient that arrives at the sum, as a row,
$J = \partial h_q / \partial s_p$ for the [[Jacobian]] of the layers in between and
$J_k = \partial s_p / \partial s_k$ for what lies below $p$. The chain rule gives

$$
\frac{\partial L}{\partial s_k} = \begin{cases}
\delta\,\dfrac{\partial h_q}{\partial s_k} & p < k < q,\\[2ex]
\delta\,(J + I)\,J_k & k \le p.
\end{cases}
$$

So at and below $p$ the gradient is a sum of two vectors: $\delta J J_k$ came through the layers,
the increment $\delta J_k$ through the skip. Here $I$ is the [[identity matrix]], not the number
1, and the order of the factors matters. This is for one skip. Others that lead past $p$ or $q$, or
into $q$ as well, add terms of their own: those that come down to $s_p$ are counted with the first
of the two.

The tutorial quoted in the next section writes $\partial s_q / \partial h_p$ for all of $J + I$,
though the sum $s_q = h_q + h_p$ by itself has the partial derivative $I$. And it numbers weights by
what they read: its $w_p$, in $h_{p+1} = a_p(w_p h_p)$, is $w_{p+1}$ here.
"""),
            SkipBackward,
            equations=(
                "Gradient through each skip",
                "Gradients of the states",
                "Gradients of the weights",
                "Partial derivatives",
            ),
        ),
        Section(
            "unchanged",
            N_("“Layers p + 1 to N stay unchanged”"),
            N_(r"""
A tutorial concludes from these equations: compared with the network without the skip, the
gradients of layers $p+1, \dots, N$ stay unchanged and those of layers $1, \dots, p$ become larger
by the increment. Is that so?

The formulas of both networks look alike above $p$, but they are evaluated at different values,
because everything after $q$ reads another input. Write $\delta_0$ for the gradient at $q$
without the skip. The statement holds where $\delta = \delta_0$: if all that follows $q$ is linear
and so is the loss; or in the [[gradient only]] [[arm]], $s_q = h_q + s_p - \mathrm{stopgrad}(s_p)$,
which keeps every forward value. There it is exact, to the last bit: as long as $\delta = \delta_0$
the increment is $\delta_0 J_k$, and above $p$ there is none. For a real skip with a nonlinear loss,
all layers change.
"""),
            SkipAgainstNone,
        ),
        Section(
            "larger",
            N_("“Layers 1 to p become larger”"),
            N_(r"""
The increment is a vector. A sum can be shorter than one of its terms. For a given $\delta$,

$$
\lVert \delta (J + I) \rVert^2 - \lVert \delta J \rVert^2 = \lVert \delta \rVert^2\,(1 + 2R)
$$

with

$$
R = \frac{\langle \delta J, \delta \rangle}{\lVert \delta \rVert^2},
$$

so the gradient at layer $p$ gets longer exactly where the [[criterion R]] is above $-\tfrac12$. A
weak $J$, which stretches no vector to more than half its length, is always on the safe side. With
strong random weights $J$ may turn $\delta$ anywhere, and the skip shortens the gradient in some of
the networks.

Each dot is one random network and one digit. Below $p$ the increment passes through $J_k$ as
well, and a real skip changes $\delta$ too: so the share at layer 1 is counted, not derived.
"""),
            SkipCriterion(),
        ),
        Section(
            "weights",
            N_("The weights see more than the states"),
            N_(r"""
The update uses the [[gradient of the weights]],

$$
\frac{\partial L}{\partial w_k} = \left(\frac{\partial L}{\partial z_k}\right)^{\!\top}
s_{k-1}^{\top}, \quad z_k = w_k s_{k-1} + b_k,
$$

a product of two things: the gradient that arrives from above and the state that comes from
below. A skip that leaves the first as it is still changes the second for every layer after $q$.

Eight linear layers show this in the purest form. The [[gradient of a state]] is exactly the same
above $p$, with the skip and without. Yet the gradient of the weights stays the same only for the
layers between the two ends, $p + 1$ to $q$. When a chart says “gradient”, ask which of the two.
"""),
            SkipAndWeights(),
        ),
    ),
)
