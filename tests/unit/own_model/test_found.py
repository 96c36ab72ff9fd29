"""Every kind of skip is found, and a model that is watched is the bare model to the bit."""

import copy

import pytest
import torch
from torch import Tensor, nn

import skipviz as sv
from tests.unit.own_model.zoo import CASES
from tests.unit.own_model.zoo.case import Case
from tests.unit.own_model.zoo.convolutional import ResNet, resnet_basic
from tests.unit.own_model.zoo.sums import DataDependent

NAMES = sorted(CASES)


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest) -> Case:
    torch.manual_seed(NAMES.index(request.param))
    return CASES[request.param]


def train(model: nn.Module, batches: list[tuple[Tensor, ...]]) -> list[Tensor]:
    """Outputs, losses and gradients of three steps."""
    torch.manual_seed(7)
    optimizer, seen = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9), []
    for batch in batches:
        optimizer.zero_grad()
        out = model(*batch)
        loss = out.square().mean()
        loss.backward()
        optimizer.step()
        seen += [out.detach().clone(), loss.detach()]
        seen += [each.grad.clone() for each in model.parameters() if each.grad is not None]
    return seen


def test_kind_and_number_of_the_skips(case: Case) -> None:
    model, inputs = case.make(), case.inputs()
    with sv.watch(model) as watch:
        model(*inputs).square().mean().backward()
    assert watch.skips.kinds() == case.kinds
    assert len(watch.skips) == (case.edges or sum(case.kinds.values()))
    assert len(watch.structure.gates) == case.gates
    assert bool(watch.structure.recurrent) == case.recurrent
    uses = {skip.target: skip.uses for skip in watch.skips}
    assert {target: uses[target] for target in case.uses} == case.uses
    if case.parallel:
        assert watch.structure.parallel
    no_gradient = {name for name, each in model.named_parameters() if each.grad is None}
    unused = {
        n for n in no_gradient if f"{n}.".startswith(tuple(f"{p}." for p in watch.unused_parts()))
    }
    assert no_gradient - unused <= {"res.7.weight", "res.7.bias"}  # WaveNet drops what it returns
    assert bool(unused) == bool(watch.unused_parts())


def test_nothing_changes_while_nothing_is_cut(case: Case) -> None:
    bare = case.make()
    watched, batches = copy.deepcopy(bare), [case.inputs() for _ in range(3)]
    expected, states = train(bare, copy.deepcopy(batches)), torch.get_rng_state()
    with sv.watch(watched, shares_every=2):
        found = train(watched, batches)
    assert torch.equal(torch.get_rng_state(), states)
    assert len(found) == len(expected)
    assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))
    buffers = zip(bare.buffers(), watched.buffers(), strict=True)
    assert all(torch.equal(a, b) for a, b in buffers)


def test_the_arms_run_and_the_model_is_itself_afterwards(case: Case) -> None:
    model, inputs = case.make().eval(), case.inputs()
    before = model(*copy.deepcopy(inputs))
    with sv.watch(model) as watch:
        model(*copy.deepcopy(inputs)).square().mean().backward()
        for arm in ("plain", "plain_unscaled", "gradient_only", "forward_only") * bool(watch.skips):
            with watch.arm(arm):
                out = model(*copy.deepcopy(inputs))
            assert torch.isfinite(out).all()
            if arm == "forward_only":
                assert torch.equal(out, before)
        again = model(*copy.deepcopy(inputs))
    assert torch.equal(before, again)


def traces(model: nn.Module) -> list[object]:
    """All that a watch could leave on modules and weights."""
    found: list[object] = []
    for module in model.modules():
        held = {name: value for name, value in vars(module).items()
                if not isinstance(value, dict) or value}  # fmt: skip
        found.append({name: (dict(value) if isinstance(value, dict) else value)
                      for name, value in held.items() if name.startswith("_")})  # fmt: skip
        found.append(sorted(vars(module)))
    found += [sorted(vars(each)) for each in model.parameters()]
    found += [dict(each._backward_hooks or {}) for each in model.parameters()]
    return found


