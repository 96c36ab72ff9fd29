"""What a layer can be. Layer k reads r, the state s_(k-1) unless `reads` says otherwise
(skipviz.network.wiring), and hands on s_k:

    order "post":  z = op(r);  u = norm(z), then the skips that join inside the activation;
                   h = dropout(act(u))
    order "pre":   h = dropout(op(act(norm(r))))
    either:        s_k = state_norm(h joined by the skips that join at the output, in order)

Each class below says what its op is; `mark` is its letter in the drawing, `starts` what has to be
told where another layer becomes one of its kind. States are vectors (features,), sequences
(positions, channels) or images (channels, height, width); the batch axis is never written.
A field left None takes the network's default (`Network.defaults`) in layers with weights, and
means "nothing" in layers without.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import Field, TypeAdapter

from skipviz.network.attending import Attention
from skipviz.network.layer_base import Bare, Margin, Sides, Size, Step, Weighted
from skipviz.network.naming import ATTENDED
from skipviz.network.over_depth import DepthAttention
from skipviz.network.recurrent import Gru, Lstm, Rnn
from skipviz.network.slices import Slice
from skipviz.network.styles import Activation, Omega
from skipviz.network.tokens import ClassToken, Embedding, Latents, Positions, Shift
from skipviz.network.wiring import in_full


class Dense(Weighted):
    """op(s) = W s + b with `width` rows; s is any state, flattened."""

    mark: ClassVar[str] = ""
    starts: ClassVar[Mapping[str, Any]] = {"width": 32}
    kind: Literal["dense"] = "dense"
    width: Size
    activation: Activation | None = None
    omega: Omega | None = None


class _Conv(Weighted):
    """op(s) = W * s + b, a cross-correlation as in torch.

    Per axis, n positions become floor((n + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
    `padding` None is half the kernel, dilation (kernel - 1) // 2 on both sides: an odd kernel
    with stride 1 then keeps the size. With `sides` "start" or "end" all of it lies on one side of
    every axis, n + padding for n + 2 padding, and None is dilation (kernel - 1), which keeps the
    size for any kernel. At the start a convolution along a sequence is causal: position t reads
    none behind it (WaveNet, van den Oord et al. 2016).
    """

    channels: Size
    kernel: Step = 3
    stride: Step = 1
    padding: Margin | None = None
    sides: Sides = "both"
    dilation: Step = 1
    groups: Size = 1
    activation: Activation | None = None
    omega: Omega | None = None

    @property
    def reach(self) -> int:
        """How far a window reaches beyond its first position."""
        return self.dilation * (self.kernel - 1)

    @property
    def padding_size(self) -> int:
        """The padding on each side that has any, in positions."""
        if self.padding is not None:
            return self.padding
        return self.reach // 2 if self.sides == "both" else self.reach

    @property
    def margins(self) -> tuple[int, int]:
        """The padding at the start and at the end of every axis, in positions."""
        size = self.padding_size
        return (size if self.sides != "end" else 0, size if self.sides != "start" else 0)


class Conv1d(_Conv):
    """A convolution along a sequence; kernel 1 is a dense layer at every position."""

    mark: ClassVar[str] = "C"
    starts: ClassVar[Mapping[str, Any]] = {"channels": 16}
    kind: Literal["conv1d"] = "conv1d"


class Conv2d(_Conv):
    """A convolution with square kernels over an image."""

    mark: ClassVar[str] = "C"
    starts: ClassVar[Mapping[str, Any]] = {"channels": 16}
    kind: Literal["conv2d"] = "conv2d"


class _ConvTranspose(Weighted):
    """The transpose of a convolution's linear map, plus b, as in torch.

    Per axis, n positions become (n - 1) stride - 2 padding + dilation (kernel - 1)
    + output_padding + 1.
    """

    channels: Size
    kernel: Step = 2
    stride: Step = 2
    padding: Margin = 0
    output_padding: Margin = 0
    dilation: Step = 1
    groups: Size = 1
    activation: Activation | None = None
    omega: Omega | None = None


class ConvTranspose1d(_ConvTranspose):
    """A transposed convolution along a sequence."""

    mark: ClassVar[str] = "T"
    starts: ClassVar[Mapping[str, Any]] = {"channels": 16}
    kind: Literal["conv_transpose1d"] = "conv_transpose1d"


class ConvTranspose2d(_ConvTranspose):
    """A transposed convolution with square kernels over an image (U-Net's up-convolution)."""

    mark: ClassVar[str] = "T"
    starts: ClassVar[Mapping[str, Any]] = {"channels": 16}
    kind: Literal["conv_transpose2d"] = "conv_transpose2d"


class _Pool(Bare):
    """n positions become floor((n + 2 padding - kernel) / stride) + 1; stride None is `kernel`.

    With `ceil` it is ceil(..) + 1 as in torch: the last window may reach over the edge, where
    nothing counts, but does not start there.
    """

    kernel: Step = 2
    stride: Step | None = None
    padding: Margin = 0
    ceil: bool = False

    @property
    def step(self) -> int:
        """The stride, in positions."""
        return self.stride or self.kernel


class MaxPool(_Pool):
    """op takes the largest entry of every window of a sequence or image."""

    mark: ClassVar[str] = "P"
    kind: Literal["max_pool"] = "max_pool"


class AveragePool(_Pool):
    """op takes the mean of every window of a sequence or image; padded zeros count."""

    mark: ClassVar[str] = "P"
    kind: Literal["average_pool"] = "average_pool"


class GlobalPool(Bare):
    """op takes the mean or maximum over all positions, or the first or last of them, and hands on a
    vector of the channels: the first is a class token's, the last is that of a recurrent layer.
    """

    mark: ClassVar[str] = "G"
    kind: Literal["global_pool"] = "global_pool"
    reduce: Literal["mean", "max", "first", "last"] = "mean"


class Upsample(Bare):
    """op makes every axis of positions `factor` times longer (torch's interpolate)."""

    mark: ClassVar[str] = "U"
    kind: Literal["upsample"] = "upsample"
    factor: Step = 2
    mode: Literal["nearest", "linear"] = "nearest"


class Flatten(Bare):
    """op hands on all entries as one vector."""

    mark: ClassVar[str] = "F"
    kind: Literal["flatten"] = "flatten"


class Reshape(Bare):
    """op hands on the same entries, in the same (row-major) order, in another shape."""

    mark: ClassVar[str] = "R"
    starts: ClassVar[Mapping[str, Any]] = {"shape": (1, 8, 8)}
    kind: Literal["reshape"] = "reshape"
    shape: Annotated[tuple[Size, ...], Field(min_length=1, max_length=3)]


class ToSequence(Bare):
    """op reads an image (channels, height, width) as (height * width, channels), row by row."""

    mark: ClassVar[str] = "R"
    kind: Literal["to_sequence"] = "to_sequence"


class Identity(Bare):
    """op(s) = s: a place for a norm, an activation or the end of a skip of its own."""

    mark: ClassVar[str] = "I"
    kind: Literal["identity"] = "identity"


class FeedForward(Weighted):
    """op(s) = act(s W1' + b1) W2' + b2 at every position of a sequence, or on a vector.

    W1 has `width` rows, W2 as many as s has channels. `activation` is the inner one: around op
    there is none.
    """

    mark: ClassVar[str] = "M"
    starts: ClassVar[Mapping[str, Any]] = {"width": 64}
    kind: Literal["feed_forward"] = "feed_forward"
    width: Size
    activation: Activation | None = None
    omega: Omega | None = None


AnyLayer = (
    Dense
    | Conv1d
    | Conv2d
    | ConvTranspose1d
    | ConvTranspose2d
    | MaxPool
    | AveragePool
    | GlobalPool
    | Upsample
    | Flatten
    | Reshape
    | ToSequence
    | Identity
    | Slice
    | Positions
    | Embedding
    | ClassToken
    | Latents
    | Shift
    | Attention
    | FeedForward
    | Rnn
    | Lstm
    | Gru
    | DepthAttention
)
Layer = Annotated[AnyLayer, Field(discriminator="kind")]
LAYER_CLASSES: Mapping[str, type[AnyLayer]] = {
    kind.model_fields["kind"].default: kind for kind in get_args(AnyLayer)
}


def drawn_sources(layer: AnyLayer) -> dict[str, Any]:
    """What a layer is made from, as plain data for a drawing."""
    return {
        "reads": in_full(layer.reads),
        **{name: getattr(layer, name, None) for name in ATTENDED},
        "independent": isinstance(layer, Latents),
    }


layer_adapter: TypeAdapter[AnyLayer] = TypeAdapter(Layer)
Convolution = Conv1d | Conv2d
Pool = MaxPool | AveragePool
TransposedConvolution = ConvTranspose1d | ConvTranspose2d
