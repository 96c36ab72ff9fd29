"""Loss and score over whole splits, in pieces that fit in memory."""

from collections.abc import Callable

import torch
from torch import Tensor

from skipviz.engine.probes.losses import losses_of_samples, mean_scores

PIECE = 2048  # samples times replicas at a time


@torch.no_grad()
def mean_loss_and_score(
    model: Callable[[Tensor], Tensor], replicas: int, x: Tensor, y: Tensor
) -> tuple[Tensor, Tensor]:
    """(replicas,) each, of x (samples, ..), y (samples, ..); `model` maps (replicas, batch, ..).

    In regression the score is R², for targets of mean 0 and variance 1 on the train split.
    """
    loss = torch.zeros(replicas, device=x.device)  # not of the type of x, which may be tokens
    score = torch.zeros_like(loss)
    size = max(1, PIECE // replicas)
    for piece, labels in zip(torch.split(x, size), torch.split(y, size), strict=True):
        labels = labels.expand(replicas, *labels.shape)
        outputs = model(piece.expand(replicas, *piece.shape))
        loss += losses_of_samples(outputs, labels).sum(1)
        score += mean_scores(outputs, labels) * len(piece)
    loss, score = loss / len(x), score / len(x)
    return loss, torch.where(torch.isfinite(loss), score, torch.nan)
