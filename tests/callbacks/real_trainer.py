"""A real training of Hugging Face's Trainer: the callback measures what a hand loop does."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset
from transformers import Trainer, TrainingArguments

import skipviz as sv
from skipviz.callbacks import TrainerWatch
from skipviz.engine.own_model.examples import residual_mlp

X = torch.randn(24, 8, generator=torch.Generator().manual_seed(0))


class Scored(nn.Module):
    """A network that returns its loss, as the Trainer asks for."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor, labels: Tensor) -> dict[str, Tensor]:
        if bool((labels > 1e6).any()):
            raise RuntimeError("a label that cannot be")
        return {"loss": (self.net(x) - labels).square().mean()}


class Samples(Dataset):
    """Batches come in order: the test hands them to both loops."""

    def __init__(self, spoilt: int = -1) -> None:
        self._labels = X.sum(1, keepdim=True)
        if spoilt >= 0:
            self._labels[spoilt] = 1e9

    def __len__(self) -> int:
        return len(X)

    def __getitem__(self, place: int) -> dict[str, Tensor]:
        return {"x": X[place], "labels": self._labels[place]}


class InOrder(Trainer):
    """Without shuffling."""

    def _get_train_sampler(self, *_: Any) -> Any:
        return torch.utils.data.SequentialSampler(self.train_dataset)


def train(
    model: nn.Module, callback: TrainerWatch, folder: Path, spoilt: int = -1, **options: Any
) -> None:
    arguments = TrainingArguments(
        output_dir=str(folder), per_device_train_batch_size=4, num_train_epochs=1, use_cpu=True,
        report_to=[], save_strategy="no", optim="sgd", learning_rate=0.05, max_grad_norm=0.0,
        lr_scheduler_type="constant", disable_tqdm=True, logging_strategy="no",
        remove_unused_columns=False, dataloader_pin_memory=False, **options,
    )  # fmt: skip
    trainer = InOrder(model, arguments, train_dataset=Samples(spoilt), callbacks=[callback])
    trainer.train()


def by_hand(model: nn.Module, accumulate: int) -> np.ndarray:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    with sv.watch(model) as watch:
        for number, x in enumerate(X.split(4), 1):
            (model(x, x.sum(1, keepdim=True))["loss"] / accumulate).backward()
            if number % accumulate == 0:
                optimizer.step()
                optimizer.zero_grad()
    return watch.gradient_norms()


@pytest.mark.parametrize("accumulate", [1, 2])
def test_a_training_measures_what_a_loop_by_hand_does(accumulate: int, tmp_path: Path) -> None:
    model = Scored(residual_mlp())
    expected = by_hand(deepcopy(model), accumulate)
    callback = TrainerWatch(path=tmp_path / "run.json")
    train(model, callback, tmp_path, gradient_accumulation_steps=accumulate)
    assert expected.shape == (6, 8)
    np.testing.assert_allclose(callback.watch.gradient_norms(), expected, rtol=1e-6)
    assert len(sv.load_run(tmp_path / "run.json").own_skips) == 3


def test_a_part_is_watched_under_bf16(tmp_path: Path) -> None:
    callback = TrainerWatch("net", shares_every=1)
    train(Scored(residual_mlp()), callback, tmp_path, bf16=True)
    assert (callback.watch.gradient_norms() > 0).all()
    assert callback.watch.shares().shape == (6, 3)


def test_an_error_leaves_the_model_as_it_was(tmp_path: Path) -> None:
    model = Scored(residual_mlp())
    with pytest.raises(RuntimeError, match="cannot be"), TrainerWatch() as callback:
        train(model, callback, tmp_path, spoilt=9)
    assert callback.watch.made == 2
    assert not any(module._forward_hooks for module in model.modules())
