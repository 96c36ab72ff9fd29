"""Presets: they load, say where they come from, and are what their sources describe."""

import re

import pytest

from skipviz import link, presets
from skipviz.language import _
from skipviz.network import Network
from skipviz.settings import Settings
from tests.chinese import chinese

PROMISED = [
    "default",
    "plain",
    "residual",
    "forward_skip",
    "preactivation",
    "postactivation",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet20",
    "resnet32",
    "resnet44",
    "resnet56",
    "resnet110",
    "resnet20_b",
    "resnet32_b",
    "resnet44_b",
    "resnet56_b",
    "resnet110_b",
    "densenet40_12",
    "densenet_bc_100_12",
    "densenet121",
    "unet",
    "conv_block",
    "two_branch",
    "dense_784",
    "dense_784_skip",
    "highway",
    "rezero",
    "skipinit",
    "layerscale",
    "stochastic_depth",
    "transformer_preln",
    "transformer_postln",
    "transformer_deepnorm",
    "feedback",
    "same_layer",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "efficientnet_b0",
    "resnext50",
    "regnet_y_400mf",
    "convnext_tiny",
    "squeezenet1_0",
    "googlenet",
    "attention_unet",
    "nerf",
]
SMALL = {
    "mobilenet_v2": "mobilenet_digits",
    "mobilenet_v3_small": "mobilenet_v3_digits",
    "efficientnet_b0": "efficientnet_digits",
    "resnext50": "resnext_digits",
    "regnet_y_400mf": "regnet_digits",
    "convnext_tiny": "convnext_digits",
    "squeezenet1_0": "squeezenet_digits",
    "googlenet": "googlenet_digits",
    "attention_unet": "attention_unet_digits",
    "nerf": "nerf_plane",
}
"""Large ones, and those that train here."""


def test_every_promised_preset_is_there() -> None:
    assert set(PROMISED) <= set(presets.names())
    assert presets.names()[0] == "default"


def test_the_default_is_forty_relu_layers_with_skips_over_every_second() -> None:
    pairs = tuple((k, k + 2) for k in range(1, 38, 2))
    assert presets.load("default") == Network.mlp(depth=40, width=64, skips=pairs)


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_says_what_it_is_and_survives_json_and_link(name: str) -> None:
    about, net = presets.info(name), presets.load(name)
    assert about.title
    assert about.about.endswith(".")
    assert about.source
    assert Network.from_json(net.to_json()) == net
    token = link.encode(net, Settings())
    assert link.decode(token) == (net, Settings())
    assert len(token) < 2_000


@pytest.mark.parametrize("name", presets.names())
def test_what_a_preset_is_is_said_in_chinese(name: str) -> None:
    about = presets.info(name)
    with chinese():
        said, source = _(about.about), _(about.source)
    assert said.endswith("。")
    assert re.findall(r"[a-z]{4,} [a-z]{2,} [a-z]{2,}", said) == []
    assert re.search(r"\b(19|20)\d\d\b|[\u4e00-\u9fff]", source)


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_for_data_of_the_app_is_small_enough_to_train_here(name: str) -> None:
    about, net = presets.info(name), presets.load(name)
    if about.data is not None and not net.check(about.input_shape, about.outputs):
        most = 2_000_000 if about.data == "digits" else 50_000_000
        assert net.count_macs(about.input_shape, about.outputs) < most


@pytest.mark.parametrize("name", SMALL)
def test_a_large_network_has_a_small_one_of_its_source_that_says_where_to_look(name: str) -> None:
    large, small = presets.info(name), presets.info(SMALL[name])
    assert small.source == large.source
    assert large.data is None
    assert small.data is not None
    assert re.search(r"[Cc]ompare|[Ll]ook|see how|get no gradient", small.about)


@pytest.mark.parametrize("name", [n for n in presets.names() if presets.info(n).published])
def test_a_published_network_has_the_parameters_of_its_paper_or_of_torchvision(name: str) -> None:
    about, net = presets.info(name), presets.load(name)
    said = re.match(
        r"([\d.,]+)( M)? parameters in (Table|torchvision|transformers)", about.published
    )
    assert said is not None
    counted = net.count_parameters(about.input_shape, about.outputs)
    figures = len(said[1].partition(".")[2])
    told = f"{counted / 1e6:.{figures}f}" if said[2] else f"{counted:,}"
    assert told == said[1]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="Known are default, plain"):
        presets.load("zzz")
    with pytest.raises(ValueError, match=r"Did you mean default\? sv.presets.names\(\) lists them"):
        presets.load("defualt")


def test_the_published_residual_networks_have_their_depth_in_layers_with_weights() -> None:
    for name, depth in (("resnet18", 18), ("resnet34", 34), ("resnet50", 50), ("resnet110", 110)):
        convolutions = [layer for layer in presets.load(name).layers if layer.kind == "conv2d"]
        assert len(convolutions) + 1 == depth


def test_post_ln_normalises_the_state_and_pre_ln_the_branch() -> None:
    pre, post = presets.load("transformer_preln"), presets.load("transformer_postln")
    assert [pre.style(k).order for k in (3, 4)] == ["pre", "pre"]
    assert {layer.state_norm for layer in post.layers[2:-1]} == {"layer"}
    assert {post.style(k).norm for k in (3, 4)} == {"none"}


def test_deepnorm_scales_shortcuts_and_weights_by_the_number_of_blocks() -> None:
    net = presets.load("transformer_deepnorm")
    assert net.style(3).init.gain == pytest.approx((8 * 6) ** -0.25)
    (scale,) = {skip.model_dump()["shortcut_scale"]["value"] for skip in net.skips}
    assert scale == pytest.approx((2 * 6) ** 0.25)


def test_stochastic_depth_ends_with_one_half_and_keeps_three_quarters_of_the_depth() -> None:
    survival = [skip.model_dump()["survival"] for skip in presets.load("stochastic_depth").skips]
    blocks = len(survival)
    assert survival[-1] == 0.5
    assert sum(survival) == pytest.approx((3 * blocks - 1) / 4)
