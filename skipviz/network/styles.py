"""What surrounds the linear map of a layer: activation, norm, order, dropout, bias, init.

`Style` is what a network prescribes for its layers; a layer's own field, where it is not None,
takes precedence. The formulas below write C for the channels of a state: the features of a vector
(C,), the last axis of a sequence (positions, C), the first axis of an image (C, height, width).
"""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from skipviz.network.sizes import LARGEST_SIZE
from skipviz.spec import Spec

Elementwise = Literal[
    "identity",
    "relu",
    "leaky_relu",
    "gelu",
    "silu",
    "tanh",
    "sigmoid",
    "softplus",
    "sine",
    "relu6",
    "hardswish",
    "hard_sigmoid",
    "selu",
]
Activation = Literal[Elementwise, "crelu"]
"""Elementwise as in torch.nn.functional with its defaults (leaky slope 0.01, exact GELU);
`crelu` doubles the channels: [relu(x), relu(-x)] joined on the channel axis (Shang et al. 2016)."""

Omega = Annotated[float, Field(gt=0, le=10_000)]
"""The factor in a layer's sine, sin(omega z).

SIREN (Sitzmann et al. 2020) has omega 30 in every layer. In the first one, which reads coordinates
in [-1, 1] by weights from U(-1 / n, 1 / n), n its fan in, it sets the frequencies of what is
learned: the sine runs through several periods over the input. In the others weights are from
U(-sqrt(6 / n) / omega, ..), so that omega leaves the distribution of the states as it is, and
makes gradients of the weights larger by itself. In terms of `Init`: the scheme `pytorch` with a
gain of 1 / sqrt(n) in the first layer, and of sqrt(6) / omega behind it.
"""

Norm = Literal["none", "batch", "layer", "group", "rms", "weight"]
"""All but `weight` with a learned scale per channel, all but it and `rms` with a shift (torch.nn
defaults, eps 1e-5).

batch: per channel over the batch and all positions (Ioffe and Szegedy 2015), with running
statistics in evaluation. layer: per sample and position over the channels (Ba et al. 2016).
group: per sample over all positions and the channels of one of `norm_groups` groups (Wu and He
2018); with one group, over everything. rms: x / sqrt(mean(x^2) + eps) per sample and position over
the channels, without a mean (Zhang and Sennrich 2019).

weight: no state is normalised but the rows of the layer's own weights, w = g v / |v| with a learned
length g that starts at |v| (Salimans and Kingma 2016); a row is what lies behind the first axis of
the weight, as in torch's parametrization.
"""

Order = Literal["post", "pre"]
"""post: h = dropout(act(norm(W s))). pre: h = dropout(W act(norm(s))) (He et al. 2016)."""

InitScheme = Literal["pytorch", "xavier", "he", "orthogonal", "looks_linear", "zero"]


class Init(Spec):
    """How a weight is drawn; `gain` multiplies what the scheme gives, biases excepted.

    `pytorch` is the default of torch.nn.Linear and of torch's convolutions:
    U(-1/sqrt(fan_in), 1/sqrt(fan_in)) for weights and biases. Every other scheme starts with
    zero biases: `xavier` (Glorot and Bengio 2010, normal), `he` (He et al. 2015, normal, fan in),
    `orthogonal` (Saxe et al. 2014), `looks_linear` (Balduzzi et al. 2017: [W, -W] with W
    orthogonal where the input comes out of a CReLU, so that the layer starts linear; plain
    orthogonal elsewhere), `zero`. In attention and feed-forward blocks `zero` concerns the last
    map only, the others start as `pytorch`; and `gain` does not concern queries and keys
    (DeepNet, Wang et al. 2022). Fan in is the product of all axes of the weight but the first.
    """

    scheme: InitScheme = "pytorch"
    gain: float = Field(default=1.0, ge=0, le=100)

    @model_validator(mode="before")
    @classmethod
    def _of_scheme(cls, given: Any) -> Any:
        """Wherever one is taken, the name of a scheme will do."""
        return {"scheme": given} if isinstance(given, str) else given


class Style(Spec):
    """What every layer of a network shares unless the layer says otherwise."""

    activation: Activation = "relu"
    omega: Omega = 1.0
    norm: Norm = "none"
    norm_groups: int = Field(default=8, ge=1, le=LARGEST_SIZE)
    order: Order = "post"
    dropout: float = Field(default=0.0, ge=0, lt=1)
    bias: bool = True
    init: Init = Init()

    @property
    def frequency(self) -> float:
        """The factor of what the activation reads: omega of a sine, else 1."""
        return self.omega if self.activation == "sine" else 1.0


def of_state(norm: str) -> bool:
    """Whether a norm is one of states: weight norm is none."""
    return norm not in ("none", "weight")


BARE = Style(activation="identity", bias=False)
"""What layers without a linear map start from: they pool, reshape or pass on, and no more."""
