"""Chapter 8: skips that go back."""

from skipviz import presets
from skipviz.language import N_
from skipviz.measures.requests import FeedbackGains, FixedPoint, GradientOverTime, LossAfterSteps
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.teaching.chapter import Chapter, Section

CHAPTER = Chapter(
    "feedback",
    N_("Feedback skips"),
    N_(
        "A skip from a later layer to an earlier one closes a loop. It has a meaning with time, or "
        "as a fixed point."
    ),
    (
        Section(
            "meaning",
            N_("What a backward skip can mean"),
            N_(r"""
One text on skips names a “backward skip connection” and leaves its section empty. Let us fill it.
A skip from $q$ back to $p \le q$ asks for the state of a layer that has not been computed yet. So
it is defined with a delay, or as a fixed point (below). With a delay the chain runs for
[[time step|time steps]] $t = 1, \dots, T$ on the same input, and a [[feedback skip]] carries the
state of the step before,

$$
z_p^t = W_p\, s_{p-1}^t + b_p + U s_q^{t-1}, \quad s_q^0 = 0.
$$

For $p = q$ this is a connection within one layer. The loop makes the network a recurrent one.
In the first step nothing comes back: with $T = 1$ such a skip would change no state, and the
gradient of its weights $U$ is exactly zero. Only what does not need a state acts at once: a
[[gated]] skip multiplies the layer by its gate, $\sigma(c)$, though it has nothing to carry, a
[[branch scale]] by its factor, and a bias of the skip is added.
"""),
            LossAfterSteps(),
            playground=(presets.load("feedback"), "digits"),
        ),
        Section(
            "bptt",
            N_("The gradient goes back in time"),
            N_(r"""
[[Backpropagation through time]] follows the loop. With the columns $g_k^t = \partial L / \partial
s_k^t$ and the slopes $D_k^t$ of the activations, from $t = T$ down to 1 and from the last layer
down to the first:

$$
\begin{aligned}
g_{k-1}^t &= W_k^{\top} D_k^t\, g_k^t, \\
g_q^t &= W_{q+1}^{\top} D_{q+1}^t\, g_{q+1}^t + U^{\top} D_p^{t+1} g_p^{t+1}, \\
\frac{\partial L}{\partial U} &= \sum_{t=2}^{T} D_p^t\, g_p^t\, \big(s_q^{t-1}\big)^{\top}.
\end{aligned}
$$

The second term in the middle line is what the feedback skip brings, from one step later; it is
missing at $t = T$. The map shows the size of $g_k^t$ for every layer and every step: bright at
the end, where the loss is, and along the loop from layer 3 to layer 2 backwards.
"""),
            GradientOverTime(presets.load("feedback")),
        ),
        Section(
            "factor",
            N_("Vanishing and exploding again, in time"),
            N_(r"""
From step $t$ to step $t - 1$ the gradient at $q$ is multiplied by

$$
M_t = \big[D_q W_q \cdots D_{p+1} W_{p+1}\big]^t\, D_p^t\, U ,
$$

so over $s$ steps by a product of $s$ such matrices. Where the feedback has a matrix $U$ or leads
past layers, $p < q$, there is no $+I$ in it: the skip opens no free way, it is a loop with weights.
Small ones make the gradient vanish within a few steps, large ones let it explode, as in every
recurrent network. The curves show both for four sizes of $U$.

The free way is a layer that [[add|adds]] its own state at its output, $s_q^t = h_q^t + s_q^{t-1}$.
This update is residual *in time*: $M_t = I$ exactly, and the last curve is flat. It is the idea
behind the cell of an LSTM. But within one pass no feedback skip hands gradient to an early layer:
that is what forward skips do.
"""),
            FeedbackGains((0.3, 0.9, 1.5, 3.0)),
        ),
        Section(
            "fixed-point",
            N_("Without a delay: a fixed point"),
            N_(r"""
Let the loop run on the same input until its states no longer change. If the loop is a contraction,
it ends in one fixed point, whatever it started from, and that may be called the state of a network
with a cycle. Its gradient needs no unrolling. With the column $v = \partial L / \partial s_q$ at
the last step and the matrix $M$ of the section above, all steps back bring

$$
v^{\top} + v^{\top} M + v^{\top} M^2 + \dots = v^{\top} (I - M)^{-1},
$$

one linear equation, made of the fixed point alone. That is recurrent backpropagation (Almeida 1987,
Pineda 1987) and the gradient of deep equilibrium models (Bai and others 2019). Measured here: how
far the equation is from 200 unrolled steps, and what is lost when the sum is cut short.
"""),
            FixedPoint(),
        ),
        Section(
            "same-layer",
            N_("A connection within one layer"),
            N_(r"""
One text says that a skip can connect “within the same layer”. With the delay this has a meaning:
$p = q$, the layer reads its own state of the step before,

$$
z_q^t = W_q\, s_{q-1}^t + b_q + U s_q^{t-1},
$$

which is the recurrent layer of Elman (1990). Without a delay there is nothing a layer could skip.
Here it runs for ten time steps, on digits that stay the same at every step. The arm without the
skip computes the same thing ten times, so the difference is what the loop is worth here: little,
because the input holds all there is to know at once. Feedback pays where the input is a sequence.
"""),
            Training(presets.load("same_layer"), Settings(steps=40)),
            "on request",
            playground=(presets.load("same_layer"), "digits"),
            views=("weight_gradient", "training"),
        ),
    ),
)
