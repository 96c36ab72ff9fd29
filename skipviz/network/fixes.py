"""From a mismatch to a problem with its fixes as edits."""

from skipviz.network.architecture import Architecture
from skipviz.network.mismatch import MismatchError
from skipviz.network.problems import Edit, Fix, Problem
from skipviz.network.skips import AnySkip


def layer_problem(network: Architecture, k: int, mismatch: MismatchError) -> Problem:
    """The problem of layer k: fixes change it, put a layer before it, or remove it."""
    layer = network.layers[k - 1]
    changes = [
        Fix(label, ({"do": "change_layer", "layer": k, **fields},))
        for label, fields in mismatch.changes
    ]
    before = [
        Fix(label, ({"do": "insert_layer", "at": k, "layer": new},))
        for label, new in mismatch.before
    ]
    remove = [Fix("Remove the layer", ({"do": "remove_layer", "layer": k},))]
    fixes = (*changes, *before, *(remove if network.depth > 1 else []))
    return Problem(_sentence(f"Layer {k} ({layer.kind})", mismatch, fixes), layer=k, fixes=fixes)


def skip_problem(skip: AnySkip, mismatch: MismatchError, *extra: Fix) -> Problem:
    """The problem of a skip: fixes change it or remove it."""
    ends: Edit = {"source": skip.source, "target": skip.target}
    fixes = (
        *(Fix(label, ({"do": "change_skip", **ends, **c},)) for label, c in mismatch.changes),
        *extra,
        Fix("Remove it", ({"do": "remove_skip", **ends},)),
    )
    return Problem(_sentence(_arrow(skip), mismatch, fixes), skip=skip.ends, fixes=fixes)


def _arrow(skip: AnySkip) -> str:
    kind = "Feedback skip" if skip.is_feedback else "Skip"
    return f"{kind} {skip.source} → {skip.target}"


def _sentence(where: str, mismatch: MismatchError, fixes: tuple[Fix, ...]) -> str:
    """`Skip 1 → 3 adds a state of width 128 to one of width 10. Make it .. or remove it.`"""
    if not fixes:
        return f"{where} {mismatch.message}."
    first, *others = [fix.label for fix in fixes]
    ways = [first, *(label[0].lower() + label[1:] for label in others)]
    text = ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])} or {ways[-1]}"
    return f"{where} {mismatch.message}. {text}."
