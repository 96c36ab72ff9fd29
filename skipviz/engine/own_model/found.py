"""What a model shows of itself before it is trained."""

import gc
from collections.abc import Callable
from functools import partial

from torch import nn

from skipviz.engine.own_model.batches import Batches
from skipviz.engine.own_model.copies import copied
from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.random_states import RandomStates
from skipviz.engine.own_model.structures import Known
from skipviz.engine.own_model.trained_arm import Loss, scalar
from skipviz.engine.own_model.watch import Watch
from skipviz.language import _

MOST_PASSES, MOST_IN_VAIN = 32, 6
"""That are made to find layers which the first pass left out, as stochastic depth does; and how
many of them in a row may show nothing new."""


def found(model: nn.Module, loss: Loss, batches: Batches) -> Known:
    """What forward passes of a copy show: one, and more where it draws which layers run."""
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
        if RandomStates.now() != states:
            _look_for_more(watch, scratch, partial(loss, scratch, batches.first))
        known = watch.known
    states.restore()
    del scratch, watch
    gc.collect()
    return known


def _look_for_more(watch: Watch, model: nn.Module, run: Callable[[], object]) -> None:
    """Record further passes as long as they show layers that none has used before, or the way to
    them at more of its length."""
    in_vain, passes = 0, 0
    while passes < MOST_PASSES and in_vain < MOST_IN_VAIN and (passes or _unmet(watch, model)):
        before = _shown(watch)
        watch.follower.record_next()
        run()
        passes += 1
        in_vain = in_vain + 1 if _shown(watch) == before else 0


def _shown(watch: Watch) -> tuple[int, ...]:
    return len(watch.layers), len(watch.skips), sum(layer.depth for layer in watch.layers)


def _unmet(watch: Watch, model: nn.Module) -> bool:
    """Whether there are weights that are trained and that no pass has used."""
    met = {name for layer in watch.layers for name in layer.weights}
    weights = (name for name, each in model.named_parameters()
               if each.dim() > 1 and each.requires_grad)  # fmt: skip
    return any(name not in met for name in weights)
