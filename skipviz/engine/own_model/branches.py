"""The switch of a skip: the factors on its branch, where it leaves its source, and all it knows."""

from collections.abc import Callable, Sequence

from skipviz.engine.own_model.factors import Factor, factor_in_call
from skipviz.engine.own_model.layers import owner_of
from skipviz.engine.own_model.lineage import Lineage, Node
from skipviz.engine.own_model.merges import Form
from skipviz.engine.own_model.operations import NORMS, PASSING, SQUASHING
from skipviz.engine.own_model.places import Place, file_of
from skipviz.engine.own_model.rules import Found, Operand
from skipviz.engine.own_model.steps import Step
from skipviz.engine.own_model.switches import Exit, Switch, Switchboard


def branch_factors(lineage: Lineage, branches: Sequence[int], skip: Found) -> tuple[Factor, ...]:
    """The factors between the merge and the first operation of the branch that is not linear."""
    found: dict[Factor, None] = {}
    for branch in branches:
        found |= dict.fromkeys(_above(lineage, branch))
        gate = _gate(lineage, lineage[branch], skip) if skip.kind == "gated" else None
        if gate is not None:
            found[gate] = None
    return tuple(found)


def _above(lineage: Lineage, branch: int) -> list[Factor]:
    found, node = [], lineage[branch]
    while not (node.heavy or node.is_skip):
        if node.factor is not None:
            found.append(node.factor)
        passes = node.op in PASSING or (node.factor is not None and node.op not in NORMS)
        if not passes or len(node.parents) != 1:
            break
        node = lineage[node.parents[0]]
    return found


def _gate(lineage: Lineage, product: Node, skip: Found) -> Factor | None:
    """T of h T + s (1 - T): the factor that the skip is made of as well, or that is squashed."""
    if not product.product or product.place is None:
        return None
    for gate in product.parents:
        shared = lineage.light_way(skip.operand.node, lambda k, gate=gate: k == gate)  # type: ignore[misc]
        if shared or lineage[gate].op in SQUASHING:
            data = next(each for each in product.parents if each != gate)
            text = f"the gate of {lineage[gate].module or 'the model'}"
            return Factor(product.place, "keep", product.reads[data], text, False)
    return None


def own_layers(lineage: Lineage, skip: Found, branches: Sequence[int]) -> tuple[str, ...]:
    """The layers that are there for the skip alone: its projection, and its gate.

    What they are for is cut with the skip, or taken for 1: they have no gradient then.
    """
    nodes = [lineage[k] for k in skip.way[:-1]]
    if skip.kind == "gated":
        nodes += [node for branch in branches for node in _gate_makers(lineage, lineage[branch])]
    weights = (weight for node in nodes if node.heavy for weight in sorted(node.weights))
    return tuple(dict.fromkeys(map(owner_of, weights)))


def _gate_makers(lineage: Lineage, product: Node) -> list[Node]:
    """The heavy operations right above the squashed factor of a product."""
    found = []
    for parent in product.parents if product.product else ():
        if lineage[parent].op in SQUASHING:
            way = lineage.light_way(parent, lambda k: lineage[k].heavy)
            found += [lineage[way.nodes[-1]]] if way else []
    return found


def exit_of(
    lineage: Lineage,
    skip: Found,
    merge: Place,
    argument_of: Callable[[int], int | None],
    into_a_view: bool,
) -> Exit | None:
    """The operation by which a skip leaves its source; None where it leaves by one of several
    outputs of an operation, whose share is not defined, or by a view that is written into, whose
    gradient autograd keeps together with that of what it is a view of."""
    if skip.operand.position == 0 and into_a_view:
        return None
    if len(skip.way) < 2:
        argument = argument_of(skip.source)
        return None if argument is None else Exit(merge, argument)
    node = lineage[skip.way[-2]]
    if node.place is None or (len(skip.way) > 2 and lineage[skip.way[-3]].place is None):
        return None
    return Exit(node.place, node.reads[skip.source])


def new_switch(
    board: Switchboard,
    lineage: Lineage,
    step: Step,
    form: Form,
    found: Found,
    operands: Sequence[Operand],
) -> Switch:
    """The switch of a skip that was found at a place where none stands."""
    index, merge = board.next_numbers(step.place)
    source = lineage[found.source]
    branches = [each.node for each in operands if each.node != found.operand.node]
    factors: tuple[Factor, ...] = ()
    if form.family != "concat":
        own = factor_in_call(step.name, step.place, step.kwargs)
        factors = (*branch_factors(lineage, branches, found), *([own] if own else ()))
    return Switch(
        index=index,
        merge=merge,
        place=step.place,
        position=found.operand.position,
        kind=found.kind,
        source=source.module or source.op,
        target=step.place.module,
        file=file_of(step.frame.f_code),
        line=step.frame.f_lineno,
        span=found.span,
        depths=(source.depth, source.depth + max(found.span, 0)),
        lane=source.lane,
        shape=source.shape,
        exit=exit_of(lineage, found, step.place, step.argument_of, step.writes_into_a_view),
        factors=factors,
        own_layers=own_layers(lineage, found, branches),
    )
