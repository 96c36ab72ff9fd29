"""A frame is one backward pass: what it holds, and what is divided out of it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

import skipviz as sv
from skipviz.engine.own_model.norms import norm_of
from skipviz.engine.own_model.watch import Watch
from skipviz.own_model.unreached import notes_of
from skipviz.report import report
from skipviz.runs.verdict import verdict
from tests.unit.own_model.zoo.convolutional import BasicBlock, ResNet, resnet_basic
from tests.unit.own_model.zoo.sequences import GPT
from tests.unit.own_model.zoo.sums import DataDependent, DropPath, Highway, ReZero, ZeroNorm


def norms_of(model: nn.Module, names: tuple[str, ...]) -> list[float]:
    named = dict(model.named_parameters())
    return [float(named[f"{name}.weight"].grad.double().norm()) for name in names]  # type: ignore[union-attr]


def test_accumulated_gradients_are_told_apart() -> None:
    model, batches = DataDependent(), [torch.randn(4, 8) for _ in range(3)]
    with sv.watch(model) as watch:
        for batch in batches:  # no zero_grad in between
            model(batch).square().mean().backward()
        names = tuple(layer.name for layer in watch.layers)
        measured = watch.gradient_norms()
    for row, batch in zip(measured, batches, strict=True):
        model.zero_grad()
        model(batch).square().mean().backward()
        np.testing.assert_allclose(row, norms_of(model, names), rtol=1e-5)


def test_two_losses_of_one_graph_are_two_frames() -> None:
    model, x = DataDependent(), torch.randn(4, 8)
    with sv.watch(model) as watch:
        out = model(x)
        out.mean().backward(retain_graph=True)
        out.square().mean().backward()
    assert len(watch.gradient_norms()) == 2


@pytest.mark.parametrize("size", [1e-60, 1e-30, 1.0, 1e60, 1e160])
def test_norms_of_float64_are_neither_lost_nor_infinite(size: float) -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4)).double()
    with sv.watch(model) as watch:
        (model(torch.randn(3, 4).double()).sum() * size).backward()
    expected = [float((p.grad / size).norm()) * size for p in model.parameters() if p.dim() > 1]  # type: ignore[operator]
    np.testing.assert_allclose(watch.gradient_norms()[0], expected, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    exponent=st.integers(-40, 38), length=st.integers(0, 50),
    dtype=st.sampled_from([torch.float16, torch.bfloat16, torch.float32, torch.float64]),
)  # fmt: skip
def test_a_norm_is_exact_over_the_range_of_its_numbers(
    exponent: int, length: int, dtype: torch.dtype
) -> None:
    values = (torch.randn(length).double() * 10.0**exponent).to(dtype)
    expected = float(np.linalg.norm(values.double().numpy()))
    assert float(norm_of(values)) == pytest.approx(expected, rel=1e-5, abs=0)


def test_sparse_gradients_and_frozen_weights() -> None:
    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(10, 4, sparse=True)
            self.frozen, self.head = nn.Linear(4, 4), nn.Linear(4, 2)
            self.frozen.requires_grad_(False)

        def forward(self, ids: Tensor) -> Tensor:
            return self.head(self.frozen(self.embed(ids)))

    model = Model()
    with sv.watch(model) as watch:
        model(torch.tensor([1, 1, 3])).sum().backward()
    expected = float(model.embed.weight.grad.to_dense().norm())  # type: ignore[union-attr]
    norms = dict(zip([x.name for x in watch.layers], watch.gradient_norms()[0], strict=True))
    assert norms["embed"] == pytest.approx(expected, rel=1e-6)
    assert np.isnan(norms["frozen"])
    assert watch.run().weighted_layers == [1, 3]


class PartlyFrozen(nn.Module):
    """Four layers of which one is frozen, and an LSTM of which one weight is."""

    def __init__(self) -> None:
        super().__init__()
        self.l = nn.ModuleList(nn.Linear(8, 8) for _ in range(4))
        self.l[1].requires_grad_(False)
        self.memory = nn.LSTM(8, 8)
        self.memory.weight_ih_l0.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        for each in self.l:
            x = x + torch.tanh(each(x))
        return x + self.memory(x)[0]


def test_what_is_frozen_is_said_to_be_so_and_the_rest_is_measured() -> None:
    torch.manual_seed(0)
    model, x = PartlyFrozen(), torch.randn(2, 4, 8)
    with sv.watch(model) as watch:
        model(x).square().mean().backward()
    (note,) = watch.notes
    assert note.startswith("Frozen (requires_grad is False), so without a gradient (NaN): l.1.")
    expected = float(model.memory.weight_hh_l0.grad.norm())  # type: ignore[union-attr]
    assert watch.gradient_norms()[0, -1] == pytest.approx(expected, rel=1e-6)
    run = sv.compare(model, lambda net, x: net(x).square().mean(), [x], steps=2)
    assert run.notes == (note,)
    assert str(verdict(run)).count("every layer that is trained gets at least") == 2
    assert report(run).count("<td>frozen</td>") == 4  # two arms, first and last step
    assert "<title>l.1; frozen</title>" in report(run)


def test_a_path_that_was_forgotten_has_a_gradient_of_exactly_zero() -> None:
    class Detached(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b, self.head = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 2)

        def forward(self, x: Tensor) -> Tensor:
            h = self.a(x)
            return self.head(h + self.b(h).detach())

    model = Detached()
    with sv.watch(model) as watch:
        model(torch.randn(4, 8)).square().sum().backward()
    norms = dict(zip([x.name for x in watch.layers], watch.gradient_norms()[0], strict=True))
    assert norms["b"] == 0
    assert norms["a"] > 0


def test_the_factor_of_a_scaler_is_divided_out_and_skipped_steps_are_marked() -> None:
    torch.manual_seed(0)
    model, x = DataDependent(), torch.randn(4, 8)
    bare = DataDependent()
    bare.load_state_dict(model.state_dict())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    with sv.watch(model) as watch:
        for poison in (1.0, torch.inf, 1.0):
            optimizer.zero_grad()
            scaler.scale(model(x).square().mean() * poison).backward()
            scaler.step(optimizer)
            scaler.update()
        assert scaler.get_scale() == 512.0
    bare(x).square().mean().backward()
    expected = norms_of(bare, tuple(layer.name for layer in watch.layers))
    np.testing.assert_allclose(watch.gradient_norms()[[0, 2]], [expected] * 2, rtol=1e-6)
    assert watch.skipped().tolist() == [False, True, False]
    assert any("GradScaler left out" in note for note in watch.notes)


def test_a_scaler_of_another_model_changes_nothing() -> None:
    model, other, x = DataDependent(), DataDependent(), torch.randn(4, 8)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    with sv.watch(model) as watch:
        scaler.scale(other(x).mean()).backward()
        model(x).mean().backward()
    expected = norms_of(model, tuple(layer.name for layer in watch.layers))
    np.testing.assert_allclose(watch.gradient_norms(), [expected], rtol=1e-6)


def test_autocast_finds_all_and_cuts_all() -> None:
    model, ids = GPT().eval(), torch.randint(0, 11, (2, 6))

    def step() -> list[Tensor]:
        model.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            out = model(ids)
        out.float().square().mean().backward()
        return [p.grad.clone() for p in model.parameters() if p.grad is not None]

    expected = step()
    with sv.watch(model, shares_every=1) as watch:
        found = [step(), step()]
        with watch.arm("plain"):
            cut = step()
    assert watch.skips.kinds() == {"add": 6}
    assert all(torch.equal(a, b) for each in found for a, b in zip(each, expected, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(cut, expected, strict=True))
    assert np.isfinite(watch.shares()[:2]).all()


class Checkpointed(nn.Module):
    """Blocks under checkpoint, as modules or as a function of this one."""

    def __init__(self, bare: bool = False, reentrant: bool = False, drop: float = 0.0) -> None:
        super().__init__()
        self.start = nn.Conv2d(3, 4, 1)
        self.blocks = nn.ModuleList(BasicBlock(4, 4) for _ in range(3))
        self.bare, self.reentrant, self.drop = bare, reentrant, drop

    def inside(self, x: Tensor, block: nn.Module) -> Tensor:
        return x + nn.functional.dropout(block(x), self.drop)

    def forward(self, x: Tensor, use: bool = True) -> Tensor:
        x = self.start(x)
        for block in self.blocks:
            if not use:
                x = self.inside(x, block) if self.bare else block(x)
            elif self.bare:
                x = checkpoint(self.inside, x, block, use_reentrant=self.reentrant)
            else:
                x = checkpoint(block, x, use_reentrant=self.reentrant)
        return x


@pytest.mark.parametrize("arm", ["skip", "plain", "gradient_only", "forward_only"])
def test_checkpointing_that_is_not_reentrant_gives_the_same_gradients(arm: str) -> None:
    torch.manual_seed(0)
    model, x = Checkpointed(), torch.randn(2, 3, 8, 8)
    model.eval()
    found = []
    with sv.watch(model, shares_every=1) as watch:
        model(x).square().mean().backward()
        for use in (True, False):
            model.zero_grad()
            with watch.arm(arm):
                out = model(x, use)
            out.square().mean().backward()  # computed again where the arm is no longer set
            found.append([p.grad.clone() for p in model.parameters() if p.grad is not None])
    assert len(watch.skips) == 3
    assert len(found[0]) == len(found[1])
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))


def test_a_function_under_checkpoint_is_measured_but_not_cut() -> None:
    model, x = Checkpointed(bare=True, drop=0.5), torch.randn(2, 3, 8, 8)
    with sv.watch(model) as watch:
        model(x).square().mean().backward()
        assert len(watch.skips) == 6
        with watch.arm("plain"), pytest.raises(sv.WatchError, match="Give checkpoint"):
            model(x)
        model(x).square().mean().backward()
    assert len(watch.gradient_norms()) == 2


@pytest.mark.parametrize("bare", [False, True])
def test_reentrant_checkpointing_is_refused(bare: bool) -> None:
    model, x = Checkpointed(bare=bare, reentrant=True), torch.randn(2, 3, 8, 8)
    with sv.watch(model), pytest.raises(sv.WatchError, match="use_reentrant=False"):
        model(x)


@pytest.mark.parametrize("model", [ReZero(), ZeroNorm(), DropPath(scale=0.0)])
def test_dead_by_construction_is_said_with_the_way_out(model: nn.Module) -> None:
    x = torch.randn(16, 8)
    with sv.watch(model) as watch:
        model(x).square().mean().backward()
        for arm in ("plain", "plain_unscaled"):
            with watch.arm(arm):
                model(x).square().mean().backward()
    assert watch.dead_layers("plain")
    assert not watch.dead_layers("plain_unscaled")
    (note,) = [note for note in watch.notes if "exactly 0" in note]
    assert "plain_unscaled" in note
    assert "are exactly 0:" in note


@pytest.mark.parametrize("model", [resnet_basic(), Highway()])
@pytest.mark.parametrize("arm", ["plain", "plain_unscaled"])
def test_layers_of_projections_and_gates_are_not_called_dead(model: nn.Module, arm: str) -> None:
    x = torch.randn(2, 3, 8, 8) if isinstance(model, ResNet) else torch.randn(4, 8)
    with sv.watch(model) as watch:
        model(x).square().mean().backward()
        with watch.arm(arm):
            model(x).square().mean().backward()
    assert watch.dead_layers(arm) == ()
    assert watch.notes == ()
    own = {name for skip in watch.skips for name in skip.own_layers}
    expected = {"blocks.1.down.0"} if isinstance(model, ResNet) else {f"t.{k}" for k in range(10)}
    assert own == expected
    assert not any(skip.shut for skip in watch.skips)  # biases start at 0 and are no factors


def test_every_frame_is_told_when_it_is_there() -> None:
    model, x, told = DataDependent(), torch.randn(4, 8), []
    bare = sv.watch(model)
    assert bare.latest_norms().shape == (0,)

    def log(watch: Watch) -> None:
        told.append((watch.made, watch.latest_norms()))

    with sv.watch(model, on_frame=log) as watch:
        for _ in range(3):
            model(x).square().mean().backward()
    assert [made for made, _ in told] == [1, 2, 3]
    np.testing.assert_array_equal([norms for _, norms in told], watch.gradient_norms())


class Breaking(nn.Module):
    """Raises where it is told to."""

    broken = False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.broken:
            raise RuntimeError("broken")
        return x


class BreakingBlock(nn.Module):
    """x + g(W x), with a part that may raise in the middle of a pass."""

    def __init__(self) -> None:
        super().__init__()
        self.map, self.part = nn.Linear(8, 8), Breaking()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.part(torch.tanh(self.map(x)))


def test_passes_in_which_nothing_is_looked_at_may_break_off_and_begin_inside() -> None:
    """Long after the first passes operations are seen in every eighth only."""
    model = nn.Sequential(*[BreakingBlock() for _ in range(3)])
    x = torch.randn(4, 8)
    with sv.watch(model) as watch:
        for number in range(40):
            model[1].part.broken = number % 3 == 2
            try:
                model(x).square().mean().backward()
            except RuntimeError:
                model[0](x) if number % 2 else model[2](x).sum().backward()
        model[1].part.broken = False
        made, forwards = watch.made, watch.forwards
        with watch.arm("plain", only="1"):
            model(x).square().mean().backward()
        assert (watch.made, watch.forwards) == (made + 1, forwards + 1)
    first, second, third = model
    hidden = first(x)
    out = third(torch.tanh(second.map(hidden)))
    weights = [block.map.weight for block in model]
    expected = [grad.norm().item() for grad in torch.autograd.grad(out.square().mean(), weights)]
    np.testing.assert_allclose(watch.gradient_norms()[-1], expected, rtol=1e-5)


class Detached(nn.Module):
    """x + near(x) + far(x), of which the last passes no gradient on."""

    def __init__(self) -> None:
        super().__init__()
        self.near, self.far = nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.near(x) + self.far(x).detach()


def test_layers_that_no_gradient_ever_reaches_are_named() -> None:
    model = nn.Sequential(nn.Linear(8, 8), Detached(), Detached(), nn.Linear(8, 1))
    with sv.watch(model) as watch:
        for frames in (1, 2):
            model(torch.randn(4, 8)).square().mean().backward()
            assert len(watch.notes) == frames - 1
    assert watch.unreached_layers() == ("1.far", "2.far")
    assert "2 layers of 6 got a gradient of exactly 0 in all frames" in watch.notes[0]
    assert ": *.far (2). What they compute does not reach the loss" in watch.notes[0]
    run = sv.compare(model, lambda net, x: net(x).square().mean(), [torch.randn(4, 8)], steps=2)
    assert run.notes == watch.notes
    assert watch.notes[0] in repr(watch)
    assert repr(watch).count("got a gradient of exactly 0") == 1
    live = watch.run()
    live.notes = ()
    assert notes_of(live) == watch.notes
    assert notes_of(run) == run.notes


class Partly(nn.Module):
    """x + l.k(x), for the k that `way` says: the others, and `scale`, are never used."""

    def __init__(self) -> None:
        super().__init__()
        self.l = nn.ModuleList(nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 8)) for _ in range(4))
        self.scale, self.way = nn.Parameter(torch.ones(1)), [0]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for k in self.way:
            x = x + self.l[k](x)
        return x


def test_parts_that_no_forward_pass_uses_are_named() -> None:
    model, x = Partly(), torch.randn(4, 8)
    model.l[3].requires_grad_(False)
    with sv.watch(model) as watch:
        model(x)
        assert watch.unused_parts() == ()  # the loss may use them
        model(x).square().mean().backward()
    assert watch.unused_parts() == ("scale", "l.1", "l.2", "l.3")
    assert watch.notes[0].startswith("No forward pass used scale, l.1, l.2, l.3: what they hold")
    run = sv.compare(model, lambda net, x: net(x).square().mean(), [x], steps=2)
    assert run.notes == watch.notes
    said = "Only layer 1 (l.0.1) is used and trained, so there is no second gradient to compare."
    assert said in str(verdict(run))
    with watch:  # another way, which is not recorded
        model.way = [1]
        model(x).square().mean().backward()
    assert watch.unused_parts() == ("l.2",)  # of norms alone, and what is frozen, nobody knows
    model.l.requires_grad_(False)
    model.scale.requires_grad_(False)
    frozen = sv.compare(nn.Sequential(model, nn.LayerNorm(8)), lambda net, x: net(x)[0, 0], [x])
    assert "No layer is used and trained" in str(verdict(frozen))


def test_an_arm_that_no_frame_is_of_is_not_empty_but_unknown() -> None:
    model, x = nn.Sequential(nn.Linear(8, 8), Detached(), nn.Linear(8, 1)), torch.randn(4, 8)
    with sv.watch(model) as watch:
        model(x).mean().backward()
    assert watch.gradient_norms("skip").shape == (1, 4)
    for read in (watch.gradient_norms, watch.steps, watch.run):
        with pytest.raises(KeyError, match="no frame of the arm 'plain'"):
            read("plain")


def test_a_scale_that_starts_at_zero_is_no_branch_that_is_never_reached() -> None:
    model = ReZero()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with sv.watch(model) as watch:
        for _ in range(2):
            model(torch.randn(4, 8)).square().mean().backward()
            optimizer.step()
    assert (watch.gradient_norms()[0] == 0).any()
    assert watch.unreached_layers() == ()
