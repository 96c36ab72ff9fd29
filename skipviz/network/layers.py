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

from skipviz.network.layer_base import (
    Bare,
    LayerBase,
    Margin,
    Named,
    Sides,
    Size,
    Step,
    Tie,
    Weighted,
)
from skipviz.network.naming import memory
from skipviz.network.over_depth import DepthAttention
from skipviz.network.recurrent import Gru, Lstm, Rnn
from skipviz.network.slices import Slice
from skipviz.network.styles import Activation, Omega
from skipviz.network.tokens import ClassToken, Latents, Shift
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


class Positions(LayerBase):
    """op(s) = s + P for a sequence s; P is learned, N(0, std^2) at first, or sinusoidal.

    Sinusoidal (Vaswani et al. 2017): P[t, 2i] = sin(t / 10000^(2i/D)), P[t, 2i+1] = cos(same).
    """

    mark: ClassVar[str] = "+"
    kind: Literal["positions"] = "positions"
    learned: bool = True
    std: float = Field(default=0.02, ge=0, le=100)


class Embedding(LayerBase):
    """op looks up row s[t] of a learned table (vocabulary, width), N(0, std^2) at first.

    It reads token numbers 0 .. vocabulary - 1, shape (positions,), so it is the first layer, or a
    later one that reads the input once more.
    """

    mark: ClassVar[str] = "E"
    starts: ClassVar[Mapping[str, Any]] = {"vocabulary": 64, "width": 32}
    kind: Literal["embedding"] = "embedding"
    vocabulary: Size
    width: Size
    std: float = Field(default=1.0, ge=0, le=100)
    tied_to: Tie = None


class Attention(Weighted):
    """Multi-head attention (Vaswani et al. 2017) of a sequence s of D channels to a sequence m.

    m is s, or with `memory: k` the state s_k as layer k hands it on, of the same arm and time step.
    q, k, v = s Wq' + bq, m Wk' + bk, m Wv' + bv; in each of `heads` slices of d = D / heads
    channels a = softmax(q k' / sqrt(d)) v, with `causal` over positions up to the own one;
    op(s) = [a_1 .. a_heads] Wo' + bo. No activation.

    `kv_heads`: keys and values have so many slices only, each for heads / kv_heads neighbours
    (Ainslie et al. 2023). `qk_norm`: every q and k is normalised over its d channels, scaled (and
    for `layer` shifted) alike in all heads (Dehghani et al. 2023). `rotary`: then channels i and
    i + d / 2 of q and k at position t are turned by the angle t / 10000^(2 i / d) (Su et al. 2021).
    """

    mark: ClassVar[str] = "A"
    kind: Literal["attention"] = "attention"
    heads: Size = 4
    causal: bool = False
    activation: Literal["identity"] = "identity"
    kv_heads: Size | None = None
    rotary: bool = False
    qk_norm: Literal["none", "layer", "rms"] = "none"
    memory: Named = None

    @property
    def key_heads(self) -> int:
        """The slices of keys and values."""
        return self.kv_heads or self.heads


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
        "memory": memory(layer),
        "independent": isinstance(layer, Latents),
    }


layer_adapter: TypeAdapter[AnyLayer] = TypeAdapter(Layer)
Convolution = Conv1d | Conv2d
Pool = MaxPool | AveragePool
TransposedConvolution = ConvTranspose1d | ConvTranspose2d
