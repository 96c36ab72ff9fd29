"""Before anything is measured: does switching this very merge do what it says?

At the merge's own output, with the operands it has: f = b = 1 gives the same bits, f = 0 does not.
A head that starts at zero hides nothing here.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.gains import Gains, carried
from skipviz.engine.own_model.merges import Form, operands_of, result_of, same_bits
from skipviz.engine.own_model.switches import Switch
from skipviz.engine.own_model.tensors import Arguments
from skipviz.language import N_, _

_ALMOST_OPEN = Gains(1.0, 0.5)
"""The value as it is, by the way that a changed one takes."""


def check_merge(
    func: Callable[..., Any], name: str, form: Form, call: Arguments, switches: Sequence[Switch]
) -> None:
    """WatchError where a merge does not answer to its switches."""
    values = dict(operands_of(form, call))
    places = [switch.position for switch in switches]
    with torch.no_grad():
        bare = result_of(func, name, form, call, {})
        same = {place: carried(values[place], _ALMOST_OPEN) for place in places}
        if not same_bits(bare, result_of(func, name, form, call, same)):
            raise _refusal(_CHANGES, switches[0])
        if not _answers(func, name, form, call, places[0]):
            raise _refusal(_STAYS, switches[0])


def _answers(func: Callable[..., Any], name: str, form: Form, call: Arguments, place: int) -> bool:
    """Whether the output depends on the operand. Zeros change nothing where it is 0 or too small
    to be seen beside the branch; NaN tells then."""
    value = dict(operands_of(form, call))[place]
    bare = result_of(func, name, form, call, {})
    cut = {place: carried(value, Gains(0, 0))}
    if not same_bits(bare, result_of(func, name, form, call, cut)):
        return True
    unknown = {place: torch.full_like(value, torch.nan)}
    return bool(result_of(func, name, form, call, unknown).isnan().any())


_CHANGES = N_(
    "{place}: the merge {operation} in {module} gives other numbers though nothing is cut, so what "
    "would be measured is not true. Write it as a plain sum or torch.cat."
)
_STAYS = N_(
    "{place}: the merge {operation} in {module} stays the same when the skip is cut, so what would "
    "be measured is not true. Write it as a plain sum or torch.cat."
)


def _refusal(message: str, switch: Switch) -> WatchError:
    return WatchError(
        _(
            message,
            place=f"{switch.file}:{switch.line}",
            operation=switch.place.operation,
            module=switch.target or _("the model"),
        )
    )
