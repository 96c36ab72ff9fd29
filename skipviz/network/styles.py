"""What surrounds the linear map of a layer: activation, norm, order, dropout, bias, init.

`Style` is what a network prescribes for its layers; a layer's own field, where it is not None,
takes precedence. The formulas below write C for the channels of a state: the features of a vector
(C,), the last axis of a sequence (positions, C), the first axis of an image (C, height, width).
"""

from typing import Literal

from pydantic import Field

from skipviz.network.sizes import LARGEST_SIZE
from skipviz.spec import Spec

Elementwise = Literal[
    "identity", "relu", "leaky_relu", "gelu", "silu", "tanh", "sigmoid", "softplus", "sine"
]
Activation = Literal[Elementwise, "crelu"]
"""Elementwise as in torch.nn.functional with its defaults (leaky slope 0.01, exact GELU);
`crelu` doubles the channels: [relu(x), relu(-x)] joined on the channel axis (Shang et al. 2016)."""

Norm = Literal["none", "batch", "layer", "group"]
"""All with a learned scale and shift per channel (torch.nn defaults, eps 1e-5).

batch: per channel over the batch and all positions (Ioffe and Szegedy 2015), with running
statistics in evaluation. layer: per sample and position over the channels (Ba et al. 2016).
group: per sample over all positions and the channels of one of `norm_groups` groups (Wu and He
2018); with one group, over everything.
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


class Style(Spec):
    """What every layer of a network shares unless the layer says otherwise."""

    activation: Activation = "relu"
    norm: Norm = "none"
    norm_groups: int = Field(default=8, ge=1, le=LARGEST_SIZE)
    order: Order = "post"
    dropout: float = Field(default=0.0, ge=0, lt=1)
    bias: bool = True
    init: Init = Init()


BARE = Style(activation="identity", bias=False)
"""What layers without a linear map start from: they pool, reshape or pass on, and no more."""
