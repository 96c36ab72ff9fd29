"""Copies of a model, an arm each, that have nothing in common with it."""

import copy

from torch import nn

from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.refusals import watched_module
from skipviz.language import _


def copied(model: nn.Module) -> nn.Module:
    """A copy to be trained; WatchError where `copy.deepcopy` makes none."""
    if watched_module(model) is not model:
        raise WatchError(
            _(
                "Every arm trains a copy, and a copy of DistributedDataParallel talks to no "
                "other process. Give the model inside of it (ddp.module)."
            )
        )
    try:
        made = copy.deepcopy(model)
    except Exception as error:
        raise WatchError(
            _(
                "Every arm trains a copy, but copy.deepcopy cannot copy this {kind}: "
                "{error} Build the model anew, and give it before it has run.",
                kind=type(model).__name__,
                error=str(error),
            )
        ) from error
    own = {each.data_ptr() for each in model.parameters() if each.numel()}
    shared = [name for name, each in made.named_parameters() if each.data_ptr() in own]
    if shared:
        raise WatchError(
            _(
                "Every arm trains a copy, but after copy.deepcopy {name} is still that of "
                "the model itself: its class copies itself in its own way (__deepcopy__). "
                "Leave that out.",
                name=shared[0],
            )
        )
    return made
