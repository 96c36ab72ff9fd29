"""Every sentence a verdict can be made of: a whole message each, with named values.

`{who}` is an arm as an adverbial ("With the skips"), `{layers}` a list of layers, `{share}` a part
of the largest gradient of the arm's layers.
"""

from skipviz.language import N_

AT_STEP = N_("At step {step}, {said}")
"""Where the whole splits were evaluated last at an earlier step than the one that is shown."""
SAME = N_(
    "With and without the skips the network computes the same: {score} of the test {things} are "
    "right (chance {chance})."
)
SAME_R2 = N_(
    "With and without the skips the network computes the same: {r2} on the test data is {score}; 1 "
    "is perfect, 0 as good as guessing the mean."
)
SAME_AT_START = N_(
    "With and without the skips the network computes the same at the initial weights."
)
SCORES = N_(
    "With the skips {with_score} of the test {things} are right, without them {without_score} "
    "(chance {chance})."
)
SCORES_WORSE = N_(
    "With the skips only {with_score} of the test {things} are right, without them {without_score} "
    "(chance {chance}): {clause}."
)
SCORES_IN_SEEDS = N_(
    "With the skips {with_score} of the test {things} are right, without them {without_score} "
    "({low} to {high}, chance {chance})."
)
SCORES_WORSE_IN_SEEDS = N_(
    "With the skips only {with_score} of the test {things} are right, without them {without_score} "
    "({low} to {high}, chance {chance}): {clause}."
)
"""Where the seeds differ without the skips: no bracket stands behind another."""
WORSE_HERE = N_("here the skips make it worse")
WORSE_WITH_THIS_SEED = N_("worse with this seed")
WORSE_IN_SEEDS = N_("worse in {count} of {seeds} seeds")
SCORES_EARLY = N_(
    "{when}, {with_score} of the test {things} are right with the skips, {without_score} without "
    "them (chance {chance}): it is too early to say what is learned."
)
BATCH_LOSSES = N_(
    "At step {step} the loss of the batch is {with_loss} with the skips, {without_loss} without "
    "them."
)
BATCH_LOSSES_BESIDE = N_(
    "At step {step} the loss of the batch is {with_loss}; {who}, at the same weights, it is "
    "{without_loss}."
)
"""Where only the arm with the skips is trained."""
NOT_A_NUMBER = N_("{who}, the loss of the batch or its gradient is NaN or infinite.")
SCORE = N_("{who}, {score} of the test {things} are right (chance {chance}).")
SCORE_EARLY = N_(
    "{who}, {score} of the test {things} are right so far (chance {chance}): it is too early to "
    "say what is learned."
)
R2S = N_(
    "With the skips {r2} on the test data is {with_score}, without them {without_score}; 1 is "
    "perfect, 0 as good as guessing the mean."
)
R2S_WORSE = N_(
    "With the skips {r2} on the test data is only {with_score}, without them {without_score}: "
    "{clause} (1 is perfect, 0 as good as guessing the mean)."
)
R2S_EARLY = N_(
    "{when}, {r2} on the test data is {with_score} with the skips, {without_score} without them: "
    "it is too early to say what is learned (1 is perfect, 0 as good as guessing the mean)."
)
R2 = N_("{who}, {r2} on the test data is {score}; 1 is perfect, 0 as good as guessing the mean.")
NO_SCORE = N_("{who}, the outputs for the test data are NaN or infinite: they have no score.")
R2_EARLY = N_(
    "{who}, {r2} on the test data is {score} so far: it is too early to say what is learned (1 is "
    "perfect, 0 as good as guessing the mean)."
)
IN_FIRST_BATCH = N_("{loss} in the first batch")
HARDLY = (
    N_("{who}, it hardly learns: the training loss goes from {start} to {now}."),
    N_(
        "{who}, it hardly learns: the training loss goes from {start} to {now}; guessing has "
        "{guessing}."
    ),
)
HARDLY_THOUGH_EVEN = (
    N_(
        "{who}, it hardly learns, though no layer is short of gradient: the training loss goes "
        "from {start} to {now}."
    ),
    N_(
        "{who}, it hardly learns, though no layer is short of gradient: the training loss goes "
        "from {start} to {now}; guessing has {guessing}."
    ),
)
"""The second where the loss fell all the same: from far above what guessing has."""
WORSE = N_("{who}, the training loss is worse than at the start: it goes from {start} to {now}.")
UNSETTLED = N_(
    "{who}, the running statistics of batch norm have not settled: evaluated with them the "
    "training loss is {now}, while that of the batch goes from {start} to {batch}."
)
BY_HEART = N_(
    "{who}, {score} of the training data are right, but what is learned of them does not carry "
    "over to the test data."
)
BY_HEART_R2 = N_(
    "{who}, {r2} on the training data is {score}, but what is learned of them does not carry over "
    "to the test data."
)
FAILED = N_("{who}, training broke down at step {step}: {what} became NaN or infinite.")
FAILED_SEEDS = N_(
    "{who}, training broke down with {broken} of {seeds} seeds, first at step {step}: {what} "
    "became NaN or infinite."
)
FAILED_UNKNOWN = N_("{who}, training broke down (NaN or infinite).")
SOME_FAILED = N_("{who}, {broken} of {seeds} seeds broke down (NaN or infinite).")
ONLY_WITH_SKIPS = N_("Only with the skips does it break down: here they make it worse.")
NOT_ITS_GRADIENT = N_(
    "{who}, the update is not the gradient of the arm's own loss, so nothing keeps that loss from "
    "rising."
)

