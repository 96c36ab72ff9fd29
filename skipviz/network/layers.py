"""What a layer can be. A layer k computes h_k = act(W_k s_(k-1) + b_k)."""

from typing import Literal

from pydantic import Field

from skipviz.spec import Kind, Spec

Activation = Literal[
    "identity", "relu", "leaky_relu", "gelu", "silu", "tanh", "sigmoid", "softplus", "sine"
]
InitScheme = Literal["pytorch", "xavier", "he", "orthogonal", "zero"]


class Init(Spec):
    """How a weight matrix is drawn; `gain` multiplies what the scheme gives.

    `pytorch` is the default of torch.nn.Linear: U(-1/sqrt(fan_in), 1/sqrt(fan_in)) for weights
    and biases. Every other scheme starts with zero biases: `xavier` (Glorot and Bengio 2010,
    normal), `he` (He et al. 2015, normal, fan in), `orthogonal` (Saxe et al. 2014).
    """

    scheme: InitScheme = "pytorch"
    gain: float = Field(default=1.0, ge=0, le=100)


class Style(Spec):
    """What every layer of a network shares unless the layer says otherwise."""

    activation: Activation = "relu"
    bias: bool = True
    init: Init = Init()


class Dense(Kind):
    """A fully connected layer of `width` units; a field left None takes the network's default."""

    kind: Literal["dense"] = "dense"
    width: int = Field(ge=1, le=1_000_000)
    activation: Activation | None = None
    bias: bool | None = None
    init: Init | None = None


Layer = Dense
