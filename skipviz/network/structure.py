"""Errors of a network that no data could fix: refused when it is made."""

from collections.abc import Iterator, Sequence

from skipviz.language import _
from skipviz.network.naming import states_before
from skipviz.network.skips import AnySkip
from skipviz.network.wiring import Reads


def no_layer() -> str:
    """That a network without layers is none."""
    return _("A network needs at least one layer.")


def errors(depth: int, skips: Sequence[AnySkip], wiring: Sequence[Reads | None]) -> Iterator[str]:
    """One sentence per layer that reads a state that is not there yet, and per skip that leads
    nowhere, repeats another or cannot be a feedback skip.

    `wiring` is what layers 1..N and the readout read; None is the state before.
    """
    if not depth:
        yield no_layer()
    last = depth + 1
    for k, reads in enumerate(wiring, start=1):
        for state in sorted({s for s in (reads.states if reads else ()) if s >= k}):
            yield _(
                "{reader} reads state {state}, which is not there yet: it can read {there}.",
                reader=_("The readout") if k == last else _("Layer {layer}", layer=k),
                state=state,
                there=states_before(k),
            )
    seen: set[tuple[int, int]] = set()
    for skip in skips:
        arrow = f"{skip.source} → {skip.target}"
        if max(skip.ends) > last:
            yield _(
                "Skip {arrow} ends outside the network, which has layers 0 to {last}.",
                arrow=arrow,
                last=last,
            )
        elif skip.is_feedback and skip.appends:
            yield _(
                "Skip {arrow} leads back and so cannot concatenate: the state would grow.",
                arrow=arrow,
            )
        elif skip.ends in seen:
            yield _("There is already a skip {arrow}.", arrow=arrow)
        seen.add(skip.ends)
