"""The callbacks, called as their frameworks call them; `make callbacks` has the frameworks."""

import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import skipviz as sv
from skipviz.engine.own_model.examples import residual_mlp

BATCHES = torch.randn(6, 4, 8, generator=torch.Generator().manual_seed(0)).unbind()
Train = Callable[[nn.Module, Any], None]


def step(net: nn.Module, optimizer: torch.optim.Optimizer, batch: torch.Tensor) -> None:
    optimizer.zero_grad()
    net(batch).square().mean().backward()
    optimizer.step()


def by_hand(net: nn.Module) -> np.ndarray:
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    with sv.watch(net) as watch:
        for batch in BATCHES:
            step(net, optimizer, batch)
    return watch.gradient_norms()


def fit(model: nn.Module, callback: Any, breaks_at: int = -1, rank: int = 0) -> None:
    """The hooks in the order of Lightning's Trainer.fit, with a check before the first step."""
    trainer = SimpleNamespace(is_global_zero=rank == 0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    try:
        callback.setup(trainer, model, stage="fit")
        callback.on_fit_start(trainer, model)
        with torch.no_grad():
            model(BATCHES[0])
        callback.on_train_start(trainer, model)
        for place, batch in enumerate(BATCHES):
            if place == breaks_at:
                raise KeyboardInterrupt
            step(model, optimizer, batch)
        callback.on_train_end(trainer, model)
        callback.on_fit_end(trainer, model)
    except KeyboardInterrupt as error:
        callback.on_exception(trainer, model, error)
    callback.teardown(trainer, model, stage="fit")


def train(model: nn.Module, callback: Any, breaks_at: int = -1, rank: int = 0) -> None:
    """The hooks in the order of Hugging Face's Trainer.train."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    state = SimpleNamespace(is_world_process_zero=rank == 0)
    told = (SimpleNamespace(), state, SimpleNamespace())
    callback.on_train_begin(*told, model=model, optimizer=optimizer)
    for place, batch in enumerate(BATCHES):
        if place == breaks_at:
            raise KeyboardInterrupt
        callback.on_step_begin(*told, model=model)
        step(model, optimizer, batch)
        callback.on_step_end(*told, model=model)
    callback.on_train_end(*told, model=model)


class Callback:
    """A base class whose hooks do nothing, as those of both frameworks."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("on_") or name in {"setup", "teardown"}:
            return lambda *_, **__: None
        raise AttributeError(name)


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, base: str) -> None:
    for whole in (name.partition(".")[0], name):
        module = ModuleType(whole)
        module.__spec__ = SimpleNamespace()  # type: ignore[assignment]
        setattr(module, base, Callback)
        monkeypatch.setitem(sys.modules, whole, module)


@pytest.fixture(params=["lightning.pytorch", "pytorch_lightning", "transformers"])
def framework(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Any, Train]]:
    """The class of the callback, and the loop that calls it."""
    hugging = request.param == "transformers"
    stand_in(monkeypatch, request.param, "TrainerCallback" if hugging else "Callback")
    modules = [f"skipviz.engine.callbacks.{name}" for name in ("lightning", "trainer")]
    for module in modules:
        monkeypatch.delitem(sys.modules, module, raising=False)
    yield (sv.callbacks.TrainerWatch, train) if hugging else (sv.callbacks.LightningWatch, fit)
    for module in modules:
        sys.modules.pop(module, None)


def test_what_a_callback_measures_is_what_a_watch_does(framework: Any, tmp_path: Path) -> None:
    make, loop = framework
    model = residual_mlp()
    expected = by_hand(deepcopy(model))
    callback = make(path=tmp_path / "run.json")
    loop(model, callback)
    assert isinstance(callback, Callback)
    np.testing.assert_array_equal(callback.watch.gradient_norms(), expected)
    read = sv.load_run(tmp_path / "run.json").gradient_norms("skip")
    np.testing.assert_allclose(read, expected, rtol=1e-6)


def test_a_part_is_watched_under_its_own_names(framework: Any) -> None:
    make, loop = framework
    told: list[int] = []
    net = residual_mlp()
    callback = make("1", shares_every=2, on_frame=lambda watch: told.append(watch.made))
    loop(nn.Sequential(nn.Linear(8, 8), net), callback)
    assert [layer.name for layer in callback.watch.layers] == [
        name for name, part in net.named_modules() if isinstance(part, nn.Linear)
    ]
    assert told == [1, 2, 3, 4, 5, 6]
    assert callback.watch.share_steps().tolist() == [0, 2, 4]


def test_another_fit_goes_on_in_the_same_frames(framework: Any) -> None:
    make, loop = framework
    model, callback = residual_mlp(), make()
    loop(model, callback)
    loop(model, callback)
    assert callback.watch.made == 12
    loop(residual_mlp(), callback)
    assert callback.watch.made == 6


