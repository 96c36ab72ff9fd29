"""The words of the app, each in one or two sentences, and how a text marks them.

A text writes [[term]], or [[term|as written]].
"""

import re

MARK = re.compile(r"\[\[(?P<term>[^\]|]+)(?:\|(?P<shown>[^\]]+))?\]\]")

_NETWORK = {
    "network": "Layers 1 to N between the input (0) and the readout (N + 1), plus skips.",
    "layer": "One step of the chain, mostly a linear map followed by an activation. Layer k reads "
    "the state of layer k − 1 and makes h_k.",
    "chain": "The layers one after the other, without skips.",
    "wiring": "What layers read where it is not the state before them: an earlier state, or "
    "several concatenated, added or multiplied. It is the same in every arm, and no skip.",
    "cut off": "A layer is cut off in an arm where only skips that the arm does without lead on "
    "from it: its gradient is exactly 0, whatever the weights.",
    "state": "What layer k hands on, after all skips that end there have joined: s_k. Without such "
    "a skip it is h_k, the layer's own output; s_0 is the input.",
    "input": "State 0: the sample itself.",
    "readout": "The last linear map, N + 1. It turns the last state into one number per class.",
    "logits": "The numbers the readout gives, one per class, before softmax.",
    "activation": "The nonlinear function after a linear map, such as ReLU, tanh or sigmoid.",
    "saturated": "An activation is saturated where its slope is nearly zero: hardly any gradient "
    "passes.",
    "depth": "The number of layers, N.",
    "width": "The number of units of a layer.",
    "branch": "What lies between the two ends of a skip: F in y = F(x) + x.",
    "batch norm": "Normalises every unit over the batch to mean 0 and variance 1, then scales and "
    "shifts it by learned numbers.",
    "RMS norm": "Divides all units of one sample (of one position, in a sequence) by the root of "
    "their mean square, then scales: a layer norm that leaves the mean.",
    "weight norm": "Gives every row of a weight a learned length: what is learned apart from it is "
    "the direction alone.",
    "layer norm": "Normalises all units of one sample (of one position, in a sequence) to mean 0 "
    "and variance 1, then scales and shifts them by learned numbers.",
    "parameters": "All numbers that are learned: weights, biases, gates, scales.",
    "MAC": "One multiply-accumulate. Counted for linear maps and convolutions, one sample forward.",
    "preset": "A network to start from.",
}
_SKIPS = {
    "skip": "A connection p → q that carries the state of layer p past the layers in between and "
    "joins it at layer q.",
    "add": "The kind of skip that adds: s_q = h_q + s_p. Both must have the same shape.",
    "identity skip": "A skip that adds the state unchanged; its own Jacobian is the identity.",
    "projection": "A skip with a learned linear map, so that states of different shapes can be "
    "added.",
    "pad": "A skip that appends zeros for missing channels; no parameters (ResNet option A).",
    "gated": "A skip of highway networks: a learned gate T mixes branch and shortcut, "
    "T h + (1 − T) s.",
    "gate": "A product with what was computed from the same data (squeeze-and-excite). In a "
    "model of one's own it is reported, and no skip: the data come through scaled, not past.",
    "tied": "The same weights used at several places of a model, such as an embedding and the "
    "output layer. Their gradient is the sum over all places.",
    "shortcut gate": "A learned gate on the shortcut alone: h + (1 − T) s.",
    "concat": "A skip that puts the state beside the other one instead of adding it; the state "
    "gets wider (DenseNet, U-Net).",
    "residual connection": "A skip that adds the input of a branch to its output, y = F(x) + x, so "
    "that the branch learns the difference y − x.",
    "feedback skip": "A skip to the same or an earlier layer. It carries the state of the previous "
    "time step, so with a single time step it has nothing to carry.",
    "time step": "One pass through the chain. Networks with feedback skips make several.",
    "join": "Where a skip meets layer q: at its output, or inside, before its activation.",
    "clean path": "A way from a deep state to an early one that passes only identity skips, with "
    "no activation, norm or weight on it.",
    "branch scale": "A factor on the branch of a skip, fixed or learned.",
    "shortcut scale": "A factor on the state that a skip carries, fixed or learned.",
    "ReZero": "A learned branch scale that starts at 0, so that every block starts as the "
    "identity.",
    "SkipInit": "A learned branch scale that starts at 0, put in the place of batch norm.",
    "DenseNet": "A network in which every layer of a block reads all earlier states of the block, "
    "concatenated.",
    "U-Net": "A network that makes an image smaller and then larger again, with concat skips from "
    "each size to the same size on the way up; in the original they are cropped, since its "
    "convolutions are not padded.",
    "highway network": "A network whose layers are all gated: learned gates decide how much is "
    "transformed and how much carried.",
    "ResNet": "A network of residual blocks, y = F(x) + x.",
    "pre-activation": "Norm and activation come before the linear map, so that nothing stands "
    "after the addition.",
    "path": "One way from the input to the readout, through layers and skips.",
    "path length": "The number of layers on a path.",
}
_GRADIENTS = {
    "loss": "The number that training makes smaller; here cross-entropy, or the mean squared error "
    "in regression.",
    "gradient": "All partial derivatives of the loss by the entries of a state or of a weight.",
    "gradient of a state": "How the loss changes with what a layer hands on.",
    "gradient of the weights": "How the loss changes with a layer's weights. It is what the "
    "update is made of.",
    "norm": "The length of a vector: the root of the sum of its squares.",
    "Jacobian": "The matrix of all partial derivatives of one vector by another.",
    "identity matrix": "The matrix with ones on the diagonal and zeros elsewhere; it leaves every "
    "vector as it is.",
    "backpropagation": "The chain rule from the loss down to the input, one layer at a time.",
    "backpropagation through time": "Backpropagation in a network that runs for several time "
    "steps: over layers and over steps.",
    "vanishing gradient": "A gradient that shrinks from layer to layer until the first layers "
    "receive next to nothing.",
    "exploding gradient": "A gradient that grows from layer to layer until an update destroys what "
    "was learned.",
    "starved": "A layer is starved where the gradient of its weights is less than a millionth of "
    "the largest among the layers of its arm, and not exactly 0.",
    "signal": "What the states carry forward. Its size is the root mean square of their entries.",
    "shattered gradient": "Gradients at two nearby inputs that have nothing to do with each other.",
    "degradation": "A deeper network has a higher training loss than a shallower one, although it "
    "could represent the same functions.",
    "signed share": "The part that one way has in a gradient, ⟨part, whole⟩ / |whole|². Shares add "
    "up to 1, and some may be negative.",
    "criterion R": "⟨rest, part⟩ / |part|². Adding the part makes a gradient longer exactly where "
    "R is above −1/2.",
    "cosine": "Of the angle between two vectors: 1 for the same direction, 0 for right angles, −1 "
    "for opposite directions.",
    "attribution": "The exact split of a gradient into what came down each way.",
    "update ratio": "The norm of a layer's update over the norm of its weights.",
}
_EXPERIMENTS = {
    "arm": "One variant of the drawn network in an experiment. All arms have the same first "
    "weights and the same batches.",
    "with skips": "The arm in which skips carry both the signal and its gradient.",
    "without": "The arm in which skips carry nothing.",
    "gradient only": "The arm in which skips carry the gradient but not the signal. All forward "
    "values are those of the arm without skips.",
    "forward only": "The arm in which skips carry the signal but not its gradient.",
    "leave one out": "One arm per skip, in which only that skip is removed.",
    "probe": "A quantity measured in every layer while a network trains.",
    "run": "One training of all arms together.",
    "step": "One update of all weights, from one batch.",
    "batch": "The samples from which one update is made.",
    "epoch": "One pass over the whole train split.",
    "seed": "The number that fixes the first weights and the order of the batches.",
    "train split": "The samples that are trained on.",
    "test split": "The samples that are only looked at, to measure generalisation.",
    "generalisation": "How well what was learned from the train split does on the test split.",
    "overfitting": "A low training loss with a much higher test loss.",
    "chance": "The score of guessing.",
    "R²": "The part of the targets' variance that the outputs explain: 1 is perfect, 0 as good as "
    "always guessing the mean.",
    "learning rate": "The length of a step relative to the gradient.",
    "momentum": "The share of the last update that is added to the next one.",
    "linear probe": "A linear classifier trained on the states of one layer: its accuracy says how "
    "much can be read out of them by a linear map.",
    "Xavier initialisation": "First weights with variance 2 / (inputs + outputs).",
    "He initialisation": "First weights with variance 2 / inputs, made for ReLU.",
}
GLOSSARY: dict[str, str] = _NETWORK | _SKIPS | _GRADIENTS | _EXPERIMENTS


def definition(term: str) -> str:
    """What a term means, also at the start of a sentence; KeyError when it is not known."""
    return GLOSSARY[term] if term in GLOSSARY else GLOSSARY[term[0].lower() + term[1:]]


def terms(text: str) -> list[str]:
    """The terms marked in a text, in order."""
    return [mark["term"] for mark in MARK.finditer(text)]
