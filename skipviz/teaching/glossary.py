"""The words of the app, each in one or two sentences, and how a text marks them.

A text writes [[term]], or [[term|as written]].
"""

import re

from skipviz.language import N_, _

MARK = re.compile(r"\[\[(?P<term>[^\]|]+)(?:\|(?P<shown>[^\]]+))?\]\]")
_COLON = re.compile(r": |：")

_NETWORK = (
    N_("network: Layers 1 to N between the input (0) and the readout (N + 1), plus skips."),
    N_(
        "layer: One step of the chain, mostly a linear map followed by an activation. Layer k "
        "reads the state of layer k − 1 and makes h_k."
    ),
    N_("chain: The layers one after the other, without skips."),
    N_(
        "wiring: What layers read where it is not the state before them: an earlier state, or "
        "several concatenated, added or multiplied. It is the same in every arm, and no skip."
    ),
    N_(
        "cut off: A layer is cut off in an arm where only skips that the arm does without lead on "
        "from it: its gradient is exactly 0, whatever the weights."
    ),
    N_(
        "state: What layer k hands on, after all skips that end there have joined: s_k. Without "
        "such a skip it is h_k, the layer's own output; s_0 is the input."
    ),
    N_("input: State 0: the sample itself."),
    N_("readout: The last linear map, N + 1. It turns the last state into one number per class."),
    N_("logits: The numbers the readout gives, one per class, before softmax."),
    N_("activation: The nonlinear function after a linear map, such as ReLU, tanh or sigmoid."),
    N_(
        "saturated: An activation is saturated where its slope is nearly zero: hardly any gradient "
        "passes."
    ),
    N_("depth: The number of layers, N."),
    N_("width: The number of units of a layer."),
    N_("branch: What lies between the two ends of a skip: F in y = F(x) + x."),
    N_(
        "batch norm: Normalises every unit over the batch to mean 0 and variance 1, then scales "
        "and shifts it by learned numbers."
    ),
    N_(
        "layer norm: Normalises all units of one sample (of one position, in a sequence) to mean 0 "
        "and variance 1, then scales and shifts them by learned numbers."
    ),
    N_("parameters: All numbers that are learned: weights, biases, gates, scales."),
    N_(
        "MAC: One multiply-accumulate. Counted for linear maps and convolutions, one sample "
        "forward."
    ),
    N_("preset: A network to start from."),
)
_SKIPS = (
    N_(
        "skip: A connection p → q that carries the state of layer p past the layers in between and "
        "joins it at layer q."
    ),
    N_("add: The kind of skip that adds: s_q = h_q + s_p. Both must have the same shape."),
    N_("identity skip: A skip that adds the state unchanged; its own Jacobian is the identity."),
    N_(
        "projection: A skip with a learned linear map, so that states of different shapes can be "
        "added."
    ),
    N_("pad: A skip that appends zeros for missing channels; no parameters (ResNet option A)."),
    N_(
        "gated: A skip of highway networks: a learned gate T mixes branch and shortcut, T h + (1 − "
        "T) s."
    ),
    N_(
        "gate: A product with what was computed from the same data (squeeze-and-excite). In a "
        "model of one's own it is reported, and no skip: the data come through scaled, not past."
    ),
    N_(
        "tied: The same weights used at several places of a model, such as an embedding and the "
        "output layer. Their gradient is the sum over all places."
    ),
    N_("shortcut gate: A learned gate on the shortcut alone: h + (1 − T) s."),
    N_(
        "concat: A skip that puts the state beside the other one instead of adding it; the state "
        "gets wider (DenseNet, U-Net)."
    ),
    N_(
        "residual connection: A skip that adds the input of a branch to its output, y = F(x) + x, "
        "so that the branch learns the difference y − x."
    ),
    N_(
        "feedback skip: A skip to the same or an earlier layer. It carries the state of the "
        "previous time step, so with a single time step it has nothing to carry."
    ),
    N_("time step: One pass through the chain. Networks with feedback skips make several."),
    N_("join: Where a skip meets layer q: at its output, or inside, before its activation."),
    N_(
        "clean path: A way from a deep state to an early one that passes only identity skips, with "
        "no activation, norm or weight on it."
    ),
    N_("branch scale: A factor on the branch of a skip, fixed or learned."),
    N_("shortcut scale: A factor on the state that a skip carries, fixed or learned."),
    N_(
        "ReZero: A learned branch scale that starts at 0, so that every block starts as the "
        "identity."
    ),
    N_("SkipInit: A learned branch scale that starts at 0, put in the place of batch norm."),
    N_(
        "DenseNet: A network in which every layer of a block reads all earlier states of the "
        "block, concatenated."
    ),
    N_(
        "U-Net: A network that makes an image smaller and then larger again, with concat skips "
        "from each size to the same size on the way up; in the original they are cropped, since "
        "its convolutions are not padded."
    ),
    N_(
        "highway network: A network whose layers are all gated: learned gates decide how much is "
        "transformed and how much carried."
    ),
    N_("ResNet: A network of residual blocks, y = F(x) + x."),
    N_(
        "pre-activation: Norm and activation come before the linear map, so that nothing stands "
        "after the addition."
    ),
    N_("path: One way from the input to the readout, through layers and skips."),
    N_("path length: The number of layers on a path."),
)
_GRADIENTS = (
    N_(
        "loss: The number that training makes smaller; here cross-entropy, or the mean squared "
        "error in regression."
    ),
    N_("gradient: All partial derivatives of the loss by the entries of a state or of a weight."),
    N_("gradient of a state: How the loss changes with what a layer hands on."),
    N_(
        "gradient of the weights: How the loss changes with a layer's weights. It is what the "
        "update is made of."
    ),
    N_("norm: The length of a vector: the root of the sum of its squares."),
    N_("Jacobian: The matrix of all partial derivatives of one vector by another."),
    N_(
        "identity matrix: The matrix with ones on the diagonal and zeros elsewhere; it leaves "
        "every vector as it is."
    ),
    N_("backpropagation: The chain rule from the loss down to the input, one layer at a time."),
    N_(
        "backpropagation through time: Backpropagation in a network that runs for several time "
        "steps: over layers and over steps."
    ),
    N_(
        "vanishing gradient: A gradient that shrinks from layer to layer until the first layers "
        "receive next to nothing."
    ),
    N_(
        "exploding gradient: A gradient that grows from layer to layer until an update destroys "
        "what was learned."
    ),
    N_(
        "starved: A layer is starved where the gradient of its weights is less than a millionth of "
        "the largest among the layers of its arm, and not exactly 0."
    ),
    N_("signal: What the states carry forward. Its size is the root mean square of their entries."),
    N_(
        "shattered gradient: Gradients at two nearby inputs that have nothing to do with each "
        "other."
    ),
    N_(
        "degradation: A deeper network has a higher training loss than a shallower one, although "
        "it could represent the same functions."
    ),
    N_(
        "signed share: The part that one way has in a gradient, ⟨part, whole⟩ / |whole|². Shares "
        "add up to 1, and some may be negative."
    ),
    N_(
        "criterion R: ⟨rest, part⟩ / |part|². Adding the part makes a gradient longer exactly "
        "where R is above −1/2."
    ),
    N_(
        "cosine: Of the angle between two vectors: 1 for the same direction, 0 for right angles, "
        "−1 for opposite directions."
    ),
    N_("attribution: The exact split of a gradient into what came down each way."),
    N_("update ratio: The norm of a layer's update over the norm of its weights."),
)
_EXPERIMENTS = (
    N_(
        "arm: One variant of the drawn network in an experiment. All arms have the same first "
        "weights and the same batches."
    ),
    N_("with skips: The arm in which skips carry both the signal and its gradient."),
    N_("without: The arm in which skips carry nothing."),
    N_(
        "gradient only: The arm in which skips carry the gradient but not the signal. All forward "
        "values are those of the arm without skips."
    ),
    N_("forward only: The arm in which skips carry the signal but not its gradient."),
    N_("leave one out: One arm per skip, in which only that skip is removed."),
    N_("probe: A quantity measured in every layer while a network trains."),
    N_("run: One training of all arms together."),
    N_("step: One update of all weights, from one batch."),
    N_("batch: The samples from which one update is made."),
    N_("epoch: One pass over the whole train split."),
    N_("seed: The number that fixes the first weights and the order of the batches."),
    N_("train split: The samples that are trained on."),
    N_("test split: The samples that are only looked at, to measure generalisation."),
    N_("generalisation: How well what was learned from the train split does on the test split."),
    N_("overfitting: A low training loss with a much higher test loss."),
    N_("chance: The score of guessing."),
    N_(
        "R²: The part of the targets' variance that the outputs explain: 1 is perfect, 0 as good "
        "as always guessing the mean."
    ),
    N_("learning rate: The length of a step relative to the gradient."),
    N_("momentum: The share of the last update that is added to the next one."),
    N_(
        "linear probe: A linear classifier trained on the states of one layer: its accuracy says "
        "how much can be read out of them by a linear map."
    ),
    N_("Xavier initialisation: First weights with variance 2 / (inputs + outputs)."),
    N_("He initialisation: First weights with variance 2 / inputs, made for ReLU."),
)


def separated(entry: str) -> tuple[str, str]:
    """The word of an entry and what it means, in any language."""
    word, meaning = _COLON.split(entry, maxsplit=1)
    return word, meaning


ENTRIES = {separated(entry)[0]: entry for entry in (*_NETWORK, *_SKIPS, *_GRADIENTS, *_EXPERIMENTS)}
"""Term and meaning as one message, so that a word may be said otherwise than elsewhere."""
GLOSSARY = {term: separated(entry)[1] for term, entry in ENTRIES.items()}
"""What each term means, in English."""


def said(term: str) -> tuple[str, str]:
    """A term as readers say it, and what it means; KeyError when it is not known."""
    return separated(_(ENTRIES[term if term in ENTRIES else term[0].lower() + term[1:]]))


def definition(term: str) -> str:
    """What a term means, also at the start of a sentence; KeyError when it is not known."""
    return said(term)[1]


def terms(text: str) -> list[str]:
    """The terms marked in a text, in order."""
    return [mark["term"] for mark in MARK.finditer(text)]
