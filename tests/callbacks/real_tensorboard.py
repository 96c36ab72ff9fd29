"""Files of TensorBoard, read by TensorBoard: they hold what the watch has measured."""

from pathlib import Path

import numpy as np
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import skipviz as sv
from skipviz.callbacks import TensorBoardWriter
from skipviz.engine.own_model.examples import residual_mlp


def test_the_board_reads_what_was_measured(tmp_path: Path) -> None:
    model = residual_mlp()
    with (
        TensorBoardWriter(tmp_path, every=2) as writer,
        sv.watch(model, shares_every=3, on_frame=writer) as watch,
    ):
        for _ in range(6):
            model(torch.randn(4, 8)).square().mean().backward()
    board = EventAccumulator(str(tmp_path))
    board.Reload()
    norms, shares = watch.gradient_norms(), watch.shares()
    gradients = [f"gradient/{layer.name}" for layer in watch.layers]
    assert sorted(board.Tags()["scalars"]) == sorted(
        [*gradients, "share/0_to_1", "share/1_to_2", "share/2_to_3"]
    )
    for tag, column in zip(gradients, norms.T, strict=True):
        assert [event.step for event in board.Scalars(tag)] == [0, 2, 4]
        told = [event.value for event in board.Scalars(tag)]
        np.testing.assert_allclose(told, column[::2], rtol=1e-6)
    told = [event.value for event in board.Scalars("share/1_to_2")]
    np.testing.assert_allclose(told, shares[:, 1], rtol=1e-6)