def test_no_trace_is_left() -> None:
    model, x = resnet_basic().eval(), torch.randn(2, 3, 8, 8)
    model(x).mean().backward()
    before = repr(traces(model))
    scale, step = torch.amp.GradScaler.scale, torch.amp.GradScaler.step
    with sv.watch(model, shares_every=1) as watch:
        model(x).mean().backward()
        with watch.arm("plain"):
            model(x).mean().backward()
    assert repr(traces(model)) == before
    assert (torch.amp.GradScaler.scale, torch.amp.GradScaler.step) == (scale, step)
    assert torch.overrides._get_current_function_mode() is None
    assert not hasattr(x, "_sv")


def test_a_trace_is_not_left_by_an_error_either() -> None:
    class Breaks(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            raise KeyError(f"inside, with {x.shape}")

    model = nn.Sequential(nn.Linear(4, 4), Breaks())
    before = repr(traces(model))
    with pytest.raises(KeyError), sv.watch(model):
        model(torch.randn(2, 4))
    assert repr(traces(model)) == before
    assert torch.overrides._get_current_function_mode() is None


def test_the_first_forward_is_the_only_one() -> None:
    calls = []

    class Counts(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            calls.append(torch.is_grad_enabled())
            return super().forward(x)

    model = nn.Sequential(Counts(4, 4), nn.ReLU(), Counts(4, 4))
    with sv.watch(model):
        model(torch.randn(2, 4)).mean().backward()
    assert calls == [True, True]


def test_ways_that_were_not_taken_before_are_recorded_when_they_are() -> None:
    model, x = DataDependent(), torch.randn(4, 8)
    with sv.watch(model) as watch:
        for depth in (2, 2, 5, 5, 5):
            model(x, depth).square().mean().backward()
        assert len(watch.skips) == 5
        assert watch.recorded().tolist() == [True, False, False, True, False]
        assert any("recorded 2 times" in note for note in watch.notes)
        norms = watch.gradient_norms()
    assert norms.shape == (5, 6)
    assert (norms[:2, 3:] == 0).all()
    assert (norms[2:] > 0).all()


def test_new_ways_are_looked_for_time_and_again() -> None:
    model, x = DataDependent(), torch.randn(4, 8)
    with sv.watch(model) as watch:
        for _ in range(20):
            model(x, 1).square().mean().backward()
        for _ in range(9):
            model(x).square().mean().backward()
    assert len(watch.skips) == 6
    assert watch.recorded().sum() == 2
    assert (watch.gradient_norms()[20:] > 0).all()  # known or not, every weight is measured


def test_a_way_that_is_new_is_cut_with_the_others() -> None:
    model, x = DataDependent(), torch.randn(4, 8)
    with sv.watch(model) as watch:
        for _ in range(20):
            model(x, 1).square().mean().backward()
        with watch.arm("plain"):
            model(x)  # shows that there is more
            model(x)
            h = model.start(x)
            for block in model.blocks:
                h = torch.relu(block(h))
            torch.testing.assert_close(model(x), h)


def test_a_forward_without_gradient_is_left_alone() -> None:
    model, x = resnet_basic(), torch.randn(2, 3, 8, 8)
    with sv.watch(model) as watch:
        with torch.no_grad():
            model(x)
        assert len(watch.skips) == 0
        model(x).mean().backward()
        assert len(watch.skips) == 3


def test_submodules_called_by_the_loop_itself_are_followed() -> None:
    model, x = resnet_basic(), torch.randn(2, 3, 8, 8)
    assert isinstance(model, ResNet)
    with sv.watch(model) as watch:
        for _ in range(2):
            features = model.blocks(torch.relu(model.stem(x)))
            model.head(features.mean((2, 3))).square().mean().backward()
    assert watch.skips.kinds() == {"add": 2, "projection": 1}
    assert watch.gradient_norms().shape == (2, len(watch.layers))


def test_layers_stand_at_their_heavy_depth_and_tied_weights_are_told() -> None:
    case = CASES["gpt"]
    model = case.make()
    with sv.watch(model) as watch:
        model(*case.inputs()).square().mean().backward()
    layers = {layer.name: layer for layer in watch.layers}
    assert layers["wte"].tied == ("head",)
    assert layers["wte"].uses == 2
    # embedding, q, scores, mixture, o, up, down
    depths = [layers[name].depth for name in ("wte", "h.0.attn.q", "h.0.attn.o", "h.0.up")]
    assert depths == [1, 2, 5, 6]
    assert [(skip.from_depth, skip.to_depth) for skip in watch.skips[:2]] == [(1, 5), (5, 7)]


def test_encoder_and_decoder_are_two_towers() -> None:
    case = CASES["encoder-decoder"]
    model = case.make()
    with sv.watch(model) as watch:
        model(*case.inputs()).square().mean().backward()
    lanes = {layer.name.split(".")[0]: layer.lane for layer in watch.layers}
    assert lanes["encoder"] != lanes["decoder"]
    assert {skip.lane for skip in watch.skips["decoder.*"]} == {lanes["decoder"]}


@pytest.mark.parametrize("by_torch", [False, True])
def test_what_is_merged_where_python_does_not_see_is_told(by_torch: bool) -> None:
    class AddInside(torch.autograd.Function):
        @staticmethod
        def forward(_: object, x: Tensor, y: Tensor) -> Tensor:
            return x + y if by_torch else torch.as_tensor(x.numpy() + y.numpy())

        @staticmethod
        def backward(_: object, gradient: Tensor) -> tuple[Tensor, Tensor]:
            return gradient, gradient

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(8, 8), nn.Linear(8, 8)

        def forward(self, x: Tensor) -> Tensor:
            h = self.a(x)
            return AddInside.apply(h, self.b(h)) * 1.0

    model = Model()
    with sv.watch(model) as watch:
        model(torch.randn(4, 8)).sum().backward()
    assert len(watch.skips) == 0
    assert "a skip in there would not be found" in watch.notes[0]


def test_objects_that_hold_themselves_are_no_trap() -> None:
    class Holder:
        def __init__(self, x: Tensor) -> None:
            self.x, self.inside = x, [self]

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.block = DataDependent(1)

        def forward(self, held: Holder) -> Tensor:
            return self.block(held.x)

    model = Model()
    with sv.watch(model) as watch:
        model(Holder(torch.randn(4, 8))).sum().backward()
    assert len(watch.skips) == 1


def test_a_pass_that_breaks_off_is_recorded_again() -> None:
    class Breaks(DataDependent):
        broken = True

        def forward(self, x: Tensor, depth: int | None = None) -> Tensor:
            out = super().forward(x, 2 if self.broken else depth)
            if self.broken:
                raise ValueError("half-way")
            return out

    model, x = Breaks(), torch.randn(4, 8)
    with sv.watch(model) as watch:
        with pytest.raises(ValueError, match="half-way"):
            model(x)
        assert len(watch.skips) == 0
        model.broken = False
        model(x).sum().backward()
        assert len(watch.skips) == 6
        assert watch.recorded().tolist() == [True]


def test_what_is_asked_within_a_pass_does_not_cut_its_recording_short() -> None:
    class Asks(DataDependent):
        def forward(self, x: Tensor, depth: int | None = None) -> Tensor:
            x = super().forward(x, depth)
            seen.append(len(watch.skips))
            return self.blocks[0](x) + x

    model, x, seen = Asks(), torch.randn(4, 8), []
    with sv.watch(model) as watch:
        model(x).sum().backward()
    assert seen == [0]
    assert len(watch.skips) == 7


def test_a_backward_pass_of_two_arms_is_called_so() -> None:
    model, x = DataDependent(), torch.randn(4, 8)
    with sv.watch(model) as watch:
        whole = model(x)
        with watch.arm("plain", only="*"):
            cut = model(x)
        (whole + cut).sum().backward()
    assert watch.arms() == ("plain + skip",)


def test_weights_made_of_weights_belong_to_their_layer() -> None:
    model = DataDependent(2)
    nn.utils.parametrizations.weight_norm(model.blocks[0])
    nn.utils.parametrizations.spectral_norm(model.blocks[1])
    with sv.watch(model) as watch:
        model(torch.randn(4, 8)).sum().backward()
    assert watch.skips.kinds() == {"add": 2}
    assert [layer.name for layer in watch.layers] == ["start", "blocks.0", "blocks.1"]
    assert (watch.gradient_norms() > 0).all()


def test_a_long_training_in_place_does_not_drift() -> None:
    losses = []
    for watched in (False, True):
        torch.manual_seed(0)
        model = resnet_basic()
        optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
        watch = sv.watch(model, shares_every=7)
        if watched:
            watch.start()
        for _ in range(60):
            optimizer.zero_grad()
            loss = model(torch.randn(4, 3, 8, 8)).square().mean()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        watch.stop()
    assert losses[:60] == losses[60:]
