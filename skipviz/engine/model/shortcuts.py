"""One skip at its place, with the gains of every replica."""

from torch import Tensor

from skipviz.engine.model.context import Context, Stage
from skipviz.engine.model.gains import Gains
from skipviz.engine.model.noise import dropped
from skipviz.engine.model.resizing import resized
from skipviz.engine.model.skips import carry_stages, join_of
from skipviz.network import AnySkip, Network
from skipviz.network.joints import Joint
from skipviz.network.sizes import positions


def shortcut_stage(skip: AnySkip, joint: Joint, network: Network, gains: Gains) -> Stage:
    """The stage that takes the state u a skip joins to what it is afterwards."""
    module = skip.module
    read, dropout = _reading(skip, joint), skip.dropout
    carry = carry_stages(skip, joint, module, network)
    join = join_of(skip, module, gains)

    def stage(context: Context, u: Tensor) -> Tensor:
        r = v = read(context, u)
        for step in carry:
            v = step(context, v)
        if dropout and context.training:
            v = dropped(context.noise, f"{module}.dropout", dropout, v)
        return join(context, u, r, v)

    return stage


def _reading(skip: AnySkip, joint: Joint) -> Stage:
    """r, from the states so far or from those of the previous time step."""
    source = skip.source
    pick = (
        _previous(source, joint) if skip.is_feedback else lambda context, _: context.states[source]
    )
    if positions(joint.read) == positions(joint.source):
        return pick
    how, places = skip.resize, positions(joint.read)
    return lambda context, u: resized(pick(context, u), how, places)


def _previous(source: int, joint: Joint) -> Stage:
    """s_source of the time step before, 0 at the first."""

    def pick(context: Context, u: Tensor) -> Tensor:
        if context.before:
            return context.before[source]
        return u.new_zeros(*u.shape[:2], *joint.source)

    return pick
