"""Whatever can be drawn: every layer, every skip, norms, noise, feedback, in arms of any gains."""

import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.engine.model import Stack
from tests.unit.attribution.truth import check
from tests.unit.model.test_random_networks import KINDS, inputs, sound_over
from tests.unit.network.network_strategies import sound_networks

ARMS = [*STANDARD_ARMS.values(), Arm(name="half", forward=0.5, backward=-1.5)]
NETWORKS = sound_networks() | st.sampled_from([*KINDS]).flatmap(sound_over)


@settings(max_examples=100)
@given(NETWORKS, st.sampled_from(ARMS))
def test_the_parts_add_up_to_autograd_whatever_is_drawn(sound, arm):
    network, shape, outputs = sound
    stack = Stack(network.on(shape, outputs), [ARMS[0], arm], [0], torch.float64)
    x = inputs(network, shape).expand(2, -1, *[-1] * len(shape))
    with stack.fork_rng():
        logits = stack(x).detach()
    assume(bool(torch.isfinite(logits).all()))
    check(stack, x, torch.zeros_like(logits))
