"""Whether a network and a data set go together: shapes, tokens, outputs at every position.

No torch: the page asks too.
"""

from skipviz.data.catalogue import DataInfo
from skipviz.language import _
from skipviz.network import Embedding, Fix, Limits, Network, Problem, ResolvedNetwork
from skipviz.network.fixes import ways_text
from skipviz.network.refit import refits
from skipviz.network.sizes import positions, shape_text
from skipviz.types import Shape

EMBEDDED = 32  # channels of the embedding that is offered


def compatibility_problems(
    resolved: ResolvedNetwork, info: DataInfo, limits: Limits | None = None
) -> list[Problem]:
    """Everything in the way of training a network on the data `info`; [] when nothing is.

    `limits` caps its size, as in `Network.check`.
    """
    problems = _token_problems(resolved.network, info) or resolved.check(limits)
    return problems or _output_problems(resolved, info)


def _token_problems(network: Network, info: DataInfo) -> list[Problem]:
    first, title = network.layers[0] if network.layers else None, _(info.title)
    if not isinstance(first, Embedding):
        if info.vocabulary is None:
            return []
        layer = {"kind": "embedding", "vocabulary": info.vocabulary, "width": EMBEDDED}
        fix = Fix(_("Put an embedding first"), ({"do": "insert_layer", "at": 1, "layer": layer},))
        message = _("{title} is made of token numbers, and layer 1 is no embedding", title=title)
        return [_problem(message, 1, fix)]
    if info.vocabulary is None:
        fix = Fix(_("Remove it"), ({"do": "remove_layer", "layer": 1},))
        message = _("Layer 1 looks up token numbers, and {title} has none", title=title)
        return [_problem(message, 1, fix)]
    if first.vocabulary < info.vocabulary:
        edit = {"do": "change_layer", "layer": 1, "vocabulary": info.vocabulary}
        fix = Fix(_("Make it {size}", size=info.vocabulary), (edit,))
        message = _(
            "{title} has {count} tokens, and layer 1 knows {known}",
            title=title,
            count=info.vocabulary,
            known=first.vocabulary,
        )
        return [_problem(message, 1, fix)]
    return []


def _output_problems(resolved: ResolvedNetwork, info: DataInfo) -> list[Problem]:
    made = resolved.output_shape
    wanted: list[Shape] = [(info.outputs,)]
    if info.per_position and len(info.input_shape) == 2:
        wanted = [(info.input_shape[0], info.outputs)]
    elif info.per_position:
        wanted = [(info.outputs, *info.input_shape[1:])]
    elif info.vocabulary is not None:
        wanted.append((*info.input_shape, info.outputs))
    if made in wanted:
        return []
    shapes = shape_text(wanted[0])
    for each in wanted[1:]:
        shapes = _("{list} or {last}", list=shapes, last=shape_text(each))
    message = _(
        "{title} wants outputs of shape {shapes}, and the readout gives {made}",
        title=_(info.title),
        shapes=shapes,
        made=shape_text(made),
    )
    kind = "per_position" if info.per_position else "dense"
    if resolved.network.readout.kind == kind:
        fixes = refits(resolved, positions(wanted[-1]))
        said = _("{problem}.", problem=message)
        if fixes:
            said = _("{problem}. {fix}.", problem=message, fix=ways_text(fixes))
        return [Problem(said, layer=resolved.last, fixes=tuple(fixes))]
    label = _("Give one output for all")
    if info.per_position:
        label = _("Give one output per position")
    fix = Fix(label, ({"do": "change_readout", "kind": kind},))
    return [_problem(message, resolved.last, fix)]


def _problem(message: str, layer: int, fix: Fix) -> Problem:
    said = _("{problem}. {fix}.", problem=message, fix=fix.label)
    return Problem(said, layer=layer, fixes=(fix,))
