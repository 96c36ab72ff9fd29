"""What `check` says: every problem at once, in place, in words, with fixes that fix."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from network_strategies import networks, sound_networks

from skipviz import presets
from skipviz.network import Limits, Network, NetworkError, Problem, apply_edit
from skipviz.types import Shape


def of(*layers: dict[str, Any], **fields: Any) -> Network:
    return Network.of(layers=layers, **fields)


def fixed(network: Network, problem: Problem) -> list[Network]:
    results = []
    for fix in problem.fixes:
        changed = network
        for edit in json.loads(json.dumps(fix.edits)):
            changed = apply_edit(changed, edit)
        results.append(changed)
    return results


CONV: dict[str, Any] = {"kind": "conv2d", "channels": 4}
FLAT: dict[str, Any] = {"kind": "flatten"}
FAULTY: dict[str, tuple[Network, Shape, str]] = {
    "a convolution on a vector": (
        of(CONV),
        (64,),
        "Layer 1 (conv2d) reads an image (channels × h × w); here is a vector of 64. "
        "Put a reshape to 1×8×8 before it or put a reshape to 64×1×1 before it.",
    ),
    "a window larger than its input": (
        of({**CONV, "kernel": 5, "padding": 0}),
        (1, 3, 3),
        "Layer 1 (conv2d) has a window of 5, which is larger than its input 1×3×3. Set padding 2.",
    ),
    "groups that do not divide": (
        of({**CONV, "groups": 3}),
        (6, 8, 8),
        "Layer 1 (conv2d) cannot share 6 channels in and 4 out among 3 groups. Use no groups.",
    ),
    "heads that do not divide": (
        of({"kind": "attention", "heads": 4}),
        (5, 6),
        "Layer 1 (attention) cannot share 6 channels among 4 heads. Use 2 heads.",
    ),
    "heads of which one is left": (
        of({"kind": "attention", "heads": 4}),
        (5, 7),
        "Layer 1 (attention) cannot share 7 channels among 4 heads. Use 1 head.",
    ),
    "attention on an image": (
        of({"kind": "attention", "heads": 1}),
        (3, 2, 2),
        "Layer 1 (attention) reads a sequence (positions × channels); here is an image "
        "(channels × h × w) of 3×2×2. Put a to_sequence layer before it or put a reshape to "
        "12×1 before it.",
    ),
    "a pool on a vector": (
        of({"kind": "max_pool"}),
        (16,),
        "Layer 1 (max_pool) reads a sequence or an image; here is a vector of 16. "
        "Put a reshape to 1×4×4 before it.",
    ),
    "a group norm that does not divide": (
        Network.mlp(1, 6, norm="group", norm_groups=4),
        (5,),
        "Layer 1 (dense) cannot normalise 6 channels in 4 groups. Use 2 groups.",
    ),
    "a group norm that leaves one group": (
        Network.mlp(1, 1, norm="group", norm_groups=4),
        (5,),
        "Layer 1 (dense) cannot normalise 1 channel in 4 groups. Use 1 group.",
    ),
    "a reshape of another size": (
        of({"kind": "reshape", "shape": [4, 4]}),
        (9,),
        "Layer 1 (reshape) cannot give the 9 entries of 9 the shape 4×4. "
        "Reshape to 3×3 or reshape to 9×1.",
    ),
    "128 and 10 do not add up": (
        presets.load("dense_784_skip"),
        (784,),
        "Skip 0 → 3 adds a state of width 128 to one of width 10. Make it 10 wide or remove it.",
    ),
    "an addition of different widths": (
        Network.mlp(2, 8).add_skip(0, 2),
        (5,),
        "Skip 0 → 2 adds a state of width 5 to one of width 8. Make it a projection or remove it.",
    ),
    "an addition across a stride": (
        of(CONV, {**CONV, "stride": 2}).add_skip(1, 2),
        (1, 8, 8),
        "Skip 1 → 2 adds a state of shape 4×8×8 to one of shape 4×4×4. "
        "Resize it, make it a projection or remove it.",
    ),
    "a concatenation across a stride": (
        of(CONV, {**CONV, "stride": 2}).add_skip(1, 2, kind="concat"),
        (1, 8, 8),
        "Skip 1 → 2 appends a state of shape 4×8×8 to one of shape 4×4×4. "
        "Resize it, make it a projection or remove it.",
    ),
    "a projection no stride can make fit": (
        of(CONV, {"kind": "upsample"}).add_skip(1, 2, kind="projection"),
        (1, 8, 8),
        "Skip 1 → 2 projects a state of shape 4×8×8 to one of shape 4×16×16. "
        "Resize it or remove it.",
    ),
    "a pad no stride can make fit": (
        of(CONV, {"kind": "upsample"}).add_skip(1, 2, kind="pad"),
        (1, 8, 8),
        "Skip 1 → 2 pads a state of shape 4×8×8 to one of shape 4×16×16. "
        "Resize it, make it a projection or remove it.",
    ),
    "an addition over a convolution that does not pad": (
        of(CONV, {**CONV, "padding": 0}).add_skip(1, 2),
        (1, 8, 8),
        "Skip 1 → 2 adds a state of shape 4×8×8 to one of shape 4×6×6. "
        "Crop it to the centre, resize it, make it a projection or remove it.",
    ),
    "a crop of too little": (
        of(CONV, {"kind": "upsample"}).add_skip(1, 2, resize="crop"),
        (1, 8, 8),
        "Skip 1 → 2 crops a state of shape 4×8×8 to the positions of one of 4×16×16. "
        "Resize it or remove it.",
    ),
    "a pool that does not come out": (
        of({"kind": "conv1d", "channels": 4}, {**CONV, "kind": "conv1d", "padding": 0}).add_skip(
            1, 2, resize="pool"
        ),
        (7, 4),
        "Skip 1 → 2 pools a state of shape 7×4 to the positions of one of 5×4. "
        "Crop it to the centre, crop it to the last positions, average it or remove it.",
    ),
    "weight norm of a layer without weights": (
        of({"kind": "identity", "norm": "weight"}),
        (5,),
        "Layer 1 (identity) has weight norm and no weights. Use no norm.",
    ),
    "weight norm of a state": (
        of({"kind": "dense", "width": 6, "state_norm": "weight"}),
        (5,),
        "Layer 1 (dense) has weight norm for its state, which is one of weights. "
        "Use no norm of the state.",
    ),
    "weight norm of zeros": (
        of({"kind": "dense", "width": 6, "norm": "weight", "init": {"scheme": "zero"}}),
        (5,),
        "Layer 1 (dense) starts its weights at 0, and weight norm divides by their length. "
        "Draw them as PyTorch does or use no norm.",
    ),
    "weights with a length tied to some without": (
        of(
            {"kind": "dense", "width": 5}, {"kind": "dense", "width": 5, "norm": "weight"}
        ).change_layer(2, tied_to=1),
        (5,),
        "Layer 2 (dense) has a weight length of 5×1 and cannot have that of layer 1, none. "
        "Give it weights of its own or remove the layer.",
    ),
    "weight norm of a projection of zeros": (
        Network.mlp(2, 8, init={"gain": 0}).add_skip(0, 2, kind="projection", norm="weight"),
        (5,),
        "Skip 0 → 2 starts its weights at 0, and weight norm divides by their length. "
        "Draw them as PyTorch does, use no norm or remove it.",
    ),
    "gates between an image and a vector": (
        of(CONV, FLAT).add_skip(0, 2, kind="gated"),
        (1, 2, 2),
        "Skip 0 → 2 mixes a state of shape 1×2×2 into one of shape 16. "
        "Make it a projection or remove it.",
    ),
    "a concatenation to the readout": (
        Network.mlp(2, 8).add_skip(1, 3, kind="concat"),
        (5,),
        "Skip 1 → 3 appends to the readout, whose outputs are given. "
        "Make it a projection or remove it.",
    ),
    "a join inside what comes before the weights": (
        Network.mlp(2, 8, order="pre").add_skip(1, 2, join="preactivation"),
        (8,),
        "Skip 1 → 2 joins inside the activation, which layer 2 applies before its weights. "
        "Join at the output or remove it.",
    ),
    "a feedback skip in one time step": (
        Network.mlp(3, 8).add_skip(3, 2),
        (8,),
        "Feedback skip 3 → 2 reads the time step before, and there is only one. "
        "Run for 4 time steps or remove it.",
    ),
    "token numbers as quantities": (
        of({"kind": "embedding", "vocabulary": 9, "width": 4}, FLAT).add_skip(0, 2),
        (5,),
        "Skip 0 → 2 reads token numbers, which are no quantities. Remove it.",
    ),
}


@pytest.mark.parametrize("case", FAULTY)
def test_an_error_is_named_and_every_fix_on_offer_fixes_it(case: str) -> None:
    network, input_shape, message = FAULTY[case]
    (problem,) = network.check(input_shape, 10)
    assert problem.message == message
    assert problem.fixes
    for repaired in fixed(network, problem):
        assert repaired.check(input_shape, 10) == []


OF_ONE_LAYER = [case for case, (net, _, _) in FAULTY.items() if net.depth == 1 and not net.skips]


@pytest.mark.parametrize("case", OF_ONE_LAYER)
def test_a_fix_edits_the_layer_at_error_wherever_it_stands(case: str) -> None:
    network, input_shape, message = FAULTY[case]
    before = [{"kind": "identity"}, {"kind": "identity"}]
    behind = of(*before, *network.model_dump()["layers"], defaults=network.defaults)
    (problem,) = behind.check(input_shape, 10)
    assert problem.layer == 3
    error = message.split(". ")[0].replace("Layer 1", "Layer 3")
    assert problem.message.startswith(f"{error}. ")
    for repaired in fixed(behind, problem):
        assert repaired.layers[:2] == behind.layers[:2]
        assert repaired.check(input_shape, 10) == []


def test_two_time_steps_are_enough_for_a_feedback_skip() -> None:
    feedback = Network.mlp(3, 8).add_skip(3, 2)
    assert feedback.set_time_steps(2).check((8,), 10) == []
    (problem,) = feedback.set_time_steps(1).check((8,), 10)
    assert problem.skip == (3, 2)


HUGE = [{"kind": "conv2d", "channels": 16}, {"kind": "upsample", "factor": 32}]
DILATED: dict[str, Any] = {"kernel": 1000, "dilation": 1000, "padding": 0}


@pytest.mark.parametrize(
    ("layer", "advice"),
    [
        ({"kind": "reshape", "shape": [7]}, "Remove the layer."),
        ({"kind": "reshape", "shape": [7, 1]}, "Reshape to 1024×1024 or remove"),
        ({"kind": "attention"}, "Put a to_sequence layer before it, put a reshape to 1024×1024"),
        ({"kind": "conv2d", "channels": 4, **DILATED}, "Set dilation 1, padding 500 or remove"),
    ],
)
def test_no_fix_on_offer_is_larger_than_the_language_allows(
    layer: dict[str, Any], advice: str
) -> None:
    net = of(*HUGE, layer)
    (problem,) = net.check((1, 8, 8), 10)
    assert advice in problem.message
    for repaired in fixed(net, problem):
        assert problem not in repaired.check((1, 8, 8), 10)


def test_an_embedding_further_up_can_only_go() -> None:
    net = of(FLAT, {"kind": "embedding", "vocabulary": 9, "width": 4})
    (problem,) = net.check((5,), 10)
    assert problem.layer == 2
    assert [repaired.check((5,), 10) for repaired in fixed(net, problem)] == [[]]


def test_all_problems_are_listed_at_once_each_in_its_place() -> None:
    net = of(
        {"kind": "dense", "width": 6, "norm": "group"},
        {"kind": "attention"},
        {"kind": "dense", "width": 6},
        {"kind": "max_pool"},
        {"kind": "dense", "width": 7},
    )
    net = net.add_skip(0, 3).add_skip(1, 5).add_skip(5, 1)
    places = [(problem.layer, problem.skip) for problem in net.check((5,), 10)]
    assert places == [
        (1, None),
        (2, None),
        (None, (0, 3)),
        (4, None),
        (None, (1, 5)),
        (None, (5, 1)),
        (None, (5, 1)),
    ]


@pytest.mark.parametrize("shape", [(), (0,), (2, 2, 2, 2), (3, -1)])
def test_an_input_without_a_proper_shape_is_a_problem(shape: Shape) -> None:
    (problem,) = Network.mlp(2, 8).check(shape, 10)
    assert "1 to 3 axes" in problem.message


def test_of_data_without_a_shape_nothing_is_known_of_any_state_layer_or_skip() -> None:
    found = Network.mlp(3, 8, skips=((1, 3),)).on((0,), 10).inference
    assert (found.states, found.layers, found.joints) == ([None] * 5, [None] * 4, [None])


def test_what_is_found_of_a_network_once_cannot_be_changed_by_who_asks_for_it() -> None:
    found = Network.mlp(3, 8, skips=((1, 3),)).on((5,), 10)
    for kept in (found, found.shapes, found.shapes.layers[0], found.shapes.joints[0]):
        for field in dataclasses.fields(kept):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(kept, field.name, None)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_faulty_skip_is_counted_from_one(place: int) -> None:
    skips = [{"kind": "add", "source": k, "target": k + 1, "dropout": 0.0} for k in range(3)]
    skips[place]["dropout"] = 7
    with pytest.raises(NetworkError, match=rf"Skip no\. {place + 1}, dropout"):
        of(*[{"kind": "identity"}] * 3, skips=skips)


def test_a_readout_without_outputs_is_a_problem() -> None:
    (problem,) = Network.mlp(2, 8).check((5,), 0)
    assert problem.message == "A readout has at least one output, not 0."


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"layers": 2}, "The network has 3 layers; at most 2 are allowed."),
        ({"skips": 0}, "The network has 1 skip; at most 0 are allowed."),
        ({"time_steps": 1}, "The network runs for 2 time steps; at most 1 are allowed."),
        ({"width": 7}, "Layer 2 has 8 channels; at most 7 are allowed."),
        ({"entries": 7}, "Layer 2 has 8 entries; at most 7 are allowed."),
        ({"parameters": 99}, "The network has 125 parameters; at most 99 are allowed."),
        ({"macs": 200}, "One forward pass takes 208 MACs; at most 200 are allowed."),
    ],
)
def test_what_is_too_large_is_told_with_the_cap(limits: dict[str, int], message: str) -> None:
    net = Network.mlp(3, 4, skips=((1, 3),)).change_layer(2, width=8).set_time_steps(2)
    (problem,) = net.check((5,), 5, Limits(**limits))
    assert problem.message == message


@pytest.mark.parametrize(
    ("layer", "cap", "said"),
    [
        ({"kind": "feed_forward", "width": 5}, "width", "10 channels"),  # as CReLU makes of 5
        ({"kind": "attention", "heads": 2}, "entries", "98 entries"),  # 7 by 7, twice
    ],
)
def test_what_a_block_makes_inside_counts_as_well(layer, cap, said) -> None:
    most = int(said.split()[0])
    assert of(layer).check((7, 4), 3, Limits(**{cap: most})) == []
    (problem,) = of(layer).check((7, 4), 3, Limits(**{cap: most - 1}))
    assert problem.message == f"Layer 1 has {said}; at most {most - 1} are allowed."


def test_the_usual_limits_let_every_preset_pass() -> None:
    for name in presets.names():
        about = presets.info(name)
        errors = presets.load(name).check(about.input_shape, about.outputs)
        assert bool(errors) == (name == "dense_784_skip")


@given(sound_networks())
def test_a_sound_network_has_shapes_and_counts(drawn: tuple[Network, Shape, int]) -> None:
    net, input_shape, outputs = drawn
    assert net.check(input_shape, outputs) == []
    states = net.shapes(input_shape, outputs)
    assert len(states) == net.depth + 2
    assert all(min(shape) >= 1 for shape in states)
    assert net.count_parameters(input_shape, outputs) > 0


@settings(max_examples=200)
@given(networks())
def test_check_answers_for_any_network_and_its_edits_can_be_applied(net: Network) -> None:
    for input_shape in ((5,), (4, 4), (3, 5, 4)):
        problems = net.check(input_shape, 3)
        for problem in problems:
            assert problem.message.endswith(".")
            fixed(net, problem)
        try:
            net.shapes(input_shape, 3)
            refused = False
        except NetworkError:
            refused = True
        assert refused == bool(problems)


@given(networks())
def test_a_fixed_skip_has_lost_its_problem(net: Network) -> None:
    problems = [problem for problem in net.check((2, 4, 4), 3) if problem.skip]
    for problem in problems:
        for repaired in fixed(net, problem):
            assert problem not in repaired.check((2, 4, 4), 3)


@pytest.mark.parametrize(
    ("shape", "outputs", "said"),
    [
        (64, 10, "as in (64,), not 64."),
        ("64", 10, "as in (64,), not '64'."),
        ((64.0,), 10, "as in (64,), not (64.0,)."),
        ((64,), "10", "as in 10, not '10'."),
        ((64,), None, "as in 10, not None."),
    ],
)
def test_sizes_that_are_no_whole_numbers_are_told_in_words(shape, outputs, said):
    (problem,) = Network.mlp(depth=2, width=4).check(input_shape=shape, outputs=outputs)
    assert problem.message.endswith(said)
