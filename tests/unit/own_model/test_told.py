"""What joins states and cannot be switched is told, never passed over in silence."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import skipviz as sv
from tests.unit.own_model.zoo.sums import DataDependent, SliceAssignment
from tools.gpu_watch import watch_disagreements

Join = Callable[[Tensor, Tensor], Tensor]


class Joined(nn.Module):
    """x and f(x) come together in some way."""

    def __init__(self, join: Join) -> None:
        super().__init__()
        self.start, self.f = nn.Linear(8, 8), nn.Linear(8, 8)
        self.join = join

    def forward(self, x: Tensor) -> Tensor:
        x = torch.tanh(self.start(x))
        return self.join(x, torch.relu(self.f(x)))


def copied_beside(x: Tensor, h: Tensor) -> Tensor:
    out = torch.zeros(len(x), 16)
    out.narrow(1, 0, 8).copy_(x)
    out.narrow(1, 8, 8).copy_(h)
    return out


JOINS: dict[str, Join] = {
    "where": lambda x, h: torch.where(x > 0, x, h),
    "maximum": torch.maximum,
    "slice_scatter": lambda x, h: torch.slice_scatter(x, h[:, :4], 1, 0, 4),
    "masked_scatter": lambda x, h: x.masked_scatter(torch.arange(8) < 3, h),
    "_foreach_add": lambda x, h: torch._foreach_add([x], [h])[0],
    "copy_": copied_beside,
}


@pytest.mark.parametrize("operation", JOINS)
def test_an_operation_that_is_no_merge_is_told(operation: str) -> None:
    model = Joined(JOINS[operation])
    with sv.watch(model) as watch:
        model(torch.randn(4, 8)).sum().backward()
    assert len(watch.skips) == 0
    assert [note for note in watch.notes if f"joined by {operation}:" in note]


@pytest.mark.parametrize(
    "join",
    [
        lambda x, h: h.expand_as(x),
        lambda x, h: x.clone().copy_(h),
        lambda x, h: nn.functional.mse_loss(x, h),
        lambda x, h: h.masked_fill(x > 0, 0.0),
    ],
)
def test_what_carries_nothing_on_is_not_told(join: Join) -> None:
    model = Joined(join)
    with sv.watch(model) as watch:
        model(torch.randn(4, 8)).sum().backward()
    assert watch.notes_of_model == ()


@torch.jit.script
def scripted(x: Tensor, w: Tensor) -> Tensor:
    return x + torch.relu(torch.nn.functional.linear(x, w))


class Begins(nn.Module):
    """The first thing that is made of the input is made where Python does not see it."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.start, self.rest = nn.Linear(8, 8), DataDependent(2)
        self.way = way

    def forward(self, x: Tensor) -> Tensor:
        if self.way == "script":
            return self.rest(scripted(x, self.start.weight))
        return self.rest(torch.vmap(lambda row: row + self.start(row))(x))


@pytest.mark.parametrize("way", ["script", "vmap"])
def test_what_was_made_unseen_of_the_input_is_data_all_the_same(way: str) -> None:
    model = Begins(way)
    with sv.watch(model) as watch:
        model(torch.randn(4, 8)).sum().backward()
    assert watch.skips.kinds() == {"add": 2}
    assert any("In the model states are joined where Python" in note for note in watch.notes)


def test_a_part_in_another_thread_is_refused_and_leaves_nothing() -> None:
    class Threaded(nn.Sequential):
        def forward(self, x: Tensor) -> Tensor:
            with ThreadPoolExecutor(1) as pool:
                return self[1](pool.submit(self[0], x).result())

    model = Threaded(DataDependent(1), DataDependent(1))
    with sv.watch(model), pytest.raises(sv.WatchError, match="0 is called in another thread"):
        model(torch.randn(4, 8))
    assert torch.overrides._get_current_function_mode() is None


def test_ways_that_take_turns_are_all_found() -> None:
    """The pass after a new way goes another one again."""
    model, x = DataDependent(), torch.randn(4, 8)
    with sv.watch(model) as watch:
        for depth in (2, 4, 2, 4, 2):
            model(x, depth).sum().backward()
    assert len(watch.skips) == 4
    assert watch.recorded().tolist() == [True, False, True, True, False]


def test_a_way_that_was_not_recorded_is_told_until_it_is() -> None:
    model, x, told = DataDependent(), torch.randn(4, 8), []
    with sv.watch(model) as watch:
        for depth in (2, 5, 2, 5):
            model(x, depth).sum().backward()
            told.append([note for note in watch.notes if "not been recorded yet" in note])
    assert [bool(each) for each in told] == [False, True, True, False]
    assert re.match(r"In sums\.py:\d+ states|In tests/\S+/sums\.py:\d+ states", told[1][0])
    assert "Run more steps" in told[1][0]


def test_a_view_that_is_written_into_has_no_share_of_its_own() -> None:
    """Autograd keeps its gradient together with that of what passes by; 0 would be wrong."""

    class PieceByPiece(SliceAssignment):
        def forward(self, x: Tensor) -> Tensor:
            out = torch.tanh(self.start(x)).clone()
            out[:, :4].add_(self.a(out.clone()))
            return out

    model, x = PieceByPiece("add_"), torch.randn(4, 8)
    with sv.watch(model, shares_every=1) as watch:
        for _ in range(2):
            model(x).square().sum().backward()
    assert watch.skips.kinds() == {"split": 1}
    assert np.isnan(watch.shares()).all()


def test_a_device_as_context_does_not_move_the_line() -> None:
    model, x = DataDependent(1), torch.randn(4, 8)
    with sv.watch(model) as watch, torch.device("cpu"):
        model(x).sum().backward()
    (skip,) = watch.skips
    assert skip.file.endswith("zoo/sums.py")


class Forces(nn.Module):
    """Energy and its gradient by the positions, which are detached and asked for it inside."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks, self.head = DataDependent(2), nn.Linear(8, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = x.detach().requires_grad_()
        energy = self.head(self.blocks(x)).sum()
        (force,) = torch.autograd.grad(energy, x, create_graph=True)
        return energy, force


def test_what_is_detached_and_asked_for_a_gradient_is_data() -> None:
    model = Forces()
    with sv.watch(model) as watch:
        energy, force = model(torch.randn(4, 8))
        (energy + force.square().sum()).backward()
    assert watch.skips.kinds() == {"add": 2}
    assert watch.notes_of_model == ()


def test_a_sum_that_is_made_anew_carries_what_its_terms_bring() -> None:
    """h = x + h1 + h2, written out in every layer: without all skips a layer reads the last."""

    class Sums(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList(nn.Linear(8, 8) for _ in range(4))

        def forward(self, x: Tensor) -> Tensor:
            states = [self.layers[0](x)]
            for layer in list(self.layers)[1:]:
                h = states[0]
                for each in states[1:]:
                    h = h + each
                states.append(torch.tanh(layer(h)))
            return states[-1]

    model, x = Sums(), torch.randn(4, 8)
    with sv.watch(model) as watch:
        model(x).sum().backward()
        with watch.arm("plain"):
            cut = model(x)
    h = model.layers[0](x)
    for _, layer in pairwise(model.layers):
        h = torch.tanh(layer(h))
    torch.testing.assert_close(cut, h)


def test_what_a_gpu_is_held_to_holds_on_the_processor() -> None:
    assert list(watch_disagreements("cpu")) == []
