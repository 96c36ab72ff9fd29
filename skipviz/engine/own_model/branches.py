"""What lies beside a skip: the factors on its branch, and where it leaves its source."""

from collections.abc import Callable, Sequence

from skipviz.engine.own_model.factors import Factor
from skipviz.engine.own_model.lineage import Lineage, Node
from skipviz.engine.own_model.operations import NORMS, PASSING, SQUASHING
from skipviz.engine.own_model.places import Place
from skipviz.engine.own_model.rules import Found
from skipviz.engine.own_model.switches import Exit


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


def exit_of(
    lineage: Lineage,
    skip: Found,
    merge: Place,
    argument_of: Callable[[int], int | None],
) -> Exit | None:
    """The operation by which a skip leaves its source; None where it leaves by one of several
    outputs of an operation, whose share is not defined."""
    if len(skip.way) < 2:
        argument = argument_of(skip.source)
        return None if argument is None else Exit(merge, argument)
    node = lineage[skip.way[-2]]
    if node.place is None or (len(skip.way) > 2 and lineage[skip.way[-3]].place is None):
        return None
    return Exit(node.place, node.reads[skip.source])