STARVED = (
    N_(
        "{who}, {count} of {all} layers is starved: layer {layer} gets {share} of the largest "
        "gradient, less than a millionth."
    ),
    N_(
        "{who}, {count} of {all} layers are starved: they get less than a millionth of the largest "
        "gradient; layer {layer} gets {share} of it."
    ),
)
STARVED_BESIDES = N_(
    "{who}, {count} of {all} layers are starved, not counting those that get exactly 0: less than "
    "a millionth of the largest gradient; layer {layer} gets {share} of it."
)
STARVED_HERE_AND_THERE = N_(
    "{who}, {count} of {all} layers are starved: they get less than a millionth of the largest "
    "gradient."
)
"""Where it is another layer in every seed."""
VANISHING = N_(
    "{who}, the gradient is vanishing on its way down: layer {layer} gets {share} of the largest."
)
UNEVEN = N_(
    "{who}, the largest gradient of a layer is {factor} times that of layer {layer}, though what "
    "is handed down from layer to layer does not shrink that much."
)
UNEVEN_WEIGHTS = N_(
    "{who}, the largest gradient of a layer is {factor} times that of layer {layer}."
)
"""Where nothing follows from the gradient of states, or it is not measured."""
HANDED_ON = (
    N_("Past there skips hand it on: layer {first} gets {most} of the largest."),
    N_("Past there skips hand it on: the largest is that of layer {first}."),
)
"""Where the first layer gets much, and where it gets the most."""
FADING = N_(
    "{who}, gradient and signal fade together: the largest gradient of a layer is {largest}."
)
FADES_TO = N_(
    "From layer {last} down to layer 1, |∂L/∂s| per entry falls to {gradient} of what it was, and "
    "from layer 1 up to layer {last} the signal to {signal}."
)
TIME_GROWS = N_(
    "{who}, the gradient explodes through time: from time step {last} back to step 1, |∂L/∂s| "
    "grows {factor}-fold."
)
WEIGHTS_RISE = N_(
    "{who}, the gradient is larger towards the input: layer {first} gets {factor} times that of "
    "layer {last}."
)
"""The same, where the first gets more than 1000 times the last."""
UNEVEN_ABOVE = N_(
    "{who}, the largest gradient of a layer is {factor} times that of layer {layer}, though layer "
    "{first} gets {most} of the largest."
)
UNEVEN_BELOW_FIRST = N_(
    "{who}, layer {first} gets the largest gradient, {factor} times that of layer {layer}."
)
HEALTHY = N_(
    "{who}, every layer gets at least {share} of the largest gradient (layer {layer} the least)."
)
OTHERS_HEALTHY = N_(
    "{who}, each of the other layers gets at least {share} of the largest gradient (layer {layer} "
    "the least)."
)
OF_TRAINED = {
    HEALTHY: N_(
        "{who}, every layer that is trained gets at least {share} of the largest gradient (layer "
        "{layer} the least)."
    ),
    OTHERS_HEALTHY: N_(
        "{who}, each of the other layers that are trained gets at least {share} of the largest "
        "gradient (layer {layer} the least)."
    ),
}
"""The same of a model some of whose layers are frozen."""
HEALTHY_IN_SEEDS = N_(
    "{who}, every layer gets at least {share} of the largest gradient in every seed (layer {layer} "
    "the least)."
)
OTHERS_HEALTHY_IN_SEEDS = N_(
    "{who}, each of the other layers gets at least {share} of the largest gradient in every seed "
    "(layer {layer} the least)."
)
LITTLE = N_(
    "{who}, all layers get little beside the readout: the largest gradient of a layer is "
    "{largest}, that of the readout {readout}."
)
SOME_STARVED = N_(
    "{who}, in {count} of {seeds} seeds some layer is starved: it gets less than a millionth of "
    "the largest gradient."
)
SOME_FAR_BELOW = N_(
    "{who}, in {count} of {seeds} seeds some layer gets less than a hundredth of the largest "
    "gradient."
)
VANISHING_IN_SEEDS = N_(
    "{who}, in {count} of {seeds} seeds the gradient is vanishing on its way down: layer {layer} "
    "gets {share} of the largest."
)
MORE_AT_ZERO = N_(
    "{who}, in {count} more of {seeds} seeds some layer gets a gradient of exactly 0."
)
SOME_AT_ZERO = N_("{who}, in {count} of {seeds} seeds some layer gets a gradient of exactly 0.")
OTHERS_AT_ZERO = N_("{who}, in {count} of {seeds} seeds other layers get exactly 0 as well.")
NONE_IN_SEEDS = N_("{who}, in {count} of {seeds} seeds no layer gets any gradient.")
NO_GRADIENT = N_("{who}, no layer gets any gradient.")
NONE: dict[str, str] = {
    "fixed scale": N_(
        "{who}, no layer gets any gradient: fixed scales of 0 close every way to the loss."
    ),
    "zero init": N_(
        "{who}, no layer gets any gradient: weights that started at 0 let nothing through."
    ),
    "flat units": N_(
        "{who}, no layer gets any gradient: every unit of {flat} is {off} for the whole batch."
    ),
    "underflow": N_("{who}, no layer gets any gradient: it is too small for float32."),
}
"""By reason, where one reason holds for all."""
NOTHING_LEFT = N_(
    "{who}, no layer gets any gradient: the loss of the batch is 0, so there is nothing left to "
    "learn from it."
)
GRADIENT_GROWS = (
    N_(
        "{who}, the gradient explodes: from layer {last} down to layer 1, |∂L/∂s| grows "
        "{factor}-fold."
    ),
    N_(
        "{who}, the gradient explodes: from layer {last} down to layer 1, |∂L/∂s| per entry grows "
        "{factor}-fold."
    ),
)
"""Between states of one size, where a norm grows as its entries do, and of two."""
GRADIENT_GROWS_IN_SEEDS = (
    N_(
        "{who}, the gradient explodes: from layer {last} down to layer 1, |∂L/∂s| grows "
        "{factor}-fold ({low} to {high})."
    ),
    N_(
        "{who}, the gradient explodes: from layer {last} down to layer 1, |∂L/∂s| per entry grows "
        "{factor}-fold ({low} to {high})."
    ),
)
SIGNAL_GROWS = N_("{who}, the signal grows {factor}-fold from layer 1 to layer {last}.")
SIGNAL_GROWS_IN_SEEDS = N_(
    "{who}, the signal grows {factor}-fold ({low} to {high}) from layer 1 to layer {last}."
)
LOSS_BEGINS_HIGH = N_("{who}, the loss begins at {start}, where guessing has {guessing}.")
ONE_LAYER = (
    N_("Only layer {layer} has weights, so there is no second gradient to compare."),
    N_("Only layer {layer} is used and trained, so there is no second gradient to compare."),
)
NO_LAYER = (
    N_("No layer has weights, so there are no gradients to compare."),
    N_("No layer is used and trained, so there are no gradients to compare."),
)
"""Of a drawn network, and of a model that nobody drew, which may hold more."""
NO_SKIPS = N_("This network has no skips, so there is nothing to compare yet.")

