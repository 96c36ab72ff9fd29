"""Replicas of one trained network, each with something deleted, evaluated together."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from skipviz.arms import Arm
from skipviz.engine.model.lesions import Deleted, Lesions
from skipviz.engine.model.plan import Plan
from skipviz.engine.model.stack import Stack
from skipviz.engine.training.evaluation import mean_loss_and_score
from skipviz.lesion.ways import Cut, effect
from skipviz.network import ResolvedNetwork

Model = Callable[[Tensor], Tensor]
TOGETHER = 32  # replicas at a time


def lesioned(
    resolved: ResolvedNetwork, arm: Arm, weights: Mapping[str, Tensor], cuts: Sequence[Cut]
) -> Model:
    """A replica of the network per cut, in evaluation mode, without a gradient.

    `weights` are tensors of one replica, (1, ..) each, as `weights_of` gives them. The model maps x
    (replicas, batch, ..) to logits (replicas, batch, outputs).
    """
    effects = [effect(resolved, arm, cut) for cut in cuts]
    gone = [Deleted(each.silent, each.dead, each.bypassed) for each in effects]
    gains = [each.gains for each in effects]
    plan = Plan(resolved, gains, [0] * len(cuts), Lesions(gone))
    tensors = {
        name: tensor.expand(len(cuts), *tensor.shape[1:]).contiguous()
        for name, tensor in weights.items()
    }
    return lambda x: plan.states(tensors, x, training=False)[-1]


def weights_of(stack: Stack, replica: int) -> dict[str, Tensor]:
    """The tensors of one replica of a stack, running statistics among them, (1, ..) each."""
    with torch.no_grad():
        return {
            name: tensor[replica : replica + 1].clone() for name, tensor in stack.tensors().items()
        }


@torch.no_grad()
def losses_and_scores(
    resolved: ResolvedNetwork,
    arm: Arm,
    weights: Mapping[str, Tensor],
    cuts: Sequence[Cut],
    x: Tensor,
    y: Tensor,
) -> tuple[Tensor, Tensor]:
    """(cuts,) each: mean loss and score over the samples x (samples, ..) with labels y."""
    found = [
        mean_loss_and_score(lesioned(resolved, arm, weights, some), len(some), x, y)
        for some in (cuts[i : i + TOGETHER] for i in range(0, len(cuts), TOGETHER))
    ]
    losses, scores = zip(*found, strict=True)
    return torch.cat(losses), torch.cat(scores)
