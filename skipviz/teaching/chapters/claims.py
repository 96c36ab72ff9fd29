"""Chapter 10: what is said of skips, tested claim by claim."""

from skipviz import presets
from skipviz.language import N_, _
from skipviz.measures.cases import Case, chain
from skipviz.measures.requests import (
    GeneralisationGap,
    LinearProbes,
    LossBasins,
    StepsToLoss,
    UpdateSmoothness,
)
from skipviz.settings import Settings
from skipviz.teaching.chapter import Chapter, Section
from skipviz.text import layer_count_text

_NORMED = chain(20, "relu", "he", step=2, norm="batch")


def _pair(depth: int) -> tuple[str, Case, Case]:
    return (
        layer_count_text(depth),
        Case(_("with skips"), chain(depth, "tanh", "xavier", step=2), "skip"),
        Case(_("without"), chain(depth, "tanh", "xavier"), "plain"),
    )


CHAPTER = Chapter(
    "claims",
    N_("Claims, tested one by one"),
    N_(
        "Faster training, better generalisation, smoother updates, more information kept, a "
        "smoother landscape: each defined, then measured with three seeds."
    ),
    (
        Section(
            "faster",
            N_("“Skips speed up training”"),
            N_(r"""
Two things are meant by this. *The signal gets through faster*: no. All layers are still computed
one after the other, and a step takes a little longer with skips than without
([what it costs](?chapter=cost)). *Fewer steps are needed*: that can be measured.

We count the [[step|steps]] until the [[loss]] on the whole [[train split]] is below 0.3, for tanh
networks of 4, 12 and 24 layers with [[Xavier initialisation]], all with one [[learning rate]]. At
4 layers there is hardly a difference. At 24 layers the plain one needs clearly more steps than at
4, and the one with skips does not. With another learning rate the numbers are others: try it in the
Studies. A text that says “skips make training faster” without saying at what [[depth]] has left
out the main thing.
"""),
            StepsToLoss(
                pairs=(_pair(4), _pair(12), _pair(24)),
                settings=Settings(steps=120, seeds=3),
                target=0.3,
            ),
        ),
        Section(
            "generalise",
            N_("“Skips improve generalisation”"),
            N_(r"""
[[Generalisation]] is how well what was learned from the [[train split]] does on samples never
seen. A better test score alone does not show it: a network that trains better also tests better.
What has to be compared is the *gap* between train and test score, in networks that have both
learned.

So we train networks of 4 and of 8 layers, which learn with skips and without, and compare the
gaps over three seeds. Where the ranges overlap we say that there is no difference, whatever the
medians are. The argument that skips reduce [[overfitting]] because “more information is retained”
is not a mechanism: retaining more can help to learn by heart just as well.
"""),
            GeneralisationGap(pairs=(_pair(4), _pair(8)), settings=Settings(steps=200, seeds=3)),
            "on request",
        ),
        Section(
            "smooth",
            N_("“Skips smooth the gradient updates”"),
            N_(r"""
“The constant term keeps the gradient from fluctuating when $\partial F / \partial x$ changes a
little.” To test that, smooth needs a meaning. Ours: how much the gradient of one update has in
common with that of the next, as the [[cosine]] between the two long vectors of all weights; and
how much its length changes, as the mean change of its logarithm.

Twelve tanh layers, with skips and without, the same batches. Two effects work against each other.
A constant term does not change, so it is smooth. But a network that learns faster has soon
finished the easy part, and what is left of its gradient is mostly the noise of the batches. So
read the curve at the start and at the end: the sentence above it averages over all steps.
"""),
            UpdateSmoothness(
                network=chain(12, "tanh", "xavier", step=2), settings=Settings(steps=100, seeds=3)
            ),
            "on request",
        ),
        Section(
            "information",
            N_("“Skips keep more information”"),
            N_(r"""
In the strict sense no layer can add information about its input, and what it loses is hard to
measure. What one can ask is how much can be *read out*. A [[linear probe]] is trained on the
[[state]] of every layer, and its accuracy on the test split says how much of the label a linear
map finds there.

We probe all 24 ReLU layers before training: in the deep states without skips the digits are hard
to tell apart, with skips most of them stay readable. After training every layer with skips can be
read better than before, and those without are much as they were. Note that the probe stretches
each unit to the same variance first, so it is not the small size of the deep states that counts
against them.
"""),
            LinearProbes(
                network=chain(24, "relu", "pytorch", step=2), settings=Settings(steps=100, seeds=3)
            ),
            "on request",
            playground=(presets.load("default"), "digits"),
        ),
        Section(
            "landscape",
            N_("“Skips make the loss landscape smooth”"),
            N_(r"""
Li and others (2018) draw the [[loss]] around trained weights along two random directions, in which
every filter is as long as that of the weights. On CIFAR-10 they find a nearly convex bowl around a
ResNet-56 and a “chaotic” surface around the same network without skips.

What can be seen of it at our size is the *width*: in 20 ReLU layers with [[batch norm]] the loss
stays low on a larger part of the slice with skips. Chaos cannot: with and without there is one
minimum on the grid. And whether a slice looks convex depends on what is drawn. The loss curves down
in places only without skips; its logarithm does so in most places in both arms, and in more of them
with skips.

Part of the width is not shape either. Without skips training ended at a higher loss, so that less
room is left below 0.5. Counted from where each arm ended, the widths are closer. And two directions
are few among 86,410. The page [Landscape](landscape) draws such slices of your own network.
"""),
            LossBasins(network=_NORMED, settings=Settings(steps=168, seeds=3)),
            "on request",
            playground=(_NORMED, "digits"),
        ),
    ),
)
