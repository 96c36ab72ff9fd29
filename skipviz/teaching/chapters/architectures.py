"""Chapter 6: four networks that are known for their skips."""

from skipviz import presets
from skipviz.language import N_, _
from skipviz.measures.cases import Case, chain
from skipviz.measures.requests import PublishedSizes, StartGradients
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.teaching.chapter import Chapter, Section

_RESNET = presets.load("resnet8_digits")
_DENSENET = presets.load("densenet_digits")
_UNET = presets.load("unet_digits").remove_layer(15).change_readout(kind="per_position")


def _highway(bias: float) -> Network:
    net = chain(41, "tanh", "xavier")
    for k in range(1, 41):
        net = net.add_skip(k, k + 1, kind="gated", gate_bias=bias)
    return net


_GATES = (
    Case("c = 0", _highway(0), "plain"),
    Case("c = −2", _highway(-2)),
    Case("c = −4", _highway(-4)),
    Case(_("identity skips"), chain(41, "tanh", "xavier", step=1), "skip"),
)
_PUBLISHED = tuple(name for name in presets.names() if presets.info(name).published)
_FOUR = ("skip", "plain", "gradient_only", "forward_only")
_IMAGES = Settings(data="digits_images", steps=40, batch_size=32)

CHAPTER = Chapter(
    "architectures",
    N_("ResNet, DenseNet, U-Net, highway"),
    N_("Four well-known networks in small, each with its equation and its gradient."),
    (
        Section(
            "resnet",
            N_("ResNet"),
            N_(r"""
He and others (2015) stack blocks of two or three convolutions with [[batch norm]] and a shortcut,

$$
y = \operatorname{relu}\big(F(x) + x\big),
$$

with a [[projection]] or a [[pad|zero-padded]] shortcut where the image gets smaller. Note the
ReLU after the sum: the identity is not quite clean, since each block lets pass only where the sum
is positive. The successor of 2016 moves norm and activation into the branch
([[pre-activation]]), and the path is free.

Skips here came as a remedy for [[degradation]], not for vanishing: with batch norm the gradients
of the plain networks had healthy norms. [A later chapter](?chapter=degradation) takes the two
apart. Here is a [[ResNet]] of eight layers on images of digits, with its three shortcuts and
without them.
"""),
            Training(_RESNET, _IMAGES),
            playground=(_RESNET, "digits_images"),
            views=("weight_gradient", "training"),
        ),
        Section(
            "densenet",
            N_("DenseNet"),
            N_(r"""
Huang and others (2017) let every layer of a block read all earlier states of the block, put side
by side ([[concat]]):

$$
s_k = [\,s_{k-1},\ h_k\,] = [\,s_0,\ h_1,\ \dots,\ h_k\,].
$$

Each layer makes only a few new channels (the growth rate, here 8) and all of them stay available.
Nothing is added to anything, and no two neighbouring layers are “fully connected” by force, as one
text has it; all later layers *of the same block* read them, and between blocks a 1×1 convolution
halves the channels. Where $m$ states are joined all to all, $2^{m-2}$ [[path|paths]] lead from the
first to the last: every one in between is on the way or not. Backward, the gradient of $h_k$ is a
sum of one term per reader, each with weights on it: a short way, but no identity. The state grows
with every layer, which [costs memory](?chapter=cost).
"""),
            Training(_DENSENET, _IMAGES),
            "on request",
            playground=(_DENSENET, "digits_images"),
        ),
        Section(
            "unet",
            N_("U-Net"),
            N_(r"""
Ronneberger and others (2015) shrink an image step by step, then enlarge it again, and at each size
hand the early state across to the late one ([[concat]]). Their convolutions are not padded, so they
crop it first; those here are, and both have the same height and width:

$$
s_q = [\,\mathrm{up}(s_{q-1}),\ s_p\,].
$$

The skips carry *where things are*, the way through the middle *what they are*. The middle is not
too small for detail: here it has 2 × 2 positions of 32 channels, 128 numbers for 64 pixels. But
without skips detail has to be put into those numbers and taken out again.

Is it the signal that helps, or the gradient? The small U-Net has to take the noise out of digits,
in four [[arm|arms]]. Its score is R², the share of the variance of the clean pixels that it gets
right; 0 is a grey image. [[forward only|Forward only]] comes near the whole skip, though the
gradient of its first layers stays small; [[gradient only]] is no better than none. So the forward
half of these skips is the point.
"""),
            Training(
                _UNET,
                Settings(data="digits_denoising", arms=_FOUR, steps=60, batch_size=32),
            ),
            "on request",
            playground=(_UNET, "digits_denoising"),
            views=("weight_gradient", "training"),
        ),
        Section(
            "highway",
            N_("Highway networks"),
            N_(r"""
Srivastava and others (2015) let the network decide layer by layer how much it transforms and how
much it carries:

$$
\begin{aligned} y &= T \odot H(x) + (1 - T) \odot x, \\ T &= \sigma(V x + c). \end{aligned}
$$

Where the gate $T$ is near 0 the layer is the identity. So the bias $c$ starts below zero. At
$-2$ it carries $1 - \sigma(-2) \approx 0.88$ of $x$, which is not 1: over 40 layers the carried
part alone shrinks to $0.88^{40} \approx 0.006$. With $c = 0$ it would be $2^{-40}$. So a gate may
close the way that an [[identity skip]] keeps open for good. The chart compares three biases with
identity skips, in 41 tanh layers at the first weights.
"""),
            StartGradients(_GATES),
            "on request",
            playground=(_highway(-2), "digits"),
        ),
        Section(
            "sizes",
            N_("At the size of the papers"),
            N_(r"""
The networks above are small, so that they train here within seconds. Those of the papers are in
the app too: they can be loaded, drawn, counted and exported as PyTorch code, with
`skipviz.presets.load("resnet50")` say. A count is the sharpest test of a drawing: one forgotten
bias or a [[projection]] in the wrong place, and it is off. Two traps to know: a “ResNet-18” of 11
million parameters on CIFAR is the network for large images, not the one of the paper's CIFAR
tables; and whether the stride of a bottleneck is on its first or its second convolution changes
the MACs, not the parameters.
"""),
            PublishedSizes(_PUBLISHED),
            "on request",
            playground=(presets.load("resnet20"), "cifar10"),
        ),
    ),
)
