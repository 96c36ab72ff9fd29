"""The words of the app, each in one or two sentences, and how a text marks them.

A text writes [[term]], or [[term|as written]].
"""

import re

from skipviz.language import N_

MARK = re.compile(r"\[\[(?P<term>[^\]|]+)(?:\|(?P<shown>[^\]]+))?\]\]")

_NETWORK = {
    N_("network"): N_("Layers 1 to N between the input (0) and the readout (N + 1), plus skips."),
    N_("layer"): N_(
        "One step of the chain, mostly a linear map followed by an activation. Layer k reads "
        "the state of layer k − 1 and makes h_k."
    ),
    N_("chain"): N_("The layers one after the other, without skips."),
    N_("wiring"): N_(
        "What layers read where it is not the state before them: an earlier state, or "
        "several concatenated, added or multiplied. It is the same in every arm, and no skip."
    ),
    N_("cut off"): N_(
        "A layer is cut off in an arm where only skips that the arm does without lead on "
        "from it: its gradient is exactly 0, whatever the weights."
    ),
    N_("state"): N_(
        "What layer k hands on, after all skips that end there have joined: s_k. Without such "
        "a skip it is h_k, the layer's own output; s_0 is the input."
    ),
    N_("input"): N_("State 0: the sample itself."),
    N_("readout"): N_(
        "The last linear map, N + 1. It turns the last state into one number per class."
    ),
    N_("logits"): N_("The numbers the readout gives, one per class, before softmax."),
    N_("activation"): N_(
        "The nonlinear function after a linear map, such as ReLU, tanh or sigmoid."
    ),
    N_("saturated"): N_(
        "An activation is saturated where its slope is nearly zero: hardly any gradient passes."
    ),
    N_("depth"): N_("The number of layers, N."),
    N_("width"): N_("The number of units of a layer."),
    N_("branch"): N_("What lies between the two ends of a skip: F in y = F(x) + x."),
    N_("batch norm"): N_(
        "Normalises every unit over the batch to mean 0 and variance 1, then scales and "
        "shifts it by learned numbers."
    ),
    N_("layer norm"): N_(
        "Normalises all units of one sample (of one position, in a sequence) to mean 0 "
        "and variance 1, then scales and shifts them by learned numbers."
    ),
    N_("parameters"): N_("All numbers that are learned: weights, biases, gates, scales."),
    N_("MAC"): N_(
        "One multiply-accumulate. Counted for linear maps and convolutions, one sample forward."
    ),
    N_("preset"): N_("A network to start from."),
}
_SKIPS = {
    N_("skip"): N_(
        "A connection p → q that carries the state of layer p past the layers in between and "
        "joins it at layer q."
    ),
    N_("add"): N_("The kind of skip that adds: s_q = h_q + s_p. Both must have the same shape."),
    N_("identity skip"): N_(
        "A skip that adds the state unchanged; its own Jacobian is the identity."
    ),
    N_("projection"): N_(
        "A skip with a learned linear map, so that states of different shapes can be added."
    ),
    N_("pad"): N_(
        "A skip that appends zeros for missing channels; no parameters (ResNet option A)."
    ),
    N_("gated"): N_(
        "A skip of highway networks: a learned gate T mixes branch and shortcut, T h + (1 − T) s."
    ),
    N_("gate"): N_(
        "A product with what was computed from the same data (squeeze-and-excite). In a "
        "model of one's own it is reported, and no skip: the data come through scaled, not past."
    ),
    N_("tied"): N_(
        "The same weights used at several places of a model, such as an embedding and the "
        "output layer. Their gradient is the sum over all places."
    ),
    N_("shortcut gate"): N_("A learned gate on the shortcut alone: h + (1 − T) s."),
    N_("concat"): N_(
        "A skip that puts the state beside the other one instead of adding it; the state "
        "gets wider (DenseNet, U-Net)."
    ),
    N_("residual connection"): N_(
        "A skip that adds the input of a branch to its output, y = F(x) + x, so "
        "that the branch learns the difference y − x."
    ),
    N_("feedback skip"): N_(
        "A skip to the same or an earlier layer. It carries the state of the previous "
        "time step, so with a single time step it has nothing to carry."
    ),
    N_("time step"): N_("One pass through the chain. Networks with feedback skips make several."),
    N_("join"): N_("Where a skip meets layer q: at its output, or inside, before its activation."),
    N_("clean path"): N_(
        "A way from a deep state to an early one that passes only identity skips, with "
        "no activation, norm or weight on it."
    ),
    N_("branch scale"): N_("A factor on the branch of a skip, fixed or learned."),
    N_("shortcut scale"): N_("A factor on the state that a skip carries, fixed or learned."),
    N_("ReZero"): N_(
        "A learned branch scale that starts at 0, so that every block starts as the identity."
    ),
    N_("SkipInit"): N_("A learned branch scale that starts at 0, put in the place of batch norm."),
    N_("DenseNet"): N_(
        "A network in which every layer of a block reads all earlier states of the block, "
        "concatenated."
    ),
    N_("U-Net"): N_(
        "A network that makes an image smaller and then larger again, with concat skips from "
        "each size to the same size on the way up; in the original they are cropped, since its "
        "convolutions are not padded."
    ),
    N_("highway network"): N_(
        "A network whose layers are all gated: learned gates decide how much is "
        "transformed and how much carried."
    ),
    N_("ResNet"): N_("A network of residual blocks, y = F(x) + x."),
    N_("pre-activation"): N_(
        "Norm and activation come before the linear map, so that nothing stands after the addition."
    ),
    N_("path"): N_("One way from the input to the readout, through layers and skips."),
    N_("path length"): N_("The number of layers on a path."),
}
_GRADIENTS = {
    N_("loss"): N_(
        "The number that training makes smaller; here cross-entropy, or the mean squared error "
        "in regression."
    ),
    N_("gradient"): N_(
        "All partial derivatives of the loss by the entries of a state or of a weight."
    ),
    N_("gradient of a state"): N_("How the loss changes with what a layer hands on."),
    N_("gradient of the weights"): N_(
        "How the loss changes with a layer's weights. It is what the update is made of."
    ),
    N_("norm"): N_("The length of a vector: the root of the sum of its squares."),
    N_("Jacobian"): N_("The matrix of all partial derivatives of one vector by another."),
    N_("identity matrix"): N_(
        "The matrix with ones on the diagonal and zeros elsewhere; it leaves every vector as it is."
    ),
    N_("backpropagation"): N_(
        "The chain rule from the loss down to the input, one layer at a time."
    ),
    N_("backpropagation through time"): N_(
        "Backpropagation in a network that runs for several time steps: over layers and over steps."
    ),
    N_("vanishing gradient"): N_(
        "A gradient that shrinks from layer to layer until the first layers "
        "receive next to nothing."
    ),
    N_("exploding gradient"): N_(
        "A gradient that grows from layer to layer until an update destroys what was learned."
    ),
    N_("starved"): N_(
        "A layer is starved where the gradient of its weights is less than a millionth of "
        "the largest among the layers of its arm, and not exactly 0."
    ),
    N_("signal"): N_(
        "What the states carry forward. Its size is the root mean square of their entries."
    ),
    N_("shattered gradient"): N_(
        "Gradients at two nearby inputs that have nothing to do with each other."
    ),
    N_("degradation"): N_(
        "A deeper network has a higher training loss than a shallower one, although it "
        "could represent the same functions."
    ),
    N_("signed share"): N_(
        "The part that one way has in a gradient, ⟨part, whole⟩ / |whole|². Shares add "
        "up to 1, and some may be negative."
    ),
    N_("criterion R"): N_(
        "⟨rest, part⟩ / |part|². Adding the part makes a gradient longer exactly where "
        "R is above −1/2."
    ),
    N_("cosine"): N_(
        "Of the angle between two vectors: 1 for the same direction, 0 for right angles, −1 "
        "for opposite directions."
    ),
    N_("attribution"): N_("The exact split of a gradient into what came down each way."),
    N_("update ratio"): N_("The norm of a layer's update over the norm of its weights."),
}
_EXPERIMENTS = {
    N_("arm"): N_(
        "One variant of the drawn network in an experiment. All arms have the same first "
        "weights and the same batches."
    ),
    N_("with skips"): N_("The arm in which skips carry both the signal and its gradient."),
    N_("without"): N_("The arm in which skips carry nothing."),
    N_("gradient only"): N_(
        "The arm in which skips carry the gradient but not the signal. All forward "
        "values are those of the arm without skips."
    ),
    N_("forward only"): N_("The arm in which skips carry the signal but not its gradient."),
    N_("leave one out"): N_("One arm per skip, in which only that skip is removed."),
    N_("probe"): N_("A quantity measured in every layer while a network trains."),
    N_("run"): N_("One training of all arms together."),
    N_("step"): N_("One update of all weights, from one batch."),
    N_("batch"): N_("The samples from which one update is made."),
    N_("epoch"): N_("One pass over the whole train split."),
    N_("seed"): N_("The number that fixes the first weights and the order of the batches."),
    N_("train split"): N_("The samples that are trained on."),
    N_("test split"): N_("The samples that are only looked at, to measure generalisation."),
    N_("generalisation"): N_(
        "How well what was learned from the train split does on the test split."
    ),
    N_("overfitting"): N_("A low training loss with a much higher test loss."),
    N_("chance"): N_("The score of guessing."),
    N_("R²"): N_(
        "The part of the targets' variance that the outputs explain: 1 is perfect, 0 as good as "
        "always guessing the mean."
    ),
    N_("learning rate"): N_("The length of a step relative to the gradient."),
    N_("momentum"): N_("The share of the last update that is added to the next one."),
    N_("linear probe"): N_(
        "A linear classifier trained on the states of one layer: its accuracy says how "
        "much can be read out of them by a linear map."
    ),
    N_("Xavier initialisation"): N_("First weights with variance 2 / (inputs + outputs)."),
    N_("He initialisation"): N_("First weights with variance 2 / inputs, made for ReLU."),
}
GLOSSARY: dict[str, str] = _NETWORK | _SKIPS | _GRADIENTS | _EXPERIMENTS


def definition(term: str) -> str:
    """What a term means, also at the start of a sentence; KeyError when it is not known."""
    return GLOSSARY[term] if term in GLOSSARY else GLOSSARY[term[0].lower() + term[1:]]


def terms(text: str) -> list[str]:
    """The terms marked in a text, in order."""
    return [mark["term"] for mark in MARK.finditer(text)]
