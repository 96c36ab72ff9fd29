"""Whatever the language can say: sound exactly when it builds and runs, with torch's own shapes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.engine.model import Model, Stack
from skipviz.network import Network, NetworkError, apply_edit
from skipviz.types import Shape
from tests.unit.bulk import MANY
from tests.unit.network.network_strategies import (
    INPUT_SHAPES,
    SKIP_OPTIONS,
    STYLE,
    Fields,
    attending,
    layers_of,
    networks,
    reads_before,
    sound_networks,
    tied,
)

Sound = tuple[Network, Shape, int]
BATCH = 3
ARMS = [STANDARD_ARMS[name] for name in ("skip", "plain", "gradient_only")]
ARMS += [Arm(name="half", forward=0.5, backward=-1)]

SHARED = {"identity", "max_pool", "average_pool", "upsample", "slice", "depth_attention"}
ALONG = {"conv1d", "conv_transpose1d", "attention", "feed_forward", "positions", "class_token"}
ALONG |= {"latents", "shift", "rnn", "lstm", "gru"}
BEGINS: Fields = {"kind": "identity"}
TABLE: Fields = {"kind": "embedding", "vocabulary": 7, "width": 4}
KINDS: dict[str, tuple[Fields, set[str], list[Shape]]] = {
    "images": (BEGINS, SHARED | {"conv2d", "conv_transpose2d"}, [(1, 8, 8), (4, 6, 6), (3, 5, 4)]),
    "sequences": (BEGINS, SHARED | ALONG, [(8, 4), (6, 3)]),
    "tokens": (TABLE, SHARED | ALONG | {"embedding"}, [(6,)]),
}
"""By what the states are: the first layer, the kinds of the others, and shapes of the input."""


@st.composite
def sound_over(draw: st.DrawFn, states: str, most: int = 5) -> Sound:
    """A sound network whose states are all images, or all sequences."""
    first, kinds, shapes = KINDS[states]
    shape = draw(st.sampled_from(shapes))
    defaults = draw(st.fixed_dictionaries({}, optional=STYLE))
    per_position = draw(st.booleans())
    readout = {"kind": "per_position" if per_position else "dense"}
    layers = [first]
    for layer in draw(st.lists(layers_of(kinds), max_size=2 * most)):
        longer = [*layers, *_with_what_reads_on(layer, len(layers))]
        fits = not Network.of(layers=longer, defaults=defaults).check(shape, 2)
        layers = longer if fits and len(longer) <= most + 1 else layers
    steps = draw(st.integers(1, 2))
    net = Network.of(layers=layers, defaults=defaults, readout=readout, time_steps=steps)
    for change in (attending, tied, attending, tied):
        changed = change(draw, net)
        net = net if changed.check(shape, 2) else changed
    net = _wired(draw, net, shape)
    for _ in range(draw(st.integers(1, most))):
        net = _with_skip(draw, net, shape)
    return net, shape, 2


def _with_what_reads_on(layer: Fields, k: int) -> list[Fields]:
    """The layer, and behind one that does not read state k an attention that has it for memory."""
    again = {"reads": 0} if layer["kind"] == "embedding" else {}
    attends = {"kind": "attention", "heads": 1, "memory": k}
    return [layer | again, attends] if layer["kind"] in ("embedding", "latents") else [layer]


def _wired(draw: st.DrawFn, net: Network, shape: Shape) -> Network:
    """Some layers read other states, where that fits; what they leave unread is read behind."""
    for _ in range(draw(st.integers(0, 3))):
        k = draw(st.integers(2, net.depth + 1))
        wired = net.rewire(k, draw(reads_before(k)))
        for problem in wired.check(shape, 2):
            for edit in problem.fixes[0].edits if problem.fixes else ():
                wired = apply_edit(wired, edit) if "reads" in edit else wired
        net = net if wired.check(shape, 2) else wired
    return net


def _with_skip(draw: st.DrawFn, net: Network, shape: Shape) -> Network:
    source, target = draw(st.integers(0, net.depth)), draw(st.integers(1, net.depth + 1))
    try:
        more = net.add_skip(source, target, **draw(SKIP_OPTIONS))
    except NetworkError:
        return net
    return net if more.check(shape, 2) else more


def inputs(net: Network, shape: Shape) -> Tensor:
    stream = torch.Generator().manual_seed(1)
    first = net.layers[0]
    if first.kind == "embedding":
        return torch.randint(0, first.vocabulary, (BATCH, *shape), generator=stream)
    return torch.randn(BATCH, *shape, dtype=torch.float64, generator=stream)


def check_that_problems_are_those_of_torch(net: Network, shape: Shape, outputs: int) -> None:
    problems = net.check(shape, outputs)
    if problems:
        with pytest.raises(NetworkError):
            Model(net.on(shape, outputs))
        return
    model = Model(net.on(shape, outputs), dtype=torch.float64)
    states = model.states(inputs(net, shape))
    assert [tuple(state.shape[1:]) for state in states] == list(net.shapes(shape, outputs))
    counted = net.count_parameters(shape, outputs)
    assert sum(parameter.numel() for parameter in model.parameters()) == counted
    states[-1].sum().backward()


def check_that_replicas_are_models(net: Network, shape: Shape, outputs: int) -> None:
    x = inputs(net, shape)
    stack = Stack(net.on(shape, outputs), ARMS, [3, 4], dtype=torch.float64)
    states = stack.states(x.expand(stack.replicas, *x.shape))
    for replica in range(stack.replicas):
        arm, seed = ARMS[replica // 2], 3 + replica % 2
        model = Model(net.on(shape, outputs), seed, arm, dtype=torch.float64)
        for state, expected in zip(states, model.states(x), strict=True):
            assert close(state[replica], expected)


def close(found: Tensor, expected: Tensor) -> bool:
    """Equal to rounding: norms of nearly constant states enlarge it, hence no tighter bound."""
    scale = max(1.0, float(expected.detach().abs().max()))
    return torch.allclose(found, expected, rtol=0, atol=1e-6 * scale, equal_nan=True)


@settings(max_examples=300)
@given(networks(), INPUT_SHAPES, st.integers(1, 6))
def test_any_network_is_sound_exactly_when_it_runs(net: Network, shape: Shape, n: int) -> None:
    check_that_problems_are_those_of_torch(net, shape, n)


@settings(max_examples=200)
@given(sound_networks())
def test_sound_networks_run_with_the_shapes_inferred(sound: Sound) -> None:
    check_that_problems_are_those_of_torch(*sound)


@settings(max_examples=100)
@given(sound_networks())
def test_every_replica_of_a_random_network_is_the_model_of_its_arm_and_seed(sound: Sound) -> None:
    check_that_replicas_are_models(*sound)


@pytest.mark.parametrize("states", KINDS)
@settings(max_examples=100)
@given(data=st.data())
def test_random_networks_of_images_and_of_sequences_run(states: str, data: st.DataObject) -> None:
    sound = data.draw(sound_over(states))
    check_that_problems_are_those_of_torch(*sound)
    check_that_replicas_are_models(*sound)


@pytest.mark.slow
@MANY
@given(sound_networks(most_layers=7, most_skips=7) | st.sampled_from([*KINDS]).flatmap(sound_over))
def test_many_sound_networks_run_with_the_shapes_inferred(sound: Sound) -> None:
    check_that_problems_are_those_of_torch(*sound)
