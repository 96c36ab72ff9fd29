"""One sentence on what a study found."""

import math
from collections import Counter
from collections.abc import Sequence

from skipviz.data.catalogue import test_score_text
from skipviz.figures.studies import value_label
from skipviz.language import N_, _, _n
from skipviz.runs.verdict.judging import Outcome
from skipviz.runs.zeros import size_text
from skipviz.studies import OF_GRADIENT, Quantity, Result, Table
from skipviz.studies.trials import Value
from skipviz.text import listed, number_text

_SUBJECT: dict[Quantity, str] = {
    "ratio": N_("gradient of the first layer, over that of the last,"),
    "first": N_("gradient of the first layer"),
    "last": N_("gradient of the last layer"),
    "weakest": N_("gradient of the weakest layer, over the largest,"),
    "train_loss": N_("training loss"),
    "test_loss": N_("test loss"),
}
_NAMES = {
    "data": N_("data"), "depth": N_("depth"), "width": N_("width"),
    "activation": N_("activation"), "init": N_("init"), "norm": N_("norm"), "order": N_("order"),
    "join": N_("join"), "kind": N_("kind"), "arm": N_("arm"),
    "branch_scale": N_("branch scale"), "learning_rate": N_("learning rate"), "pattern": "",
    "source": "p =", "target": "q =",
}  # fmt: skip


def finding(cells: Table, quantity: Quantity, across: str, by: str, score: str) -> str:
    """Where the quantity is smallest and where largest; `score` is what a score is called."""
    means = {
        (row, column): cell.mean
        for row, columns in cells.items()
        for column, cell in columns.items()
        if math.isfinite(cell.mean)
    }
    if not means:
        return _("Nothing is measured yet.")

    def told(ends: tuple[Value, Value]) -> str:
        text = size_text if quantity in OF_GRADIENT else number_text
        return _(
            "{value} ({row}, {column})",
            value=text(means[ends]),
            row=_named(by, ends[0]),
            column=_named(across, ends[1]),
        )

    named = _SUBJECT.get(quantity)
    subject = test_score_text(score) if named is None else _(named)
    least, most = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
    if least == most:
        return _("The {subject} is {value}.", subject=subject, value=told(most))
    return _(
        "The {subject} goes from {least} to {most}.",
        subject=subject,
        least=told(least),
        most=told(most),
    )


def judged(results: Sequence[Result]) -> list[str]:
    """In sentences: in how many runs layers are starved, and what the trained ones have learned."""
    made = [result for result in results if result.weight_gradients]
    starved = sum(result.starved > 0 for result in made)
    said: list[str] = []
    if starved:
        said.append(
            _(
                "At the initial weights layers are starved in {starved} of {runs}.",
                starved=starved,
                runs=_runs(len(made)),
            )
        )
    outcomes = Counter(result.outcome for result in made if result.outcome is not None)
    if outcomes:
        counts = (_(_ENDS[name], count=outcomes[name]) for name in _ENDS if outcomes[name])
        said.append(
            _(
                "After training, of {runs}: {counts}.",
                runs=_runs(outcomes.total()),
                counts=listed(counts),
            )
        )
    return said


def _runs(count: int) -> str:
    return _n("{count} run", "{count} runs", count)


_ENDS: dict[Outcome, str] = {
    "learns": N_("{count} better than guessing on the test split"),
    "hardly learns": N_("{count} hardly better"),
    "worse": N_("{count} with a loss far above that of guessing"),
    "failed": N_("{count} broken down"),
    "early": N_("{count} after too few steps to judge"),
}


def _named(factor: str, value: object) -> str:
    name, text = _NAMES[factor], value_label(factor, value)
    return _("{factor} {value}", factor=_(name), value=text) if name else text
