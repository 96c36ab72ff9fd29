"""Parameters and MACs, to the unit, against published counts and against formulas."""

import pytest

from skipviz import presets
from skipviz.network import (
    AnyLayer,
    Attention,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    Embedding,
    FeedForward,
    MaxPool,
    Network,
    Positions,
)

PARAMETERS = {
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet20": 269_722,
    "resnet20_b": 272_474,
    "resnet32": 464_154,
    "resnet44": 658_586,
    "resnet56": 853_018,
    "resnet110": 1_727_962,
    "densenet40_12": 1_019_722,
    "densenet_bc_100_12": 769_162,
    "densenet121": 7_978_856,
    "unet": 31_030_658,
    "mobilenet_v2": 3_504_872,
    "mobilenet_v3_small": 2_542_856,
    "efficientnet_b0": 5_288_548,
    "resnext50": 25_028_904,
    "regnet_y_400mf": 4_344_144,
    "convnext_tiny": 28_589_128,
    "squeezenet1_0": 1_248_424,
    "googlenet": 6_624_904,
    "conv_block": 1_221_290,
    "dense_784": 784 * 128 + 128 + 128 * 128 + 128 + 128 * 10 + 10,
}
MACS = {
    "resnet18": 1_814_073_344,
    "resnet34": 3_663_761_408,
    "resnet50": 4_089_184_256,
    "resnet20": 40_551_040,
    "resnet56": 125_485_696,
    "densenet121": 2_834_161_664,
    "densenet_bc_100_12": 287_929_692,
}


def of(*layers: object, **fields: object) -> Network:
    return Network.of(layers=layers, **fields)


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_parameters_of_published_networks_are_exact(name: str) -> None:
    about = presets.info(name)
    count = presets.load(name).count_parameters(about.input_shape, about.outputs)
    assert count == PARAMETERS[name]


@pytest.mark.parametrize("name", MACS)
def test_the_macs_of_published_networks_are_exact(name: str) -> None:
    about = presets.info(name)
    assert presets.load(name).count_macs(about.input_shape, about.outputs) == MACS[name]


@pytest.mark.parametrize("depth", [20, 32, 44, 56, 110])
def test_option_b_adds_two_projections_with_batch_norm_to_option_a(depth: int) -> None:
    a, b = (presets.load(f"resnet{depth}{option}") for option in ("", "_b"))
    more = b.count_parameters((3, 32, 32), 10) - a.count_parameters((3, 32, 32), 10)
    assert more == (16 * 32 + 2 * 32) + (32 * 64 + 2 * 64)


@pytest.mark.parametrize("depth", [20, 32, 44, 56, 110])
def test_padded_shortcuts_cost_nothing(depth: int) -> None:
    net = presets.load(f"resnet{depth}")
    plain = net.without_skips()
    assert plain.count_parameters((3, 32, 32), 10) == net.count_parameters((3, 32, 32), 10)
    assert plain.count_macs((3, 32, 32), 10) == net.count_macs((3, 32, 32), 10)


def test_convolutions_count_once_per_output_position() -> None:
    net = of(Conv2d(channels=6, kernel=3, stride=2, groups=2))
    assert net.count_parameters((4, 8, 8), 10) == 6 * 2 * 9 + 6 + 6 * 16 * 10 + 10
    assert net.count_macs((4, 8, 8), 10) == 6 * 2 * 9 * 16 + 6 * 16 * 10


def test_transposed_convolutions_count_once_per_input_position() -> None:
    net = of(ConvTranspose2d(channels=6), readout={"kind": "per_position"})
    assert net.count_parameters((4, 8, 8), 3) == 4 * 6 * 4 + 6 + 6 * 3 + 3
    assert net.count_macs((4, 8, 8), 3) == 4 * 6 * 4 * 64 + 6 * 3 * 256


def test_attention_counts_its_four_maps_and_not_its_products() -> None:
    net = of(Attention(heads=2), readout={"kind": "per_position"})
    assert net.count_parameters((7, 8), 3) == 4 * (64 + 8) + 8 * 3 + 3
    assert net.count_macs((7, 8), 3) == 7 * 4 * 64 + 7 * 8 * 3


def test_a_feed_forward_block_counts_two_maps_at_every_position() -> None:
    net = of(FeedForward(width=20), readout={"kind": "per_position"})
    assert net.count_parameters((7, 8), 3) == 8 * 20 + 20 + 20 * 8 + 8 + 8 * 3 + 3
    assert net.count_macs((7, 8), 3) == 7 * 2 * 8 * 20 + 7 * 8 * 3


def test_tables_and_learned_positions_are_parameters_without_macs() -> None:
    net = of(Embedding(vocabulary=50, width=8), Positions())
    assert net.count_parameters((7,), 3) == 50 * 8 + 7 * 8 + 56 * 3 + 3
    assert net.count_macs((7,), 3) == 56 * 3


