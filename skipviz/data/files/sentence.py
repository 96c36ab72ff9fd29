"""What was understood of a file, in one sentence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skipviz import text
from skipviz.data.files.roles import Roles
from skipviz.data.files.sheet import Sheet
from skipviz.data.files.text import Rows
from skipviz.data.own import Labels
from skipviz.language import N_, _, _n
from skipviz.text import joined_by

MOST = 3  # names in a list
ENCODINGS = {
    "utf-16": "UTF-16", "gb18030": "GB 18030", "cp1252": "Windows-1252", "latin-1": "Latin-1",
}  # fmt: skip


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
    rows_said = _n("{count} row", "{count} rows", kept)
    features = _n("{count} feature", "{count} features", len(roles.features))
    if made.categories:
        features = _("{features} ({categories})", features=features, categories=_categories(made))
    parts: list[str] = [
        _(
            "{rows}, {features}, {wanted}",
            rows=rows_said,
            features=features,
            wanted=wanted(labels),
        ),
        *_notes(sheet, len(sheet.rows) - kept, made),
    ]
    if roles.left_out:
        parts.append(_("left out: {list}", list=left_out_text(sheet, roles)))
    if sheet.decimal == ",":
        parts.append(_("numbers have a decimal comma"))
    if rows is not None and rows.encoding in ENCODINGS:
        parts.append(_("read as {encoding}", encoding=ENCODINGS[rows.encoding]))
    return in_one(parts)


def in_one(parts: Sequence[str]) -> str:
    """One sentence of several parts."""
    return _("{said}.", said=joined_by(N_("{list}; {next}"), parts))


def _notes(sheet: Sheet, dropped: int, made: Made) -> Iterator[str]:
    """What became of rows and gaps."""
    if dropped:
        yield _n("{count} row with gaps dropped", "{count} rows with gaps dropped", dropped)
    if sheet.ragged:
        yield _n(
            "{count} row of another length dropped",
            "{count} rows of another length dropped",
            sheet.ragged,
        )
    if made.filled:
        yield _n(
            "{count} gap filled with the mean or the most common word of their column",
            "{count} gaps filled with the mean or the most common word of their column",
            made.filled,
        )
    if sheet.count > len(sheet.rows) + sheet.ragged:
        yield _("they are a sample of {count} rows", count=f"{sheet.count:,}")


def left_out_text(sheet: Sheet, roles: Roles) -> str:
    """The columns that are not read, each with why."""
    return listed(
        [
            _("{column} ({why})", column=repr(sheet.columns[k].name), why=why)
            for k, why in roles.left_out.items()
        ]
    )


def wanted(labels: Labels) -> str:
    """What is to be predicted, as a part of a sentence."""
    names = listed([repr(name) for name in labels.names])
    if labels.task == "classification":
        count = len(labels.classes)
        if names:
            return _("{count} classes of {names}", count=count, names=names)
        return _("{count} classes", count=count)
    if labels.y.ndim > 1 and not labels.per_position:
        if names:
            return _("{count} numbers to predict: {names}", count=labels.outputs, names=names)
        return _("{count} numbers to predict", count=labels.outputs)
    return _("{names} to predict", names=names) if names else _("a number to predict")


def listed(names: Sequence[str]) -> str:
    """The first few of them, and how many more there are."""
    if len(names) > MOST + 1:
        shown = text.listed(names[:MOST])
        return _("{names} and {count} more", names=shown, count=len(names) - MOST)
    return text.listed_and(names) if names else ""


def _categories(made: Made) -> str:
    """The features that are words, and how many categories each has."""
    return listed(
        [
            _n(
                "{column} as {count} category",
                "{column} as {count} categories",
                count,
                column=repr(name),
            )
            for name, count in made.categories.items()
        ]
    )
