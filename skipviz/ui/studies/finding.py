"""One sentence on what a study found."""

import math
from collections import Counter
from collections.abc import Sequence

from skipviz.figures.studies import value_label
from skipviz.runs.verdict.judging import Outcome
from skipviz.runs.zeros import size_text
from skipviz.studies import OF_GRADIENT, Quantity, Result, Table
from skipviz.studies.trials import Value
from skipviz.text import number_text

_SUBJECT: dict[Quantity, str] = {
    "ratio": "gradient of the first layer, over that of the last,",
    "first": "gradient of the first layer",
    "last": "gradient of the last layer",
    "weakest": "gradient of the weakest layer, over the largest,",
    "train_loss": "training loss",
    "test_loss": "test loss",
}
_NAMES = {
    "data": "data", "depth": "depth", "width": "width", "activation": "activation", "init": "init",
    "norm": "norm", "order": "order", "join": "join", "kind": "kind", "arm": "arm",
    "branch_scale": "branch scale", "learning_rate": "learning rate", "pattern": "",
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
        return "Nothing is measured yet."

    def told(ends: tuple[Value, Value]) -> str:
        place = f"{_named(by, ends[0])}, {_named(across, ends[1])}"
        text = size_text if quantity in OF_GRADIENT else number_text
        return f"{text(means[ends])} ({place})"

    subject = _SUBJECT.get(quantity, f"test {score}")
    least, most = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
    if least == most:
        return f"The {subject} is {told(most)}."
    return f"The {subject} goes from {told(least)} to {told(most)}."


def judged(results: Sequence[Result]) -> str:
    """In how many runs layers are starved, and what the trained ones have learned."""
    made = [result for result in results if result.weight_gradients]
    starved = sum(result.starved > 0 for result in made)
    said = ""
    if starved:
        said = f" At the initial weights layers are starved in {starved} of {_runs(len(made))}."
    outcomes = Counter(result.outcome for result in made if result.outcome is not None)
    if outcomes:
        counts = [f"{outcomes[name]} {_ENDS[name]}" for name in _ENDS if outcomes[name]]
        said += f" After training, of {_runs(outcomes.total())}: {', '.join(counts)}."
    return said


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"


_ENDS: dict[Outcome, str] = {
    "learns": "better than guessing on the test split",
    "hardly learns": "hardly better",
    "worse": "with a loss far above that of guessing",
    "failed": "broken down",
    "early": "after too few steps to judge",
}


def _named(factor: str, value: object) -> str:
    return f"{_NAMES[factor]} {value_label(factor, value)}".strip()