ZERO: dict[str, tuple[str, ...]] = {
    "cut off": (
        N_(
            "{who}, {layers} is cut off: only skips lead from it to the loss, so its gradient is "
            "exactly 0."
        ),
        N_(
            "{who}, {layers} are cut off: only skips lead from them to the loss, so their gradient "
            "is exactly 0."
        ),
    ),
    "learned scale": (
        N_(
            "{who}, {layers} gets no gradient yet: a learned scale that starts at 0 closes its "
            "branch."
        ),
        N_(
            "{who}, {layers} get no gradient yet: learned scales that start at 0 close their "
            "branches."
        ),
        N_(
            "{who}, {layers} get no gradient yet: a learned scale that starts at 0 closes their "
            "branch."
        ),
    ),
    "zero units": (
        N_("{who}, {layers} gets exactly 0: weights that started at 0 leave its units {off}."),
        N_("{who}, {layers} get exactly 0: weights that started at 0 leave their units {off}."),
    ),
    "fixed scale": (
        N_("{who}, {layers} gets exactly 0: a fixed scale of 0 closes its branch."),
        N_("{who}, {layers} get exactly 0: fixed scales of 0 close their branches."),
        N_("{who}, {layers} get exactly 0: a fixed scale of 0 closes their branch."),
    ),
    "zero init": (
        N_("{who}, {layers} gets exactly 0: weights that started at 0 let nothing through."),
        N_("{who}, {layers} get exactly 0: weights that started at 0 let nothing through."),
    ),
    "flat units": (
        N_("{who}, {layers} gets exactly 0: every unit of {flat} is {off} for the whole batch."),
        N_("{who}, {layers} get exactly 0: every unit of {flat} is {off} for the whole batch."),
    ),
    "underflow": (
        N_("{who}, {layers} gets exactly 0: its gradient is too small for float32."),
        N_("{who}, {layers} get exactly 0: their gradients are too small for float32."),
    ),
    "unknown": (
        N_("{who}, {layers} gets exactly 0."),
        N_("{who}, {layers} get exactly 0."),
    ),
}
"""By reason: of one layer, of several, and of several behind one scale."""
SCALES_FIRST = (
    N_(
        "{who}, {layers} gets no gradient yet: a learned scale that starts at 0 closes its branch. "
        "The scale itself gets {gradient}, so it opens first."
    ),
    N_(
        "{who}, {layers} get no gradient yet: learned scales that start at 0 close their branches. "
        "The scales themselves get up to {gradient}, so they open first."
    ),
    N_(
        "{who}, {layers} get no gradient yet: a learned scale that starts at 0 closes their "
        "branch. The scale itself gets {gradient}, so it opens first."
    ),
)
SIZES = N_("With the skips the network has {skip} weights, without them {plain}.")
CONCATENATED = (
    N_(
        "In place of what the skip concatenates, the network without it has 0; its initial weights "
        "are those of the wider input."
    ),
    N_(
        "In place of what skips concatenate, the network without them has 0; its initial weights "
        "are those of the wider inputs."
    ),
)
SEEDS = N_("Medians of {seeds} seeds, the range in brackets.")
SOUND_SEEDS = N_(
    "Medians of those of {seeds} seeds that did not break down, the range in brackets."
)

WHO = {
    "plain": N_("Without the skips"),
    "skip": N_("With the skips"),
    "plain_unscaled": N_("Without the skips and with branch scales at 1"),
    "gradient_only": N_("With the skips for the gradient only"),
    "forward_only": N_("With the skips for the signal only"),
}
WHO_OTHER = N_("In the arm “{name}”")
WHO_CHAIN = N_("In this chain")
WHO_NETWORK = N_("In this network")
WHO_MODEL = N_("In this model")
