"""What a model shows of itself before it is trained."""

import gc

from torch import nn

from skipviz.engine.own_model.batches import Batches
from skipviz.engine.own_model.copies import copied
from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.random_states import RandomStates
from skipviz.engine.own_model.structures import Known
from skipviz.engine.own_model.trained_arm import Loss, scalar
from skipviz.engine.own_model.watch import Watch
from skipviz.language import _


def found(model: nn.Module, loss: Loss, batches: Batches) -> Known:
    """What one forward pass of a copy shows."""
    states, scratch = RandomStates.now(), copied(model)
    with Watch(scratch) as watch:
        scalar(loss(scratch, batches.first))
        if not watch.forwards:
            raise WatchError(
                _(
                    "loss(model, batch) does not call the model it is given: it works on "
                    "another one. Every arm is a copy, so let it use its first argument."
                )
            )
        known = watch.known
    states.restore()
    del scratch, watch
    gc.collect()
    return known
