"""Hand-written models of all kinds, each with the skips that its architecture has."""

import torch
from torch import nn

from tests.unit.own_model.zoo.case import Case, image, rows, series, tokens
from tests.unit.own_model.zoo.convolutional import (
    VGG,
    Csp,
    DenseNet,
    Fire,
    Inception,
    PoolFormer,
    Shuffle,
    mobilenet,
    resnet_basic,
    resnet_bottleneck,
)
from tests.unit.own_model.zoo.picture_to_picture import (
    AttentionUNet,
    DnCNN,
    NeRF,
    Pooled,
    TimeUNet,
    UNet,
)
from tests.unit.own_model.zoo.recurrent import OwnCell, ResidualLSTM, Scan, Stabilised, WaveNet
from tests.unit.own_model.zoo.sequences import (
    GPT,
    Albert,
    EncoderDecoder,
    MixtureOfExperts,
    ParallelBlock,
    PositionBias,
    Windows,
)
from tests.unit.own_model.zoo.sums import (
    Addmm,
    DataDependent,
    DropPath,
    Highway,
    InPlace,
    OwnFunction,
    ReZero,
    SliceAssignment,
    ZeroNorm,
)

CASES: dict[str, Case] = {
    "resnet, basic blocks": Case(resnet_basic, image(), {"add": 2, "projection": 1}),
    "resnet, bottlenecks": Case(resnet_bottleneck, image(), {"add": 2, "projection": 2}),
    "densenet": Case(DenseNet, image(), {"concat": 7}, edges=16),
    "unet": Case(UNet, image(), {"concat": 3}),
    "gpt": Case(GPT, tokens(), {"add": 6}),
    "gpt-neox": Case(lambda: GPT(block=ParallelBlock), tokens(), {"add": 3}),
    "encoder-decoder": Case(EncoderDecoder, lambda: (*tokens()(), *tokens(4)()), {"add": 15}),
    "nn.TransformerEncoder": Case(
        lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 3, enable_nested_tensor=False
        ),
        series(), {"add": 6},
    ),
    "highway": Case(Highway, rows(), {"gated": 10}),
    "highway by lerp": Case(lambda: Highway(form="lerp"), rows(), {"gated": 10}),
    "wavenet": Case(
        WaveNet, lambda: (torch.randn(2, 1, 16),), {"add": 8, "projection": 7}
    ),
    "dncnn": Case(DnCNN, image(), {"add": 1}),
    "rezero": Case(ReZero, rows(), {"add": 4}),
    "squeeze-excite": Case(lambda: mobilenet(gate=True), image(), {"add": 3}, gates=5),
    "mobilenet": Case(mobilenet, image(), {"add": 3}),
    "residual lstm": Case(ResidualLSTM, series(), {"add": 4}),
    "albert": Case(Albert, tokens(), {"add": 2}, uses={"layer": 4}),
    "poolformer": Case(PoolFormer, image(), {"add": 2}),
    "own autograd.Function": Case(OwnFunction, rows(), {"add": 4}),
    "data-dependent depth": Case(DataDependent, rows(), {"add": 6}),
    "x += f(x)": Case(InPlace, rows(), {"add": 6}),
    "f(x) += x": Case(lambda: InPlace("branch +="), rows(), {"add": 6}),
    "x.add_(f(x), alpha)": Case(lambda: InPlace("add_"), rows(), {"add": 6}),
    "x -= f(x)": Case(lambda: InPlace("-="), rows(), {"add": 6}),
    "index_add": Case(lambda: InPlace("index_add_"), rows(), {"add": 6}),
    "addcmul": Case(lambda: InPlace("addcmul"), rows(), {"add": 6}),
    "addmm": Case(Addmm, rows(), {"add": 3}),
    "baddbmm": Case(lambda: Addmm(batched=True), series(), {"add": 3}),
    "x[:, :k] = x[:, :k] + f(x)": Case(lambda: SliceAssignment("sum"), rows(), {"split": 1}),
    "x[:, :k] += f(x)": Case(lambda: SliceAssignment("+="), rows(), {"split": 1}),
    "x and f(x) written side by side": Case(
        lambda: SliceAssignment("concat"), rows(), {"concat": 1}
    ),
    "shufflenet": Case(Shuffle, image(), {"split concat": 3}),
    "pooled": Case(Pooled, image(), {"pooled concat": 1}),
    "nerf": Case(NeRF, rows(), {"concat": 1}),
    "drop-path and layer scale": Case(DropPath, rows(), {"add": 3}),
    "last norm at zero": Case(ZeroNorm, rows(), {"add": 3}),
    "time embedding": Case(
        TimeUNet, lambda: (*image()(), torch.randn(2, 8)), {"add": 1}
    ),
    "attention unet": Case(  # the additive attention has a short way beside a longer one
        AttentionUNet, image(), {"projection": 1, "gated concat": 1}
    ),
    "mixture of experts": Case(MixtureOfExperts, rows(batch=8), {"add": 1}),
    "windows": Case(Windows, image(), {"add": 2}),
    "csp": Case(Csp, image(), {"add": 2, "split concat": 1}, edges=5),
    "scan": Case(Scan, series(), {"add": 2}, recurrent=True),
    "position bias": Case(PositionBias, tokens(), {"add": 6}),
    "position bias, one sample": Case(PositionBias, tokens(batch=1), {"add": 6}),
    "position bias, gated": Case(lambda: PositionBias(gated=True), tokens(), {"add": 6}),
    "stabilised exponent": Case(Stabilised, rows(), {}),
    "vgg": Case(VGG, image(), {}),
    "googlenet": Case(Inception, image(), {}, parallel=True),
    "squeezenet": Case(Fire, image(), {}),
    "rnn cell": Case(lambda: OwnCell("rnn"), series(), {}),
    "gru cell": Case(lambda: OwnCell("gru"), series(), {}, gates=1, recurrent=True),
    "lstm cell": Case(lambda: OwnCell("lstm"), series(), {}, gates=1, recurrent=True),
}  # fmt: skip
