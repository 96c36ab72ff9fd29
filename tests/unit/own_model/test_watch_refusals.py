"""What cannot be followed is refused, with the way out, and leaves the model usable."""

import copy
import warnings
from collections.abc import Callable
from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn

import skipviz as sv
from tests.unit.own_model.zoo.sums import DataDependent


class FSDPModule:
    """What torch's fully_shard mixes into the class of a module."""


class Sharded(FSDPModule, nn.Linear):
    pass


def in_place_compiled() -> nn.Module:
    model = DataDependent()
    model.compile(backend="eager")
    return model


def scripted() -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.jit.script(nn.Linear(4, 4))


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no module": (lambda: 3, "model: got 3; it has to be a torch.nn.Module"),
    "a class": (lambda: DataDependent, r"the class DataDependent; .* as DataDependent\(..\)"),
    "a drawn network": (lambda: sv.Network.mlp(3, 8), "sv.build makes a module of it"),
    "compiled": (lambda: torch.compile(DataDependent(), backend="eager"), "without torch.compile"),
    "compiled in place": (in_place_compiled, "without torch.compile"),
    "a part is compiled": (lambda: nn.Sequential(in_place_compiled()), "0 is compiled"),
    "scripted": (scripted, "before torch.jit"),
    "DataParallel": (lambda: nn.DataParallel(nn.Linear(4, 4)), "DistributedDataParallel"),
    "FSDP": (lambda: nn.Sequential(Sharded(4, 4)), "without FSDP"),
    "lazy": (lambda: nn.LazyLinear(4), "Run one batch"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_models_that_are_refused(name: str) -> None:
    make, way_out = REFUSED[name]
    with pytest.raises(sv.WatchError, match=way_out):
        sv.watch(make())  # type: ignore[arg-type]


def test_wrong_arguments_of_a_watch_are_told() -> None:
    model, wrong = DataDependent(), cast(Any, [3])
    for given in ({"shares_every": "a"}, {"shares_every": 1.5}, {"on_frame": 3}):
        (name,) = given
        with pytest.raises(ValueError, match=f"{name}: got .*; give a"):
            sv.watch(model, **cast(Any, given))
    with sv.watch(model) as watch:
        model(torch.randn(4, 8)).mean().backward()
        for only in (3, wrong):
            with (
                pytest.raises(ValueError, match=r"only: got .*3.*; give a skip"),
                watch.arm("plain", only=only),
            ):
                pass
    with pytest.raises(IndexError, match="got 99; give a number"):
        watch.skips[99]
    with pytest.raises(TypeError, match="unsupported operand"):
        watch.skips | wrong
    with pytest.raises(KeyError, match="no frame of the arm 'bare'"):
        watch.shares("bare")


@pytest.mark.slow
@pytest.mark.parametrize("armed", [False, True])
def test_a_compiled_function_is_refused_wherever_it_is(armed: bool) -> None:
    class Inside(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = nn.Linear(8, 8), nn.Linear(8, 8)

        def inner(self, h: Tensor) -> Tensor:
            return h + torch.tanh(self.b(h))

        def forward(self, x: Tensor, compiled: bool = True) -> Tensor:
            inner = torch.compile(self.inner, backend="eager") if compiled else self.inner
            return inner(self.a(x))

    model, x = Inside(), torch.randn(4, 8)
    with sv.watch(model) as watch:
        if armed:
            model(x, False).sum().backward()
            with watch.arm("plain"), pytest.raises(sv.WatchError, match=r"torch\.compile"):
                model(x)
        else:
            with pytest.raises(sv.WatchError, match=r"torch\.compile"):
                model(x)
    step = torch.compile(lambda x: model(x, False).sum(), backend="eager")
    with sv.watch(model), pytest.raises(sv.WatchError, match=r"torch\.compile"):
        step(x)
    assert torch.equal(model(x, False), copy.deepcopy(model)(x, False))


def test_an_arm_before_anything_is_known_is_refused() -> None:
    with sv.watch(DataDependent()) as watch:
        with pytest.raises(sv.WatchError, match="Run one step"), watch.arm("plain"):
            pass
        with pytest.raises(ValueError, match="Known are skip, plain"), watch.arm("bare"):
            pass


def test_a_model_is_watched_once_at_a_time() -> None:
    model = DataDependent()
    with sv.watch(model), pytest.raises(sv.WatchError, match="already"), sv.watch(model):
        pass
    with sv.watch(model):
        pass


def test_skips_of_another_model_are_refused() -> None:
    large, small, x = DataDependent(6), DataDependent(1), torch.randn(2, 8)
    with sv.watch(large) as one, sv.watch(small) as other:
        large(x).sum().backward()
        small(x).sum().backward()
        with pytest.raises(ValueError, match="not of this model"), other.arm("plain", one.skips):
            pass


def test_a_merge_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check looks at the merge itself: a head of zeros would hide it from the outside."""

    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b, self.head = nn.Linear(8, 8), nn.Linear(8, 8), nn.Linear(8, 2)
            nn.init.zeros_(self.head.weight)

        def forward(self, x: Tensor) -> Tensor:
            h = self.a(x)
            return self.head(torch.addmm(h, torch.tanh(h), self.b.weight, beta=self.beta))

        beta = 1.0

    model, x = Odd(), torch.randn(4, 8)
    with sv.watch(model) as watch:
        model(x).sum().backward()
        assert len(watch.skips) == 1
    monkeypatch.setattr(Odd, "beta", 0.0)
    with sv.watch(model), pytest.raises(sv.WatchError, match="stays the same when the skip is cut"):
        model(x)


def test_a_skip_too_small_to_be_seen_beside_its_branch_is_none_the_less_one() -> None:
    model, x = DataDependent(1), torch.randn(4, 8)
    with torch.no_grad():
        model.start.weight.mul_(1e-30)
        model.start.bias.zero_()
        model.blocks[0].bias.fill_(1.0)
    with sv.watch(model) as watch:
        model(x).sum().backward()
    assert len(watch.skips) == 1
