"""The built module and the stacked arms against an nn.Module written by hand."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from skipviz.arms import STANDARD_ARMS, Arm, Gain
from skipviz.engine.model import Model, Stack, build
from skipviz.network import Network

NETWORK = (
    Network.mlp(depth=4, width=12, activation="tanh")
    .change_layer(3, width=8)
    .change_layer(4, width=8, activation="relu")
    .add_skip(1, 2)
    .add_skip(1, 3, kind="projection")
    .add_skip(0, 5, kind="projection")
    .add_skip(3, 4)
)
TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-12}


class ByHand(nn.Module):
    """NETWORK as a student would write it."""

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = nn.Linear(6, 12)
        self.layer2 = nn.Linear(12, 12)
        self.layer3 = nn.Linear(12, 8)
        self.layer4 = nn.Linear(8, 8)
        self.readout = nn.Linear(8, 5)
        self.skip1_3 = nn.Linear(12, 8, bias=False)
        self.skip0_5 = nn.Linear(6, 5, bias=False)

    def forward(self, x: Tensor, gain: float = 1.0) -> Tensor:
        s1 = torch.tanh(self.layer1(x))
        s2 = torch.tanh(self.layer2(s1)) + gain * s1
        s3 = torch.tanh(self.layer3(s2)) + gain * self.skip1_3(s1)
        s4 = torch.relu(self.layer4(s3)) + gain * s3
        return self.readout(s4) + gain * self.skip0_5(x)


def by_hand(seed: int, dtype: torch.dtype) -> ByHand:
    module = ByHand().to(dtype)
    module.load_state_dict(Model(NETWORK.on((6,), 5), seed, dtype=dtype).state_dict())
    return module


def as_stacked(tensor: Tensor) -> Tensor:
    """Torch's (out, in) and (out,) as the stack holds them: (in, out) and (1, out)."""
    return tensor.t() if tensor.dim() == 2 else tensor[None]


@pytest.fixture(params=[torch.float32, torch.float64], ids=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> torch.dtype:
    return request.param


def inputs(dtype: torch.dtype) -> Tensor:
    return torch.randn(7, 6, dtype=dtype, generator=torch.Generator().manual_seed(1))


def test_the_built_module_computes_what_the_hand_written_one_computes(dtype):
    x = inputs(dtype)
    built = Model(NETWORK.on((6,), 5), seed=3, dtype=dtype)
    assert torch.allclose(built(x), by_hand(3, dtype)(x), rtol=0, atol=TOLERANCE[dtype])


def test_every_replica_of_a_stack_computes_what_its_arm_and_seed_say(dtype):
    x = inputs(dtype)
    arms = [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"], Arm(name="half", forward=0.5)]
    stack = Stack(NETWORK.on((6,), 5), arms, seeds=[3, 4], dtype=dtype)
    logits = stack(x.expand(6, -1, -1))
    expected = [by_hand(seed, dtype)(x, arm.forward) for arm in arms for seed in (3, 4)]
    assert torch.allclose(logits, torch.stack(expected), rtol=0, atol=TOLERANCE[dtype])


def test_every_replica_has_the_gradients_of_its_hand_written_module(dtype):
    x = inputs(dtype)
    arms = [STANDARD_ARMS["skip"], STANDARD_ARMS["plain"]]
    stack = Stack(NETWORK.on((6,), 5), arms, seeds=[3], dtype=dtype)
    stack(x.expand(2, -1, -1)).pow(2).sum().backward()
    for replica, arm in enumerate(arms):
        module = by_hand(3, dtype)
        module(x, arm.forward).pow(2).sum().backward()
        for names, group in zip(stack.places, stack.groups, strict=True):
            for place, name in enumerate(names):
                expected = module.get_parameter(name).grad
                if expected is None:
                    expected = torch.zeros_like(module.get_parameter(name))
                error = (group.grad[place, replica] - as_stacked(expected)).abs().max()
                assert error <= TOLERANCE[dtype] * max(1.0, float(expected.abs().max())), name


def test_an_own_gain_concerns_its_skip_alone():
    off = Arm(name="own", exceptions=(Gain(source=3, target=4, forward=0, backward=0),))
    x = inputs(torch.float64)
    changed = Model(NETWORK.on((6,), 5), arm=off, dtype=torch.float64)
    removed = Model(NETWORK.remove_skip(3, 4).on((6,), 5), dtype=torch.float64)
    assert torch.equal(changed(x), removed(x))


def test_drawing_a_skip_leaves_every_other_weight_as_it_was():
    before = build(NETWORK, (6,), 5, seed=2).state_dict()
    after = build(NETWORK.add_skip(0, 3, kind="projection"), (6,), 5, seed=2).state_dict()
    assert set(after) - set(before) == {"skip0_3.weight"}
    assert all(torch.equal(after[name], before[name]) for name in before)


def test_seeds_differ_and_a_seed_repeats_itself():
    one, again, other = (build(NETWORK, (6,), 5, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not any(torch.equal(one[name], other[name]) for name in one)


def test_default_weights_have_the_bound_of_torch_linear():
    weights = build(Network.mlp(depth=2, width=100), (64,), 10).state_dict()
    for name, fan_in in (("layer1.weight", 64), ("layer1.bias", 64), ("layer2.weight", 100)):
        bound = fan_in**-0.5
        assert 0.9 * bound < float(weights[name].abs().max()) <= bound


@pytest.mark.parametrize("scale", [1e-3, 1e-6, 1e-8])
def test_a_branch_scaled_by_little_keeps_its_digits_beside_other_arms(scale: float) -> None:
    """|dL/dW_3| is that of the arm alone in float64, whatever other arms run with it."""
    network = Network.mlp(4, 16, "tanh").add_skip(2, 3, branch_scale=scale)
    x, y = torch.randn(8, 6, generator=torch.manual_seed(0)), torch.arange(8) % 3
    model = Model(network.on((6,), 3), 0, dtype=torch.float64)
    functional.cross_entropy(model(x.double()), y).backward()
    truth = dict(model.named_parameters())["layer3.weight"].grad
    assert truth is not None
    stack = Stack(network.on((6,), 3), list(STANDARD_ARMS.values()), [0])
    logits = stack(x.expand(4, *x.shape))
    functional.cross_entropy(logits[0], y).backward()
    place = next(i for i, names in enumerate(stack.places) if "layer3.weight" in names)
    row = stack.places[place].index("layer3.weight")
    found = stack.groups[place].grad[row, 0]
    torch.testing.assert_close(found.T.double(), truth, rtol=1e-4, atol=1e-6 * scale)
