"""A network in one line, however large."""

from skipviz.network import Network
from skipviz.network.summary import summary


def test_layers_that_repeat_are_counted_and_of_many_skips_the_first_are_named() -> None:
    net = Network.mlp(40, 64, skips=[(k, k + 2) for k in range(1, 39, 2)])
    assert summary(net) == (
        "40 layers: 40 × dense 64 relu; 19 skips: add 1 → 3, add 3 → 5, add 5 → 7, add 7 → 9 "
        "and 15 more"
    )


def test_nothing_is_left_out_that_has_room() -> None:
    widths = (1, 2, 3, 4, 5, 6)
    net = Network.of(layers=[{"kind": "dense", "width": width} for width in widths])
    assert summary(net) == f"6 layers: {', '.join(f'dense {width} relu' for width in widths)}"
    four = Network.mlp(4, 8, skips=((0, 1), (1, 2), (2, 3), (3, 4)))
    assert summary(four).endswith("4 skips: add 0 → 1, add 1 → 2, add 2 → 3, add 3 → 4")


def test_of_many_kinds_of_layers_the_first_six_are_named() -> None:
    net = Network.of(
        layers=[{"kind": "dense", "width": width} for width in (1, 2, 3, 4, 5, 6, 7, 7)]
    )
    assert summary(net).endswith("dense 5 relu, dense 6 relu and 2 more")


def test_one_of_a_kind_and_time_steps() -> None:
    net = Network.of(layers=[{"kind": "conv2d", "channels": 3, "activation": "identity"}])
    assert summary(net) == "1 layer: conv2d 3"
    looped = Network.mlp(1, 8).add_skip(1, 1).set_time_steps(2)
    assert summary(looped) == "1 layer: dense 8 relu; 1 skip: add 1 → 1; 2 time steps"
