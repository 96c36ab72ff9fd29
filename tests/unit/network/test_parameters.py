"""Names, shapes and first values of tensors: what the model allocates."""

from typing import Any

from skipviz.network import Init, Network
from skipviz.network.tensors import InitSpec, Tensor

LL = Init(scheme="looks_linear")


def tensors(network: Network, input_shape: tuple[int, ...], module: str) -> dict[str, Tensor]:
    return network.on(input_shape, 3).modules[module]


def test_modules_come_in_the_order_layers_skips_readout() -> None:
    net = Network.mlp(2, 8).add_skip(1, 2, kind="projection").add_skip(0, 3, kind="projection")
    modules = net.on((5,), 3).modules
    assert {name: {n: t.shape for n, t in held.items()} for name, held in modules.items()} == {
        "layer1": {"weight": (8, 5), "bias": (8,)},
        "layer2": {"weight": (8, 8), "bias": (8,)},
        "skip1_2": {"weight": (8, 8)},
        "skip0_3": {"weight": (3, 5)},
        "readout": {"weight": (3, 8), "bias": (3,)},
    }


def test_a_projection_between_states_of_different_rank_maps_all_entries() -> None:
    net = Network.of(layers=[{"kind": "conv2d", "channels": 2}, {"kind": "flatten"}])
    wide = tensors(net.add_skip(0, 2, kind="projection"), (1, 3, 3), "skip0_2")
    assert (wide["weight"].shape, wide["weight"].uses) == ((18, 9), 1)


def test_norms_start_as_the_identity_and_scales_and_gates_where_they_are_told() -> None:
    net = Network.mlp(2, 4, norm="batch").add_skip(
        1, 2, branch_scale={"value": 0, "learned": "scalar"}
    )
    gated = net.add_skip(0, 1, kind="gated", gate_bias=-3)
    assert tensors(net, (4,), "layer1")["norm_weight"].start == InitSpec("constant", value=1)
    assert tensors(net, (4,), "skip1_2")["branch_scale"] == Tensor(
        (1,), InitSpec("constant", value=0)
    )
    assert tensors(gated, (4,), "skip0_1")["gate_bias"].start == InitSpec("constant", value=-3)


def test_a_zero_init_of_a_block_concerns_its_last_map_only() -> None:
    init: dict[str, Any] = {"init": {"scheme": "zero"}}
    net = Network.of(
        layers=[{"kind": "attention", **init}, {"kind": "feed_forward", "width": 8, **init}]
    )
    schemes = {
        f"{owner}.{name}": tensor.start.init.scheme
        for owner in ("layer1", "layer2")
        for name, tensor in tensors(net, (5, 4), owner).items()
        if tensor.uses
    }
    assert {name for name, scheme in schemes.items() if scheme == "zero"} == {
        "layer1.out_weight",
        "layer2.outer_weight",
    }


def test_the_gain_of_attention_spares_queries_and_keys() -> None:
    init = {"scheme": "xavier", "gain": 0.5}
    net = Network.of(layers=[{"kind": "attention", "init": init}])
    gains = {
        name: tensor.start.init.gain
        for name, tensor in tensors(net, (5, 4), "layer1").items()
        if tensor.uses
    }
    assert gains == {"query_weight": 1, "key_weight": 1, "value_weight": 0.5, "out_weight": 0.5}


def test_looks_linear_mirrors_the_weights_that_read_a_crelu() -> None:
    net = Network.mlp(3, 4, activation="crelu", init=LL)
    owners_ = ("layer1", "layer2", "readout")
    mirrored = [tensors(net, (5,), owner)["weight"].start.mirrored for owner in owners_]
    assert mirrored == [False, True, True]
    pre = Network.mlp(2, 4, activation="crelu", init=LL, order="pre")
    assert tensors(pre, (5,), "layer1")["weight"].start.mirrored
    assert not tensors(pre, (5,), "readout")["weight"].start.mirrored


def test_skips_that_add_and_concatenations_elsewhere_keep_the_mirroring() -> None:
    net = Network.mlp(3, 4, activation="crelu", init=LL)
    for grown in (net.add_skip(1, 2), net.add_skip(0, 2), net.add_skip(0, 1, kind="concat")):
        assert tensors(grown, (8,), "layer3")["weight"].start.mirrored


def test_a_concatenation_ends_the_mirroring() -> None:
    net = Network.mlp(2, 4, activation="crelu", init=LL).add_skip(0, 1, kind="concat")
    assert not tensors(net, (5,), "layer2")["weight"].start.mirrored
