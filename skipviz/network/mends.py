"""From a misfit to a problem with its mends as edits."""

from skipviz.network.architecture import Architecture
from skipviz.network.problems import Edit, Mend, Problem
from skipviz.network.rules import MisfitError
from skipviz.network.skips import AnySkip


def layer_problem(network: Architecture, k: int, misfit: MisfitError) -> Problem:
    """The problem of layer k: mends change it, put a layer before it, or remove it."""
    layer = network.layers[k - 1]
    changes = [
        Mend(label, ({"do": "change_layer", "layer": k, **fields},))
        for label, fields in misfit.changes
    ]
    before = [
        Mend(label, ({"do": "insert_layer", "at": k, "layer": new},))
        for label, new in misfit.before
    ]
    remove = [Mend("Remove the layer", ({"do": "remove_layer", "layer": k},))]
    mends = (*changes, *before, *(remove if network.depth > 1 else []))
    return Problem(_sentence(f"Layer {k} ({layer.kind})", misfit, mends), layer=k, mends=mends)


def skip_problem(skip: AnySkip, misfit: MisfitError, *extra: Mend) -> Problem:
    """The problem of a skip: mends change it or remove it."""
    ends: Edit = {"source": skip.source, "target": skip.target}
    mends = (
        *(Mend(label, ({"do": "change_skip", **ends, **c},)) for label, c in misfit.changes),
        *extra,
        Mend("Remove it", ({"do": "remove_skip", **ends},)),
    )
    return Problem(_sentence(_arrow(skip), misfit, mends), skip=skip.ends, mends=mends)


def _arrow(skip: AnySkip) -> str:
    kind = "Feedback skip" if skip.is_feedback else "Skip"
    return f"{kind} {skip.source} → {skip.target}"


def _sentence(where: str, misfit: MisfitError, mends: tuple[Mend, ...]) -> str:
    """`Skip 1 → 3 adds a state of width 128 to one of width 10. Make it .. or remove it.`"""
    if not mends:
        return f"{where} {misfit.message}."
    first, *others = [mend.label for mend in mends]
    ways = [first, *(label[0].lower() + label[1:] for label in others)]
    text = ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])} or {ways[-1]}"
    return f"{where} {misfit.message}. {text}."
