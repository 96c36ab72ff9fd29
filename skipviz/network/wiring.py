"""What a layer reads: the state before it, an earlier one, or several combined.

Entry e reads r_e = act_e(s_e), and the layer reads

    concat     [r_1, r_2, ..]   joined on the channels
    add        r_1 + r_2 + ..
    multiply   r_1 r_2 ..       entry by entry: gates, GLU (Dauphin et al. 2017), squeeze-and-excite

Sums and products broadcast a vector (C,) over the positions of C channels, and one channel over all
channels. Wiring is the same in every arm: it is no skip, has no gain and is never left out.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from skipviz.language import _
from skipviz.network.mismatch import MismatchError
from skipviz.network.sizes import channels, joined, positions, shape_text
from skipviz.network.styles import Elementwise
from skipviz.spec import Spec
from skipviz.text import listed_and
from skipviz.types import Shape, is_whole

MOST_ENTRIES = 64
Combine = Literal["concat", "add", "multiply"]
EntryActivation = Literal[Elementwise, "complement"]
"""Of one entry; `complement` is 1 - s, as in (1 - z) u + z v."""
NOT_THROUGH_ZERO: frozenset[EntryActivation] = frozenset(
    {"complement", "sigmoid", "softplus", "hard_sigmoid"}
)
"""Those that make something of 0."""


class Entry(Spec):
    """One state that is read, 0 the input, through an activation. A number stands for its state."""

    state: int = Field(ge=0, le=1_000_000)
    activation: EntryActivation = "identity"

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, given: Any) -> Any:
        return {"state": given} if is_whole(given) else given


class Reads(Spec):
    """The states that a layer reads, and how they become one.

    A number, or a list of entries, stands for those concatenated.
    """

    entries: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=MOST_ENTRIES)]
    combine: Combine = "concat"

    @model_validator(mode="before")
    @classmethod
    def _from_states(cls, given: Any) -> Any:
        if is_whole(given):
            return {"entries": [given]}
        return {"entries": given} if isinstance(given, list | tuple) else given

    @classmethod
    def of(cls, *entries: int | tuple[int, EntryActivation], combine: Combine = "concat") -> Self:
        """From states, each by itself or with an activation.

        >>> Reads.of(1, (3, "sigmoid"), combine="multiply").states
        (1, 3)
        """
        pairs = [(entry, "identity") if isinstance(entry, int) else entry for entry in entries]
        return cls.model_validate(
            {
                "entries": [{"state": state, "activation": act} for state, act in pairs],
                "combine": combine,
            }
        )

    @property
    def states(self) -> tuple[int, ...]:
        """The states in the order of the entries; one may stand there twice."""
        return tuple(entry.state for entry in self.entries)

    @property
    def only(self) -> int | None:
        """The one state that is read as it is; None where something is done to it."""
        one = len(self.entries) == 1 and self.entries[0].activation == "identity"
        return self.entries[0].state if one else None

    def __str__(self) -> str:
        """`1 × sigmoid(3)`."""
        signs = {"concat": ", ", "add": " + ", "multiply": " × "}
        text = signs[self.combine].join(map(_entry_text, self.entries))
        return f"[{text}]" if self.combine == "concat" and len(self.entries) > 1 else text


@cache
def one_state(state: int) -> Reads:
    """A state as it is."""
    return Reads.of(state)


def canonical(k: int, reads: Reads | None) -> Reads | None:
    """None where layer k reads nothing but the state before it: there is one way to say so."""
    if reads is None or reads.only == k - 1:
        return None
    alone = len(reads.entries) == 1 and reads.combine != "concat"
    return reads.model_copy(update={"combine": "concat"}) if alone else reads


def combined_shape(shapes: Sequence[Shape], combine: Combine) -> Shape:
    """The shape of what is read; MismatchError says why there is none."""
    if combine == "concat":
        return _concatenated(shapes)
    places = {positions(shape) for shape in shapes if len(shape) > 1}
    counts = {channels(shape) for shape in shapes} - {1}
    if len(places) > 1 or len(counts) > 1:
        texts = listed_and(map(shape_text, shapes))
        if combine == "add":
            raise MismatchError(_("adds states of shapes {shapes}", shapes=texts))
        raise MismatchError(_("multiplies states of shapes {shapes}", shapes=texts))
    return joined(max(counts, default=1), places.pop() if places else ())


def as_data(reads: Reads | None) -> dict[str, Any] | None:
    """As it is written in the JSON of a network."""
    return None if reads is None else reads.model_dump(mode="json", exclude_defaults=True)


def in_full(reads: Reads | None) -> dict[str, Any] | None:
    """As plain data with nothing left out, for a drawing."""
    return None if reads is None else reads.model_dump(mode="json")


def _concatenated(shapes: Sequence[Shape]) -> Shape:
    if len({positions(shape) for shape in shapes}) > 1:
        texts = listed_and(map(shape_text, shapes))
        raise MismatchError(_("concatenates states of shapes {shapes}", shapes=texts))
    return joined(sum(map(channels, shapes)), positions(shapes[0]))


def _entry_text(entry: Entry) -> str:
    if entry.activation == "complement":
        return f"(1 − {entry.state})"
    return (
        f"{entry.state}" if entry.activation == "identity" else f"{entry.activation}({entry.state})"
    )


def says_what_it_reads(layer: object) -> bool:
    """Whether a layer, perhaps as plain data, has reads of its own."""
    raw = layer.get("reads") if isinstance(layer, Mapping) else getattr(layer, "reads", None)
    return raw is not None
