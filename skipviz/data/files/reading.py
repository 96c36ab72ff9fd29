"""How a file of one's own is read, as data: what its reader chose, and what was understood."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from skipviz.data.catalogue import Task
from skipviz.data.own import OwnData
from skipviz.request import Request
from skipviz.spec import Spec

Gaps = Literal["drop", "fill"]
Words = Literal["categories", "leave_out"]
Strays = Literal["refuse", "gaps"]
Channels = Literal["first", "last"]
Axes = Literal["sequences", "images"]
Encoding = Literal["utf-8", "utf-16", "gb18030", "cp1252", "latin-1"]
Decimal = Literal[".", ","]
Separator = Literal[",", ";", "\t", "|"]
Kind = Literal["numbers", "words", "dates", "empty"]

MOST_CHOSEN = 1_000  # columns that a reading may name
Columns = Annotated[tuple[int, ...], Field(max_length=MOST_CHOSEN)]


class Reading(Spec):
    """What is chosen of how a file is read; None leaves it to what is in the file.

    Of tables: `target` are the columns to predict and `left_out` those that are not read, both
    counted from 0 or from the end (-1); `header` says whether the first row names the columns.
    Cells that are no number in a column of numbers (`strays`) are refused, or count as gaps; rows
    with gaps are dropped, or filled with the mean of a column or its most common word. Of arrays:
    where the `channels` of images stand, and what an x of three axes is. Of folders of images: the
    `side` in pixels that they are brought to.
    """

    target: Columns | None = None
    task: Task | None = None
    gaps: Gaps = "drop"
    words: Words = "categories"
    strays: Strays = "refuse"
    left_out: Columns | None = None
    header: bool | None = None
    separator: Separator | None = None
    decimal: Decimal | None = None
    encoding: Encoding | None = None
    channels: Channels | None = None
    axes: Axes | None = None
    side: Annotated[int, Field(ge=4, le=128)] | None = None


@dataclass(frozen=True)
class Column:
    """Of a table: its name as the file names it, what it holds, how many `different` values and
    how many gaps."""

    name: str
    kind: Kind
    different: int
    gaps: int


@dataclass(frozen=True)
class Choice:
    """A field of a `Reading` that this file leaves open: its values, each with what it means."""

    name: str
    options: tuple[tuple[str | bool | int, str], ...]


@dataclass(frozen=True)
class ReadFile(Request["ReadStep | FileRead"]):
    """A file of one's own to be read."""

    name: str
    content: bytes
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True)
class ReadStep:
    """What is being done, and how much of all of it was done before (0 to 1)."""

    doing: str
    share: float


@dataclass(frozen=True)
class FileRead:
    """What came of a file: the data, or the `errors` that stand in the way.

    `reading` has every choice as it was taken, asked for or not; `columns` are those of a table,
    `choices` what else can be chosen of this file.
    """

    reading: Reading
    columns: tuple[Column, ...] = ()
    choices: tuple[Choice, ...] = ()
    own: OwnData | None = None
    errors: tuple[str, ...] = ()
