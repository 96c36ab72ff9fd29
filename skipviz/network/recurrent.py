"""Recurrent layers over the positions of a sequence, as torch's with one layer and batch_first.

With x_t what is read at position t, h_0 = 0, and maps of x_t and of h_(t-1) with a bias each:

    rnn    h_t = act(W x_t + b + U h_(t-1) + c)
    lstm   i, f, g, o = the four parts of W x_t + b + U h_(t-1) + c, in this order
           c_t = sigmoid(f) c_(t-1) + sigmoid(i) tanh(g),  c_0 = 0;  h_t = sigmoid(o) tanh(c_t)
    gru    r, z, n = the three parts of W x_t + b, and r', z', n' of U h_(t-1) + c
           n_t = tanh(n + sigmoid(r + r') n');  h_t = (1 - sigmoid(z + z')) n_t
           + sigmoid(z + z') h_(t-1)

op gives h_1 .. h_T. A bidirectional one reads the sequence a second time from its end, with weights
of its own, and joins both on the channels.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from skipviz.network.layer_base import Size, Weighted
from skipviz.network.mismatch import needs_rank
from skipviz.network.styles import Init
from skipviz.network.tensors import InitSpec, Tensor, Tensors
from skipviz.types import Shape


class _Recurrent(Weighted):
    """`width` are the entries of h_t. There is no activation around op."""

    gates: ClassVar[int]
    """How many parts the maps have, each of `width` rows."""
    mark: ClassVar[str] = "L"
    starts: ClassVar[Mapping[str, Any]] = {"width": 32}
    width: Size
    bidirectional: bool = False
    activation: Literal["identity"] = "identity"

    @property
    def directions(self) -> tuple[str, ...]:
        """What the names of its tensors begin with, for every time the sequence is read."""
        return ("", "reverse_") if self.bidirectional else ("",)


class Rnn(_Recurrent):
    """A recurrent layer (Elman 1990): h_t = act(W x_t + b + U h_(t-1) + c), act the `nonlinearity`.

    It reads a sequence from its first position to its last; h_0 = 0.
    """

    gates: ClassVar[int] = 1
    kind: Literal["rnn"] = "rnn"
    nonlinearity: Literal["tanh", "relu"] = "tanh"


class Lstm(_Recurrent):
    """Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate of Gers et al. 2000).

    It reads a sequence from its first position to its last and hands on h_t of every position.
    """

    gates: ClassVar[int] = 4
    kind: Literal["lstm"] = "lstm"


class Gru(_Recurrent):
    """A gated recurrent unit (Cho et al. 2014), with the reset gate behind U as in cuDNN.

    It reads a sequence from its first position to its last and hands on h_t of every position.
    """

    gates: ClassVar[int] = 3
    kind: Literal["gru"] = "gru"


Recurrent = Rnn | Lstm | Gru


def recurrent_shape(layer: Recurrent, source: Shape) -> Shape:
    """h_t at every position of a sequence; MismatchError for any other state."""
    needs_rank(source, 2)
    return source[0], layer.width * len(layer.directions)


def recurrent_tensors(layer: Recurrent, fed: Shape, bias: bool, init: Init) -> Tensors:
    """W, U and their biases for every direction, named as `input_weight`, `hidden_bias`.

    The scheme pytorch is that of torch.nn.LSTM: all of them U(-1/sqrt(width), 1/sqrt(width)).
    """
    positions, channels = fed
    rows = layer.gates * layer.width
    tensors: Tensors = {}
    for direction in layer.directions:
        for what, columns in (("input", channels), ("hidden", layer.width)):
            name = f"{direction}{what}_"
            start = InitSpec("weight", init, layer.width)
            tensors[f"{name}weight"] = Tensor((rows, columns), start, positions)
            if bias:
                tensors[f"{name}bias"] = Tensor((rows,), InitSpec("bias", init, layer.width))
    return tensors
