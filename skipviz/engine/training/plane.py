"""What the arms say of every place of a plane: the picture of a decision boundary."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skipviz.engine.model.stack import Stack


@torch.no_grad()
def outputs_on_plane(stack: Stack, points: Tensor, classes: bool) -> NDArray[np.float64]:
    """(replicas, outputs, points): probabilities of the classes, or the predicted quantity.

    In evaluation mode, so that nothing of the training is disturbed; `points` (points, 2).
    """
    stack.eval()
    outputs = stack(points.expand(stack.replicas, *points.shape)).transpose(1, 2)
    stack.train()
    said = outputs.softmax(1) if classes else outputs  # over few classes six times as fast as last
    return np.asarray(said.double().cpu().numpy())
