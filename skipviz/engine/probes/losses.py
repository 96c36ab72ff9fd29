"""Loss and score of every copy. Labels are classes (integers) or targets (real numbers)."""

from torch import Tensor
from torch.nn import functional


def losses_of_samples(outputs: Tensor, y: Tensor) -> Tensor:
    """(copies, batch): cross-entropy, or the mean squared error over a sample's outputs.

    `outputs` (copies, batch, ..). `y` holds targets (copies, batch, ..), classes (copies, batch),
    or a class for every position (copies, batch, positions), of which the last one counts where
    the network has one output for all positions.
    """
    if y.is_floating_point():
        return (outputs - y.view_as(outputs)).square().flatten(2).mean(2)
    y = _asked_for(outputs, y)
    each = functional.cross_entropy(outputs.flatten(0, -2), y.flatten(), reduction="none")
    each = each.view(y.shape)
    return each if y.dim() == 2 else each.flatten(2).mean(2)


def mean_scores(outputs: Tensor, y: Tensor) -> Tensor:
    """(copies,): share of right classes; for targets of mean 0 and variance 1, R².

    Outputs that are not finite count as class 0: look at the loss.
    """
    if y.is_floating_point():
        return 1 - losses_of_samples(outputs, y).mean(1)
    right = outputs.argmax(-1) == _asked_for(outputs, y)
    return right.flatten(1).to(outputs.dtype).mean(1)


def _asked_for(outputs: Tensor, y: Tensor) -> Tensor:
    return y[..., -1] if y.dim() == outputs.dim() else y