def test_a_transformer_block_has_the_size_of_torchs() -> None:
    net = of(
        Attention(norm="layer", order="pre"),
        FeedForward(width=512, norm="layer", order="pre"),
        readout={"kind": "per_position", "bias": False},
    )
    of_torch = 198_272  # torch.nn.TransformerEncoderLayer(128, 4, 512)
    assert net.count_parameters((32, 128), 1) == of_torch + 128


def test_norms_pools_and_activations_take_no_macs() -> None:
    bare = of(Conv1d(channels=6), MaxPool(), Dense(width=4))
    dressed = of(
        Conv1d(channels=6, norm="batch"),
        MaxPool(norm="layer", activation="relu"),
        Dense(width=4, norm="group", norm_groups=2),
    )
    assert dressed.count_macs((8, 3), 2) == bare.count_macs((8, 3), 2)
    more = dressed.count_parameters((8, 3), 2) - bare.count_parameters((8, 3), 2)
    assert more == 2 * (6 + 6 + 4)


def test_rms_norm_learns_a_scale_and_weight_norm_a_length_per_row() -> None:
    def learned(norm: str, layer: AnyLayer, shape: tuple[int, ...]) -> int:
        normed = layer.model_copy(update={"norm": norm})
        return of(normed).count_parameters(shape, 2) - of(layer).count_parameters(shape, 2)

    assert learned("rms", Conv1d(channels=6), (8, 3)) == 6
    assert learned("weight", Conv1d(channels=6), (8, 3)) == 6
    assert learned("weight", ConvTranspose1d(channels=6), (8, 3)) == 3  # along axis 0, as torch
    assert learned("weight", FeedForward(width=5), (4,)) == 5 + 4
    assert learned("weight", Attention(), (6, 8)) == 4 * 8
    skip = Network.mlp(2, 8).add_skip(0, 2, kind="projection", norm="weight")
    plain = skip.change_skip(0, 2, norm="none")
    assert skip.count_parameters((5,), 2) - plain.count_parameters((5,), 2) == 8


def test_nerf_is_eight_layers_of_256_the_sixth_of_which_reads_the_input_too() -> None:
    """Fig. 7 of Mildenhall et al. 2020, without the view directions."""
    about = presets.info("nerf")
    maps = [(63, 256), *[(256, 256)] * 4, (256 + 63, 256), *[(256, 256)] * 2, (256, 4)]
    counted = presets.load("nerf").count_parameters(about.input_shape, about.outputs)
    assert counted == sum((fan + 1) * width for fan, width in maps)


def test_an_attention_unet_is_a_unet_with_batch_norm_and_four_gates() -> None:
    """A gate on C channels beside 2 C coarser ones: 2x2 kernels C to C without bias, 1x1 from 2 C
    to C, C to 1. U-Net has 18 convolutions with batch norm."""
    counted, bare = (
        presets.load(name).count_parameters((1, 128, 128), 2) for name in ("attention_unet", "unet")
    )
    widths = (64, 128, 256, 512)
    gates = sum(4 * c * c + (2 * c * c + c) + (c + 1) for c in widths)
    norms = 2 * (2 * sum(2 * c for c in widths) + 2 * 1024)
    assert counted == bare + gates + norms


def test_skips_count_their_maps_gates_and_learned_scales() -> None:
    net = Network.mlp(3, 8)
    bare = net.count_parameters((8,), 8)

    def more(kind: str, **options: object) -> int:
        return net.add_skip(1, 3, kind=kind, **options).count_parameters((8,), 8) - bare

    assert more("add") == more("pad") == more("add", shortcut_scale=0.5) == 0
    assert more("projection") == 64
    assert more("projection", bias=True, norm="batch") == 64 + 8 + 16
    assert more("gated") == more("shortcut_gate") == 64 + 8
    assert more("concat") == 8 * 8  # the readout reads twice as much
    learned = {"branch_scale": {"learned": "scalar"}, "shortcut_scale": {"learned": "channel"}}
    assert more("add", **learned) == 1 + 8


def test_macs_are_those_of_all_time_steps() -> None:
    net = Network.mlp(3, 8).add_skip(3, 2, kind="projection")
    once = 3 * 64 + 64 + 80
    assert net.set_time_steps(5).count_macs((8,), 10) == 5 * once


def test_crelu_doubles_what_the_next_layer_reads() -> None:
    net = Network.mlp(2, 8, activation="crelu")
    assert net.shapes((5,), 3) == ((5,), (16,), (16,), (3,))
    assert net.count_macs((5,), 3) == 5 * 8 + 16 * 8 + 16 * 3
