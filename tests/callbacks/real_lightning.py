"""A real fit of Lightning: what the callback measures is what `sv.watch` measures by hand."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

import skipviz as sv
from skipviz.callbacks import LightningWatch
from skipviz.engine.callbacks.lightning import _package
from skipviz.engine.own_model.examples import residual_mlp
from skipviz.engine.own_model.watch import Watch

lightning = _package()

X = torch.randn(40, 8, generator=torch.Generator().manual_seed(0))
Y = X.sum(1, keepdim=True)


class Regression(lightning.LightningModule):
    """A residual network that is trained as the first page of Lightning's documentation does."""

    def __init__(self, net: nn.Module, breaks_at: int = -1) -> None:
        super().__init__()
        self.net, self.breaks_at = net, breaks_at

    def training_step(self, batch: list[Tensor], batch_idx: int) -> Tensor:
        if batch_idx == self.breaks_at:
            raise RuntimeError("out of data")
        loss = (self.net(batch[0]) - batch[1]).square().mean()
        self.log("loss", loss)
        return loss

    def validation_step(self, batch: list[Tensor], batch_idx: int) -> None:  # noqa: ARG002
        self.log("checked", (self.net(batch[0]) - batch[1]).square().mean())

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=0.05)


def loader() -> DataLoader:
    return DataLoader(TensorDataset(X, Y), batch_size=8)


def fit(model: Regression, callback: LightningWatch, folder: Path, **options: Any) -> None:
    trainer = lightning.Trainer(
        max_epochs=2, callbacks=[callback], accelerator="cpu", logger=False,
        enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
        default_root_dir=folder, **options,
    )  # fmt: skip
    trainer.fit(model, loader(), loader())


def by_hand(net: nn.Module, accumulate: int = 1) -> Watch:
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    with sv.watch(net, shares_every=2) as watch:
        for number, (x, y) in enumerate([*loader(), *loader()], 1):
            ((net(x) - y).square().mean() / accumulate).backward()
            if (number - 1) % 5 % accumulate == accumulate - 1 or number % 5 == 0:
                optimizer.step()
                optimizer.zero_grad()
    return watch


@pytest.mark.parametrize("accumulate", [1, 2])
def test_a_fit_measures_what_a_loop_by_hand_does(accumulate: int, tmp_path: Path) -> None:
    net = residual_mlp()
    watch = by_hand(deepcopy(net), accumulate)
    callback = LightningWatch("net", path=tmp_path / "run.json", shares_every=2)
    fit(Regression(net), callback, tmp_path, accumulate_grad_batches=accumulate)
    assert callback.watch.gradient_norms().shape == (10, 8)
    np.testing.assert_array_equal(callback.watch.gradient_norms(), watch.gradient_norms())
    np.testing.assert_array_equal(callback.watch.shares(), watch.shares())
    assert len(sv.load_run(tmp_path / "run.json").own_skips) == 3


def test_a_whole_module_is_watched_and_another_fit_goes_on(tmp_path: Path) -> None:
    callback = LightningWatch()
    model = Regression(residual_mlp())
    for frames in (10, 20):
        fit(model, callback, tmp_path)
        assert callback.watch.made == frames
    assert callback.watch.skips[0].name == "net.0 → net.1"


def test_bf16_is_measured(tmp_path: Path) -> None:
    callback = LightningWatch()
    fit(Regression(residual_mlp()), callback, tmp_path, precision="bf16-mixed")
    assert (callback.watch.gradient_norms() > 0).all()


def test_an_error_leaves_the_model_as_it_was_and_what_was_measured(tmp_path: Path) -> None:
    model = Regression(residual_mlp(), breaks_at=3)
    callback = LightningWatch(path=tmp_path / "run.json")
    with pytest.raises(RuntimeError, match="out of data"):
        fit(model, callback, tmp_path)
    assert not any(module._forward_hooks for module in model.modules())
    assert sv.load_run(tmp_path / "run.json").gradient_norms("skip").shape == (3, 8)
