"""Every sentence a verdict can be made of: a whole message each, with named values.

Nothing is glued: a language other than English needs other templates and no other code. `{who}`
is an arm as an adverbial ("With the skips"), `{layers}` a list of layers, `{share}` a part of the
largest gradient of the arm's layers.
"""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Piece = tuple[str, str | None]
"""A part of a sentence and the arm it is about, so that a page can colour it."""


@dataclass(frozen=True)
class Value:
    """Text for a place in a message, and the arm whose number it is."""

    text: str
    arm: str | None = None


@dataclass(frozen=True)
class Message:
    """A sentence: `template` with its places filled."""

    template: str
    values: Mapping[str, Value]

    @property
    def pieces(self) -> Iterator[Piece]:
        """Its parts in order, values apart from the words around them."""
        for words, name, _, _ in string.Formatter().parse(self.template):
            if words:
                yield words, None
            if name:
                yield self.values[name].text, self.values[name].arm

    def __str__(self) -> str:
        return "".join(text for text, _ in self.pieces)


SCORES = (
    "With the skips {with_score} of the test {things} are right, "
    "without them {without_score} (chance {chance})."
)
SCORES_WORSE = (
    "With the skips only {with_score} of the test {things} are right, without them "
    "{without_score} (chance {chance}): here the skips make it worse."
)
SCORES_EARLY = (
    "So far, {with_score} of the test {things} are right with the skips, {without_score} without "
    "them (chance {chance}): it is too early to say what is learned."
)
BATCH_LOSSES = (
    "At step {step} the loss of the batch is {with_loss} with the skips, {without_loss} without "
    "them."
)
BATCH_LOSSES_BESIDE = (
    "At step {step} the loss of the batch is {with_loss}; {who}, at the same weights, it is "
    "{without_loss}."
)
"""Where only the arm with the skips is trained."""
NOT_A_NUMBER = "{who}, the loss of the batch or its gradient is NaN or infinite."
SCORE = "{who}, {score} of the test {things} are right (chance {chance})."
SCORE_EARLY = (
    "{who}, {score} of the test {things} are right so far (chance {chance}): "
    "it is too early to say what is learned."
)
R2S = (
    "With the skips {r2} on the test data is {with_score}, without them {without_score} "
    "(1 is perfect, 0 as good as guessing the mean)."
)
R2S_WORSE = (
    "With the skips {r2} on the test data is only {with_score}, without them {without_score}: "
    "here the skips make it worse (1 is perfect, 0 as good as guessing the mean)."
)
R2S_EARLY = (
    "So far, {r2} on the test data is {with_score} with the skips, {without_score} without them: "
    "it is too early to say what is learned (1 is perfect, 0 as good as guessing the mean)."
)
R2 = "{who}, {r2} on the test data is {score} (1 is perfect, 0 as good as guessing the mean)."
NO_SCORE = "{who}, the outputs for the test data are NaN or infinite: they have no score."
R2_EARLY = (
    "{who}, {r2} on the test data is {score} so far: it is too early to say what is learned "
    "(1 is perfect, 0 as good as guessing the mean)."
)

HARDLY = "{who}, it hardly learns: the training loss goes from {start} to {now}."
HARDLY_THOUGH_EVEN = (
    "{who}, it hardly learns, though no layer is short of gradient: "
    "the training loss goes from {start} to {now}."
)
WORSE = "{who}, the training loss is worse than at the start: it goes from {start} to {now}."
BY_HEART = (
    "{who}, what it learns of the training data ({score} right) "
    "does not carry over to the test data."
)
BY_HEART_R2 = (
    "{who}, what it learns of the training data ({r2} {score}) "
    "does not carry over to the test data."
)
FAILED = "{who}, training broke down at step {step}: {what} became NaN or infinite."
FAILED_SEEDS = (
    "{who}, training broke down with {broken} of {seeds} seeds, first at step {step}: "
    "{what} became NaN or infinite."
)
BROKE = {
    "loss": "the loss",
    "layer": "the {quantity} of layer {layer}",
    "readout": "the {quantity} of the readout",
}
FAILED_UNKNOWN = "{who}, training broke down (NaN or infinite)."
SOME_FAILED = "{who}, {broken} of {seeds} seeds broke down (NaN or infinite)."
ONLY_WITH_SKIPS = "Only with the skips does it break down: here they make it worse."
NOT_ITS_GRADIENT = (
    "{who}, the update is not the gradient of the arm's own loss, "
    "so nothing keeps that loss from rising."
)

