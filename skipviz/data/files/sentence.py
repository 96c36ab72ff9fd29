"""What was understood of a file, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from skipviz.data.files.roles import Roles
from skipviz.data.files.sheet import Sheet
from skipviz.data.files.text import Rows
from skipviz.data.own import Labels
from skipviz.text import plural

MOST = 3  # names in a list
ENCODINGS = {"utf-16": "UTF-16", "cp1252": "Windows-1252", "latin-1": "Latin-1"}


@dataclass(frozen=True)
class Made:
    """Of the features of a table: how many gaps were filled, and into how many categories each
    column of words went."""

    filled: int
    categories: dict[str, int]


def sentence_of_table(
    sheet: Sheet, roles: Roles, labels: Labels, kept: int, made: Made, rows: Rows | None
) -> str:
    """For example "300 rows, 4 features, 3 classes of 'kind'; 12 rows with gaps dropped."."""
    features = plural(len(roles.features), "feature")
    parts = [f"{plural(kept, 'row')}, {features}{_categories(made)}, {wanted(labels)}"]
    dropped = len(sheet.rows) - kept
    if dropped:
        parts.append(f"{plural(dropped, 'row')} with gaps dropped")
    if sheet.ragged:
        parts.append(f"{plural(sheet.ragged, 'row')} of another length dropped")
    if made.filled:
        with_ = "the mean or the most common word of their column"
        parts.append(f"{plural(made.filled, 'gap')} filled with {with_}")
    if sheet.count > len(sheet.rows) + sheet.ragged:
        parts.append(f"they are a sample of {sheet.count:,} rows")
    if roles.left_out:
        out = [f"{sheet.columns[k].name!r} ({why})" for k, why in roles.left_out.items()]
        parts.append(f"left out: {listed(out)}")
    if sheet.decimal == ",":
        parts.append("numbers have a decimal comma")
    if rows is not None and rows.encoding in ENCODINGS:
        parts.append(f"read as {ENCODINGS[rows.encoding]}")
    return "; ".join(parts) + "."


def wanted(labels: Labels) -> str:
    """What is to be predicted, as a part of a sentence."""
    names = listed([repr(name) for name in labels.names])
    if labels.task == "classification":
        of = f" of {names}" if names else ""
        return f"{len(labels.classes)} classes{of}"
    if labels.y.ndim > 1 and not labels.per_position:
        return f"{labels.outputs} numbers to predict{f': {names}' if names else ''}"
    return f"{names or 'a number'} to predict"


def listed(names: Sequence[str]) -> str:
    """The first few of them, and how many more there are."""
    if len(names) > MOST + 1:
        return f"{', '.join(names[:MOST])} and {len(names) - MOST} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _categories(made: Made) -> str:
    """The features that are words, and how many categories each has."""
    said = [f"{name!r} as {count} categories" for name, count in made.categories.items()]
    return f" ({listed(said)})" if said else ""
