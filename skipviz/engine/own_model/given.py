"""What a public function of models of one's own says of something else in an argument's place."""

from collections.abc import Mapping
from operator import index

from torch import nn
from torch.nn.modules.loss import _Loss
from torch.optim import Optimizer

from skipviz.arms import Arm
from skipviz.language import N_, _
from skipviz.text import value_text

_LOSS = N_(
    "loss: got {value}; give a function of the model and a batch that returns the loss, as lambda "
    "model, batch: model(batch).square().mean()"
)
_LOSS_OF_TORCH = N_(
    "loss: got {value}, which compares outputs with targets; give a function of the model and a "
    "batch, as lambda model, batch: {value}(model(batch[0]), batch[1])"
)
_BATCHES = N_(
    "batches: got {value}; give a list or DataLoader of all that a step takes: one batch of inputs "
    "and targets is [(x, y)]"
)
_ARMS = N_('arms: got {value}; give names of arms, as ("skip", "plain"), or sv.Arm(..)')
_OPTIMIZER = N_(
    "optimizer: got {value}; give a function that makes one out of parameters, as lambda "
    "parameters: torch.optim.SGD(parameters, lr=0.1)"
)
_ONLY = N_('only: got {value}; give a pattern of the modules that skips end in, as "layer3.*"')
_ON_FRAME = N_("on_frame: got {value}; give a function of the watch")


def require_compared(
    loss: object, batches: object, arms: object, optimizer: object, only: object
) -> None:
    """ValueError for what `compare` cannot take, which says what it wants."""
    if isinstance(loss, _Loss):
        raise _refused(_LOSS_OF_TORCH, loss)
    if not callable(loss) or isinstance(loss, type):
        raise _refused(_LOSS, loss)
    if isinstance(batches, str | bytes | Mapping | nn.Module) or not _has_items(batches):
        raise _refused(_BATCHES, batches)
    if not isinstance(arms, str | Arm) and not _has_items(arms):
        raise _refused(_ARMS, arms)
    if optimizer is not None and (isinstance(optimizer, Optimizer) or not callable(optimizer)):
        raise _refused(_OPTIMIZER, optimizer)
    if not isinstance(only, str | None):
        raise _refused(_ONLY, only)


def require_count(argument: str, given: object, least: int) -> None:
    """ValueError for what is no whole number, or too small a one."""
    try:
        counted = not isinstance(given, bool) and index(given) >= least  # type: ignore[arg-type]
    except TypeError:
        counted = False
    if not counted:
        said = _(
            "{argument}: got {value}; give a whole number from {least} on",
            argument=argument,
            value=_shown(given),
            least=least,
        )
        raise ValueError(said)


def require_on_frame(given: object) -> None:
    """ValueError for what cannot be called at the end of a backward pass."""
    if given is not None and not callable(given):
        raise _refused(_ON_FRAME, given)


def _has_items(given: object) -> bool:
    """Without asking for them: an iterator of a DataLoader draws random numbers."""
    return not isinstance(given, type) and any(
        hasattr(given, name) for name in ("__iter__", "__getitem__")
    )


def _refused(form: str, given: object) -> ValueError:
    return ValueError(_(form, value=_shown(given)))


def _shown(given: object) -> str:
    """In one line."""
    if isinstance(given, type):
        return _("the class {name}", name=given.__name__)
    return " ".join(value_text(given).split())