STARVED = (
    "{who}, {count} of {all} layers is starved: "
    "layer {layer} gets {share} of the largest gradient, less than a millionth.",
    "{who}, {count} of {all} layers are starved: they get less than a millionth of the largest "
    "gradient; layer {layer} gets {share} of it.",
)
VANISHING = (
    "{who}, the gradient is vanishing on its way down: layer {layer} gets {share} of the largest."
)
UNEVEN = (
    "{who}, the gradient is spread unevenly: layer {layer} gets {share} of the largest, "
    "though from state to state it does not shrink that far."
)
UNEVEN_WEIGHTS = (
    "{who}, the gradient is spread unevenly: layer {layer} gets {share} of the largest."
)
"""Where the gradient of states is not measured."""
WEIGHTS_RISE = (
    "{who}, the gradient is larger towards the input: layer {first} gets {factor} times that of "
    "layer {last}."
)
"""The same, where the first gets more than 1000 times the last."""
UNEVEN_ABOVE = (
    "{who}, the gradient is spread unevenly: layer {layer} gets {share} of the largest, "
    "though layer {first} gets {most}."
)
UNEVEN_BELOW_FIRST = (
    "{who}, the gradient is spread unevenly: layer {layer} gets {share} of the largest, "
    "which is that of layer {first}."
)
HEALTHY = (
    "{who}, every layer gets at least {share} of the largest gradient (layer {layer} the least)."
)
OTHERS_HEALTHY = (
    "{who}, each of the other layers gets at least {share} of the largest gradient "
    "(layer {layer} the least)."
)
NO_GRADIENT = "{who}, no layer gets any gradient."
NOTHING_LEFT = (
    "{who}, no layer gets any gradient: the loss of the batch is 0, "
    "so there is nothing left to learn from it."
)
GRADIENT_GROWS = (
    "{who}, the gradient explodes: from layer {last} down to layer 1, |∂L/∂s| grows {factor}-fold.",
    "{who}, the gradient explodes: from layer {last} down to layer 1, |∂L/∂s| per entry grows "
    "{factor}-fold.",
)
"""Between states of one size, where a norm grows as its entries do, and of two."""
GRADIENT_GROWS_IN_SEEDS = (
    "{who}, the gradient explodes: from layer {last} down to layer 1, |∂L/∂s| grows {factor}-fold "
    "({low} to {high}).",
    "{who}, the gradient explodes: from layer {last} down to layer 1, |∂L/∂s| per entry grows "
    "{factor}-fold ({low} to {high}).",
)
SIGNAL_GROWS = "{who}, the signal grows {factor}-fold from layer 1 to layer {last}."
SIGNAL_GROWS_IN_SEEDS = (
    "{who}, the signal grows {factor}-fold ({low} to {high}) from layer 1 to layer {last}."
)
LOSS_BEGINS_HIGH = "{who}, the loss begins at {start}, where guessing has {guessing}."
ONE_LAYER = "Only layer {layer} has weights, so there is no second gradient to compare."
NO_LAYER = "No layer has weights, so there are no gradients to compare."
NO_SKIPS = "This network has no skips, so there is nothing to compare yet."

ZERO: dict[str, tuple[str, ...]] = {
    "cut off": (
        "{who}, {layers} is cut off: only skips lead from it to the loss, so its gradient is "
        "exactly 0.",
        "{who}, {layers} are cut off: only skips lead from them to the loss, so their gradient is "
        "exactly 0.",
    ),
    "learned scale": (
        "{who}, {layers} gets no gradient yet: a learned scale that starts at 0 closes its branch.",
        "{who}, {layers} get no gradient yet: learned scales that start at 0 close their branches.",
        "{who}, {layers} get no gradient yet: "
        "a learned scale that starts at 0 closes their branch.",
    ),
    "fixed scale": (
        "{who}, {layers} gets exactly 0: a fixed scale of 0 closes its branch.",
        "{who}, {layers} get exactly 0: fixed scales of 0 close their branches.",
        "{who}, {layers} get exactly 0: a fixed scale of 0 closes their branch.",
    ),
    "zero init": (
        "{who}, {layers} gets exactly 0: weights that started at 0 let nothing through.",
        "{who}, {layers} get exactly 0: weights that started at 0 let nothing through.",
    ),
    "flat units": (
        "{who}, {layers} gets exactly 0: every unit of {flat} is {off} for the whole batch.",
        "{who}, {layers} get exactly 0: every unit of {flat} is {off} for the whole batch.",
    ),
    "underflow": (
        "{who}, {layers} gets exactly 0: its gradient is too small for float32.",
        "{who}, {layers} get exactly 0: their gradients are too small for float32.",
    ),
    "unknown": (
        "{who}, {layers} gets exactly 0.",
        "{who}, {layers} get exactly 0.",
    ),
}
"""By reason: of one layer, of several, and of several behind one scale."""
SCALES_FIRST = (
    "{who}, {layers} gets no gradient yet: a learned scale that starts at 0 closes its branch. "
    "The scale itself gets {gradient}, so it opens first.",
    "{who}, {layers} get no gradient yet: learned scales that start at 0 close their branches. "
    "The scales themselves get up to {gradient}, so they open first.",
    "{who}, {layers} get no gradient yet: a learned scale that starts at 0 closes their branch. "
    "The scale itself gets {gradient}, so it opens first.",
)
PROJECTIONS = (
    "The skip is a learned projection with {share} of all weights: with it the network is larger.",
    "The skips are learned projections with {share} of all weights: "
    "with them the network is larger.",
)
SEEDS = "Medians of {seeds} seeds, the range in brackets."
SOUND_SEEDS = "Medians of those of {seeds} seeds that did not break down, the range in brackets."

WHO = {
    "plain": "Without the skips",
    "skip": "With the skips",
    "plain_unscaled": "Without the skips and with branch scales at 1",
    "gradient_only": "With the skips for the gradient only",
    "forward_only": "With the skips for the signal only",
}
WHO_OTHER = "In the arm {name}"
WHO_CHAIN = "In this chain"
WHO_MODEL = "In this model"
