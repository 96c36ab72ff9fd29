"""Chapter 9: two different errors of deep networks."""

from skipviz.language import N_, _
from skipviz.measures.cases import Case, chain
from skipviz.measures.requests import LossesByRate, StartGradients, TrainingLosses
from skipviz.settings import Settings
from skipviz.teaching.chapter import Chapter, Section

_TANH = (
    Case(_("4 layers, no skips"), chain(4, "tanh", "xavier")),
    Case(_("40 layers, no skips"), chain(40, "tanh", "xavier"), "plain"),
    Case(_("40 layers, skips"), chain(40, "tanh", "xavier", step=2), "skip"),
)
_NORMED = (
    Case(_("no skips"), chain(40, "relu", "he", width=64, norm="batch"), "plain"),
    Case(_("skips"), chain(40, "relu", "he", width=64, step=2, norm="batch"), "skip"),
)
_DEEP = _TANH[1:]

CHAPTER = Chapter(
    "degradation",
    N_("Degradation is not vanishing"),
    N_(
        "A deep network can have gradients of a healthy size and still learn worse than a shallow "
        "one."
    ),
    (
        Section(
            "healthy",
            N_("Gradients of a healthy size"),
            N_(r"""
“Skip connections were invented against vanishing gradients” is a common sentence and not what the
[[ResNet]] paper says. He and others (2015) report that with [[batch norm]] the gradients of their
plain networks had healthy norms, and conclude that vanishing is unlikely to be the reason for
what they saw: [[degradation]]. A deeper network had a higher *training* [[loss]] than a shallower
one, although it could represent the same functions.

Here is a small case of it. In forty tanh layers with [[Xavier initialisation]] the gradients of the
first and of the last layer differ by less than a factor of ten. Nothing vanishes. The next section
trains these very networks.
"""),
            StartGradients(_TANH),
            playground=(_TANH[2].network, "digits"),
        ),
        Section(
            "loss",
            N_("And yet the deep one learns worse"),
            N_(r"""
The same three networks are trained with the same settings and three [[seed|seeds]]. Look at the
*training* loss first, for that is what defines [[degradation]]. If the deep plain network did well
in training and badly on the test split, it would be [[overfitting]]; but it does badly on what it
is trained on.

With skips the 40 layers reach the training loss of the shallow network or a lower one. The number
of [[parameters]] is the same with and without: identity skips have none. So what helps is not
capacity, and here not the size of the gradient either, but how easily the network is optimised.
Near the identity a small step does a small thing.
"""),
            TrainingLosses(cases=_TANH, settings=Settings(steps=150, seeds=3)),
            playground=(_TANH[2].network, "digits"),
        ),
        Section(
            "rate",
            N_("Never trust a single learning rate"),
            N_(r"""
Is the plain network hopeless, or only badly tuned? The bars train both 40-layer networks with four
[[learning rate|learning rates]]. With smaller steps the plain network recovers much of what it
lost. So the honest sentence is: with skips the network trains over a wider range of learning
rates, and to a lower training loss. A comparison at one learning rate, chosen for one of the two,
can be made to say almost anything.

Whenever you compare two networks, sweep the learning rate for both, use several seeds and show
the range. The Studies of this app do that for you.
"""),
            LossesByRate(
                cases=_DEEP, settings=Settings(steps=100, seeds=3), rates=(0.001, 0.003, 0.01, 0.03)
            ),
            "on request",
        ),
        Section(
            "batch-norm",
            N_("Batch norm alone does not keep gradients in order"),
            N_(r"""
“[[Batch norm]] makes gradients healthy at any depth” is true of what He and others report for
their convolutional networks; it is not a law. In dense ReLU layers with batch norm and without
skips the gradient *grows* on its way down. Mean field theory (Yang and others 2019) gives the
factor $\sqrt{\pi/(\pi - 1)} \approx 1.21$ per layer, which no choice of weights can tune away:
over forty layers a factor of two thousand.

With skips the growth all but disappears. In a residual network each block adds to a state whose
variance increases with depth, and the norm inside the branch divides by it, so a late block counts
for less. Measure both below.

One place is bad for batch norm: straight on data, with ReLU behind it. Of a pixel that is the same
in the whole batch it leaves rounding, and the slope of ReLU goes by its sign. Unless a norm behind
it takes that out again, two programs that are both correct train to different numbers. The
playground says so where it happens.
"""),
            StartGradients(cases=_NORMED, batch=256),
            playground=(_NORMED[1].network, "digits"),
        ),
    ),
)
