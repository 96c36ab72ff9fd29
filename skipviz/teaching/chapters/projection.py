"""Chapter 7: when the two shapes differ."""

from skipviz import presets
from skipviz.language import N_, _
from skipviz.measures.cases import Case, chain
from skipviz.measures.requests import ShapeFixes, SkipCost, StartGradients
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.teaching.chapter import Chapter, Section

_DEPTH = 41


def _every_skip(kind: str, **options: object) -> Network:
    net = chain(_DEPTH, "tanh", "xavier")
    for k in range(1, _DEPTH - 1, 2):
        net = net.add_skip(k, k + 2, kind=kind, branch_scale=0.1, **options)
    return net


_SHORTCUTS = (
    Case(_("identity"), _every_skip("add"), "skip"),
    Case(
        _("projection, PyTorch's first weights"),
        _every_skip("projection", init={"scheme": "pytorch"}),
    ),
    Case(
        _("projection, orthogonal"),
        _every_skip("projection", init={"scheme": "orthogonal"}),
    ),
)

CHAPTER = Chapter(
    "projection",
    N_("When the shapes differ"),
    N_("Adding needs equal shapes. Three ways to get there, and what they do to the gradient."),
    (
        Section(
            "fit",
            N_("128 + 10 do not add up"),
            N_(r"""
A tutorial builds a network $784 \to 128 \to 128 \to 10$, makes a branch of 128 units from the
input and returns `x1 + x4`: 128 numbers plus 10. That does not fit, and no framework will add it.
Here the check of this app says what is wrong and what would fix it, and each fix has been tried
out. In the Playground the skip is red, and the same fixes are on offer.

Two more slips are in the same listing. It initialises all variables anew inside its training
loop, so that each round forgets the last. And its labels are normal random numbers, which are no
probabilities. Its network `skip_network` also has nothing to do with depth: the branch skips the
whole network, so it is a second, shallow network beside the first.
"""),
            ShapeFixes(network=presets.load("dense_784_skip"), input_shape=(784,), outputs=10),
            playground=(presets.load("dense_784_skip"), "mnist"),
        ),
        Section(
            "mended",
            N_("The same network, fixed"),
            N_(r"""
With the branch made 10 wide, $y = f(W_1 x + b_1) + W_4\, h_3 + b_4$ is sound. This run uses the 64
pixels of our digits in the place of 784. In a network this shallow nothing vanishes: at the start
the gradients of the two arms hardly differ. The skip goes past all three linear maps, from the
input to the readout, and has weights and a ReLU of its own: a network of one layer beside one of
three. Against vanishing a [[skip]] is a remedy for depth, and where there is no depth there is
nothing to be fixed.

The ReLU on the branch of the tutorial is kept. It can only *raise* a [[logits|logit]], since what
it adds is never negative.
"""),
            Training(presets.load("dense_64_skip"), Settings(steps=60)),
            playground=(presets.load("dense_64_skip"), "digits"),
            views=("weight_gradient", "training"),
        ),
        Section(
            "spectrum",
            N_("A projection is no identity"),
            N_(r"""
Three ways to make shapes equal: a [[projection]] $W s_p$ (for images a 1×1 convolution, with a
stride where the image shrinks), [[pad|zero padding]] of the missing channels, or making the branch
as wide as its input. Only the projection has weights, and with them a [[Jacobian]] of its own:
over $L$ blocks the “direct” way multiplies the gradient by $W_L \cdots W_1$.

That product can vanish or explode like any other. The chart replaces every shortcut in 41 tanh
layers by a projection, with branches scaled down to a tenth so that the shortcuts rule. First
weights as PyTorch draws them leave about $1/\sqrt 3 \approx 0.58$ of the gradient per block;
orthogonal ones keep its length. So: identities wherever shapes allow, projections only where they
change.
"""),
            StartGradients(_SHORTCUTS),
            "on request",
            playground=(_every_skip("projection"), "digits"),
        ),
        Section(
            "counted",
            N_("What conv_block costs"),
            N_(r"""
Another tutorial defines a `conv_block`: two 3×3 convolutions with [[batch norm]], the first with
stride 2, and a 1×1 convolution with stride 2 and batch norm as the shortcut, ReLU after the sum.
Four of them with 32, 64, 128 and 256 channels, a mean over all positions and a linear map make its
network for images of 32×32.

Every one of its four shortcuts is a projection, since every block changes both size and channels.
So there is no identity in it at all: it has the shape of a [[ResNet]], and no block whose branch
would learn the difference from its input. What its shortcuts cost is little: the number below is
counted from the shapes, exactly.
"""),
            SkipCost(network=presets.load("conv_block"), input_shape=(3, 32, 32), outputs=10),
            playground=(presets.load("conv_block"), "cifar10"),
        ),
        Section(
            "conv",
            N_("conv_block at work"),
            N_(r"""
Two such blocks, with 16 and 32 channels, on our 8×8 digits. In the arm without skips the branches
are alone. The gradient of the first layers differs by a small factor, for there are only four
convolutions, each with [[batch norm]], which keeps the sizes of states in order.

Whether the shortcut matters here is a question for the loss, not for the gradient alone: see
which of the two falls faster, then open the network in the Playground and repeat it with other
seeds. One run is one draw. [Chapter 10](?chapter=claims) does that properly, with three seeds and
ranges.
"""),
            Training(
                presets.load("conv_block_digits"),
                Settings(data="digits_images", steps=40, batch_size=32),
            ),
            "on request",
            playground=(presets.load("conv_block_digits"), "digits_images"),
            views=("weight_gradient", "training"),
        ),
    ),
)
