"""Loss, score and predictions over whole splits, in pieces that fit in memory."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from skipviz.engine.probes.losses import losses_of_samples, mean_scores

PIECE = 2048  # samples times replicas at a time


class Evaluated(NamedTuple):
    """`loss` and `score` (replicas,); `classes` (replicas, samples) that are predicted, int16.

    -1 stands for an output that is NaN or infinite; None where a sample has no class of its own.
    """

    loss: Tensor
    score: Tensor
    classes: Tensor | None


@torch.no_grad()
def evaluated(model: Callable[[Tensor], Tensor], replicas: int, x: Tensor, y: Tensor) -> Evaluated:
    """`model` maps (replicas, batch, ..) to outputs; x (samples, ..), y (samples, ..).

    In regression the score is R², for targets of mean 0 and variance 1 on the train split.
    """
    loss = torch.zeros(replicas, device=x.device)  # not of the type of x, which may be tokens
    score = torch.zeros_like(loss)
    classes: list[Tensor] = []
    of_samples = y.ndim == 1 and not y.is_floating_point()
    size = max(1, PIECE // replicas)
    for piece, labels in zip(torch.split(x, size), torch.split(y, size), strict=True):
        labels = labels.expand(replicas, *labels.shape)
        outputs = model(piece.expand(replicas, *piece.shape))
        loss += losses_of_samples(outputs, labels).sum(1)
        score += mean_scores(outputs, labels) * len(piece)
        if of_samples:
            classes.append(_classes(outputs))
    loss, score = loss / len(x), score / len(x)
    return Evaluated(
        loss,
        torch.where(torch.isfinite(loss), score, torch.nan),
        torch.cat(classes, dim=1) if of_samples else None,
    )


def mean_loss_and_score(
    model: Callable[[Tensor], Tensor], replicas: int, x: Tensor, y: Tensor
) -> tuple[Tensor, Tensor]:
    """`evaluated` without the classes."""
    return evaluated(model, replicas, x, y)[:2]


def _classes(outputs: Tensor) -> Tensor:
    finite = torch.isfinite(outputs).all(-1)
    return torch.where(finite, outputs.argmax(-1), -1).to(torch.int16)