def test_an_interrupt_leaves_the_model_bare_and_writes_the_run_once(
    framework: Any, tmp_path: Path
) -> None:
    make, loop = framework
    model, path = residual_mlp(), tmp_path / "run.json"
    callback = make(path=path)
    if loop is train:
        with pytest.raises(KeyboardInterrupt), callback:
            loop(model, callback, breaks_at=3)
    else:
        loop(model, callback, breaks_at=3)
    assert sv.load_run(path).gradient_norms("skip").shape == (3, 8)
    assert not any(part._forward_hooks for part in model.modules())
    assert not any(weight._backward_hooks for weight in model.parameters())
    path.unlink()
    callback.end()
    assert not path.exists()


def test_after_an_error_that_nobody_told_the_next_training_begins_anew(framework: Any) -> None:
    make, loop = framework
    model, callback = residual_mlp(), make()
    callback.begin(model)
    loop(model, callback)
    assert callback.watch.made == 6


def test_of_several_processes_one_writes(framework: Any, tmp_path: Path) -> None:
    make, loop = framework
    loop(residual_mlp(), make(path=tmp_path / "run.json"), rank=1)
    assert not list(tmp_path.iterdir())


def test_what_is_not_there_is_said(framework: Any) -> None:
    make, loop = framework
    with pytest.raises(sv.WatchError, match="begins when training does"):
        _ = make().watch
    with pytest.raises(sv.WatchError, match=r"no module 'backbone'. It has 0, 1, 1.up"):
        loop(residual_mlp(), make("backbone"))


@pytest.mark.parametrize("name", ["LightningWatch", "TrainerWatch"])
def test_without_its_framework_a_callback_says_what_to_install(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for missing in ("lightning", "lightning.pytorch", "pytorch_lightning", "transformers"):
        monkeypatch.delitem(sys.modules, missing, raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ImportError, match=r"pip install 'skipviz\["):
        getattr(sv.callbacks, name)


class Board:
    """What is written, in place of a SummaryWriter."""

    def __init__(self) -> None:
        self.written: dict[tuple[str, int], float] = {}

    def add_scalar(self, tag: str, value: float, step: int) -> None:
        assert (tag, step) not in self.written
        self.written[tag, step] = value


def test_a_writer_writes_gradients_and_shares_by_step() -> None:
    board, model = Board(), residual_mlp()
    model[0].weight.requires_grad_(False)
    writer = sv.callbacks.TensorBoardWriter(board, every=2)
    with sv.watch(model, shares_every=3, on_frame=writer) as watch:
        for batch in BATCHES:
            model(batch.clone().requires_grad_()).square().mean().backward()
    norms, shares = watch.gradient_norms(), watch.shares()
    expected = {
        (f"gradient/{layer.name}", row): norms[row, column]
        for column, layer in enumerate(watch.layers)
        for row in (0, 2, 4)
        if layer.name != "0"
    }
    expected |= {
        (f"share/{skip.source}_to_{skip.target}", 3 * row): shares[row, skip.index]
        for row in (0, 1)
        for skip in watch.skips
    }
    assert board.written == expected


def test_frames_of_another_arm_are_written_beside_those_of_the_model() -> None:
    board, model = Board(), residual_mlp()
    with sv.watch(model, on_frame=sv.callbacks.TensorBoardWriter(board)) as watch:
        model(BATCHES[0]).square().mean().backward()
        with watch.arm("plain", only="2"):
            model(BATCHES[0]).square().mean().backward()
    assert board.written["gradient/0", 0] == watch.gradient_norms()[0, 0]
    tag = "gradient_plain__1_of_3_skips/0"
    assert board.written[tag, 1] == watch.gradient_norms()[1, 0]


class Twice(nn.Module):
    """Two skips between the same modules."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.one(x)
        return x + self.two(x)


def test_skips_of_one_name_are_numbered_and_a_writer_of_nothing_is_refused() -> None:
    board, model = Board(), nn.Sequential(nn.Linear(8, 8), Twice())
    with sv.watch(model, shares_every=1, on_frame=sv.callbacks.TensorBoardWriter(board)) as watch:
        model(BATCHES[0]).square().mean().backward()
    tags = [tag for tag, _ in board.written if tag.startswith("share")]
    assert len(set(tags)) == len(watch.skips) == 2
    with pytest.raises(ValueError, match="from 1 on; it cannot be 0"):
        sv.callbacks.TensorBoardWriter(board, every=0)


def test_latest_shares_are_those_of_the_last_frame() -> None:
    model = residual_mlp()
    with sv.watch(model, shares_every=2) as watch:
        for measured in (True, False, True):
            model(BATCHES[0]).square().mean().backward()
            assert np.isfinite(watch.latest_shares()).all() == measured
    np.testing.assert_array_equal(watch.latest_shares(), watch.shares()[-1])
