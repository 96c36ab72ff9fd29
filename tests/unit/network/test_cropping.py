"""Fixes for states of another size: crops where the chain does not pad, and sizes that are met."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from network_strategies import INPUT_SHAPES, networks

from skipviz import data
from skipviz.data import compatibility_problems
from skipviz.network import Network, Problem, apply_edit
from skipviz.network.resizing import crop_starts
from skipviz.types import Shape


def of(*layers: dict[str, Any], **fields: Any) -> Network:
    return Network.of(layers=layers, **fields)


def conv(kind: str = "conv2d", **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "channels": 4, **fields}


BARE = conv(padding=0)
UP = {"kind": "conv_transpose2d", "channels": 4}


def unet(bottom: int = 2) -> Network:
    """Unpadded: 2 convolutions, pool, 2 convolutions, up, 2 convolutions."""
    return of(BARE, BARE, {"kind": "max_pool"}, *[BARE] * bottom, UP, BARE, BARE)


def offered(problem: Problem) -> list[Any]:
    return [fix.edits[0].get("resize") for fix in problem.fixes]


def mended(network: Network, problem: Problem, fix: int = 0) -> Network:
    for edit in problem.fixes[fix].edits:
        network = apply_edit(network, edit)
    return network


@pytest.mark.parametrize("kind", ["concat", "add", "pad", "gated", "projection"])
def test_the_unpadded_unet_is_cropped_to_the_centre_first(kind: str) -> None:
    network = unet().add_skip(2, 6, kind=kind)
    (problem,) = network.check((1, 40, 44), 3)
    assert offered(problem)[0] == "crop"
    assert "crop_end" not in offered(problem)
    repaired = mended(network, problem)
    assert repaired.check((1, 40, 44), 3) == []
    assert repaired.shapes((1, 40, 44), 3)[8][1:] == (24, 28)
    assert repaired.skip(2, 6) == network.change_skip(2, 6, resize="crop").skip(2, 6)


def test_causal_chains_keep_the_last_positions_first() -> None:
    network = of(*[conv("conv1d", kernel=2, padding=0, dilation=2**k) for k in range(4)])
    for k in (1, 2, 3):
        network = network.add_skip(k, k + 1)
    problems = network.check((20, 4), 3)
    assert [offered(problem)[:2] for problem in problems] == [["crop_end", "crop"]] * 3
    for problem in problems:
        network = mended(network, problem)
    assert network.check((20, 4), 3) == []
    assert network.shapes((20, 4), 3)[4] == (5, 4)


def test_a_sequence_through_odd_kernels_is_cropped_to_the_centre_first() -> None:
    network = of(conv("conv1d"), conv("conv1d", padding=0)).add_skip(1, 2)
    (problem,) = network.check((20, 4), 3)
    assert offered(problem)[:2] == ["crop", "crop_end"]


def test_of_other_channels_the_crop_is_projected() -> None:
    network = of(BARE, conv(padding=0, channels=6)).add_skip(1, 2)
    (problem,) = network.check((1, 8, 8), 3)
    repaired = mended(network, problem)
    assert repaired.check((1, 8, 8), 3) == []
    assert (repaired.skip(1, 2).kind, repaired.skip(1, 2).resize) == ("projection", "crop")


WIDE = conv(kernel=5, padding=0)
NO_CROP: dict[str, Network] = {
    "a chain that pads": of(conv(), {"kind": "max_pool"}).add_skip(1, 2),
    "strides that do not cancel": of(BARE, conv(padding=0, stride=2)).add_skip(1, 2),
    "another way than by the chain": of(BARE, BARE, {**WIDE, "reads": 0}).add_skip(1, 3),
    "a target that is larger": of(BARE, UP, BARE).add_skip(1, 3),
    "feedback": of(BARE, BARE, time_steps=2).add_skip(2, 1),
}


@pytest.mark.parametrize("case", NO_CROP)
def test_elsewhere_no_crop_is_offered(case: str) -> None:
    (problem, *_) = (p for p in NO_CROP[case].check((1, 16, 16), 3) if p.skip)
    assert not {"crop", "crop_end"} & set(offered(problem))


DENOISED = data.info("digits_denoising")
OF_OTHER_SIZE: dict[str, tuple[list[dict[str, Any]], str]] = {
    "one step too few up": (
        [conv(), {"kind": "max_pool", "kernel": 3}, UP],
        "Put an upsample by 2 at the end or use kernel and stride 4 in layer 3.",
    ),
    "an odd size lost by a pool": (
        [conv(padding=0, kernel=2), {"kind": "max_pool"}, {**UP, "kernel": 3, "stride": 2}],
        "Use output padding 1 in layer 3.",
    ),
    "no padding": ([BARE, BARE], "Pad the convolutions or put an upsample by 2 at the end."),
    "no padding, other sizes": ([BARE], "Pad the convolutions."),
    "twice too large": ([conv(), UP], "Put an average pool of 2 at the end."),
    "no whole number": ([conv(kernel=6, padding=1)], ""),
}


@pytest.mark.parametrize("case", OF_OTHER_SIZE)
def test_what_mends_the_size_of_the_outputs_gives_the_size_that_is_wanted(case: str) -> None:
    layers, ways = OF_OTHER_SIZE[case]
    network = of(*layers, readout={"kind": "per_position"})
    (problem,) = compatibility_problems(DENOISED.resolve(network), DENOISED)
    assert problem.message.endswith(ways or "×5×5.")
    assert bool(problem.fixes) == bool(ways)
    for fix in range(len(problem.fixes)):
        repaired = mended(network, problem, fix)
        assert compatibility_problems(DENOISED.resolve(repaired), DENOISED) == []


@settings(max_examples=200)
@given(networks(), INPUT_SHAPES, st.integers(1, 6))
def test_no_fix_on_offer_changes_nothing(network: Network, shape: Shape, outputs: int) -> None:
    for problem in network.check(shape, outputs):
        for fix in range(len(problem.fixes)):
            assert mended(network, problem, fix) != network


def test_a_crop_leaves_out_as_much_before_as_behind_or_all_before() -> None:
    assert crop_starts("crop", (4, 9, 12), (4, 5, 5)) == (2, 3)
    assert crop_starts("crop_end", (4, 9, 12), (4, 5, 5)) == (4, 7)
