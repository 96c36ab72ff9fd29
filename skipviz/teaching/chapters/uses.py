"""Chapter 12: images, language, speech."""

from skipviz.language import N_
from skipviz.network import (
    Attention,
    Conv1d,
    Conv2d,
    Embedding,
    FeedForward,
    Identity,
    Init,
    Network,
    Positions,
    Readout,
    Style,
)
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.teaching.chapter import Chapter, Section

_XAVIER = Init(scheme="xavier")


def _around(layers: list[object], first: int, step: int, blocks: int, **fields: object) -> Network:
    """Add skips around `blocks` blocks of `step` layers, the first of them after layer `first`."""
    ends = range(first, first + step * blocks, step)
    skips = [{"kind": "add", "source": k, "target": k + step} for k in ends]
    return Network.of(layers=layers, skips=skips, **fields)


_IMAGES = _around([Conv2d(channels=12), *[Conv2d(channels=12)] * 12], 1, 2, 6)
_LETTERS = _around(
    [
        Embedding(vocabulary=35, width=32),
        Positions(),
        *[Attention(heads=4, causal=True), FeedForward(width=64)] * 4,
        Identity(norm="layer"),
    ],
    2,
    1,
    8,
    readout=Readout(kind="per_position"),
    defaults=Style(norm="layer", order="pre", activation="gelu", init=_XAVIER),
)
_VOWELS = _around(
    [
        Conv1d(channels=16, kernel=7, stride=4),
        *[Conv1d(channels=16)] * 12,
    ],
    1,
    2,
    6,
    defaults=Style(activation="relu"),
)

CHAPTER = Chapter(
    "uses",
    N_("Where skips are used"),
    N_(
        "Images, language, speech: three small networks of the kinds used there, with their skips "
        "and without."
    ),
    (
        Section(
            "images",
            N_("Images"),
            N_(r"""
Nearly every deep network for images has skips: [[ResNet|ResNets]] for recognition,
[[U-Net|U-Nets]] for finding outlines and for taking noise away, [[DenseNet|DenseNets]] where
parameters are few. The state is an image with several channels, and a skip adds or appends all
pixels of all channels at once. It needs the same height and width at both ends, or a stride or a
crop on its way.

Here are thirteen 3×3 convolutions of 12 channels on images of digits, no [[batch norm]], PyTorch's
first weights. Without skips the gradient vanishes just as in dense layers. Convolutions change
nothing about the argument: they are linear maps, each with a Jacobian of its own.
"""),
            Training(
                _IMAGES,
                Settings(data="digits_images", steps=40, batch_size=32),
            ),
            playground=(_IMAGES, "digits_images"),
            views=("weight_gradient", "training"),
        ),
        Section(
            "language",
            N_("Language"),
            N_(r"""
A block of a transformer reads the state, lets each position look at the others (attention) or at
itself (a feed-forward map), and *adds* the result. Where the norm stands makes the difference. With
the norm inside the branch, $s_k = s_{k-1} + F(\mathrm{norm}(s_{k-1}))$, it is a residual network,
and the sum from the first block to the last is often called the residual stream. The first
transformers had it after the sum, $s_k = \mathrm{norm}(s_{k-1} + F(s_{k-1}))$, where no
[[clean path]] is left; [experiment 13](experiments?e=g13) compares the two.

This small one, with the norm inside, reads 32 characters of Shakespeare's sonnets and names the one
that follows each of them; it may look only to the left. [[Chance]] is always naming the most
frequent character. Without the skips each block has to pass on all that later ones may need,
through its own weights.
"""),
            Training(
                _LETTERS,
                Settings(data="sonnets", steps=80, optimizer="adam", learning_rate=0.003),
            ),
            "on request",
            playground=(_LETTERS, "sonnets"),
            views=("weight_gradient", "training"),
        ),
        Section(
            "speech",
            N_("Speech"),
            N_(r"""
Sound is a sequence of pressure values, and networks for speech slide convolutions along it, with
residual blocks between them; so do the networks that generate speech, in which skips from every
block go straight to the output as well.

Here ten vowels are told apart from 26 milliseconds each. The sounds are synthesised from measured
formants of English vowels (Peterson and Barney 1952), not recorded. Thirteen convolutions over
time, the first with stride 4; six skips. The plain network has to push its gradient through all of
them.
"""),
            Training(
                _VOWELS,
                Settings(data="vowels", steps=80, batch_size=32),
            ),
            "on request",
            playground=(_VOWELS, "vowels"),
            views=("weight_gradient", "training"),
        ),
    ),
)
