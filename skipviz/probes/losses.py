"""Loss and score of every copy. Labels are classes (integers) or targets (real numbers)."""

from torch import Tensor
from torch.nn import functional


def losses_of_samples(outputs: Tensor, y: Tensor) -> Tensor:
    """(copies, batch): cross-entropy, or the mean squared error over a sample's outputs.

    `outputs` (copies, batch, ..), `y` (copies, batch) classes or (copies, batch, ..) targets.
    """
    if y.is_floating_point():
        return (outputs - y).square().flatten(2).mean(2)
    each = functional.cross_entropy(outputs.flatten(0, 1), y.flatten(), reduction="none")
    return each.view(y.shape)


def mean_scores(outputs: Tensor, y: Tensor) -> Tensor:
    """(copies,): share of right classes; for targets of mean 0 and variance 1, R².

    Outputs that are not finite count as class 0: look at the loss.
    """
    if y.is_floating_point():
        return 1 - losses_of_samples(outputs, y).mean(1)
    return (outputs.argmax(-1) == y).to(outputs.dtype).mean(1)
