"""Layers for tokens: that look them up, place them, bring some of their own, or move them."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from skipviz.language import _, _n
from skipviz.network.layer_base import Bare, LayerBase, Size, Step, Tie
from skipviz.network.mismatch import MismatchError
from skipviz.network.sizes import shape_text
from skipviz.network.wiring import Reads
from skipviz.types import Shape


class Positions(LayerBase):
    """op(s) = s + P for a sequence s; P is learned, N(0, std^2) at first, or sinusoidal.

    Sinusoidal (Vaswani et al. 2017): P[t, 2i] = sin(t / 10000^(2i/D)), P[t, 2i+1] = cos(same).
    """

    mark: ClassVar[str] = "+"
    kind: Literal["positions"] = "positions"
    learned: bool = True
    std: float = Field(default=0.02, ge=0, le=100)


class Embedding(LayerBase):
    """op looks up row s[t] of a learned table (vocabulary, width), N(0, std^2) at first.

    It reads token numbers 0 .. vocabulary - 1, shape (positions,), so it is the first layer, or a
    later one that reads the input once more.
    """

    mark: ClassVar[str] = "E"
    starts: ClassVar[Mapping[str, Any]] = {"vocabulary": 64, "width": 32}
    kind: Literal["embedding"] = "embedding"
    vocabulary: Size
    width: Size
    std: float = Field(default=1.0, ge=0, le=100)
    tied_to: Tie = None


class ClassToken(LayerBase):
    """op(s) puts one learned vector, N(0, std^2) at first, before a sequence (BERT, ViT)."""

    mark: ClassVar[str] = "+"
    kind: Literal["class_token"] = "class_token"
    std: float = Field(default=0.02, ge=0, le=100)


class Latents(LayerBase):
    """`count` learned vectors, N(0, std^2) at first, whatever it reads (Perceiver, 2021).

    They see the data through attention that has a state for memory. Nothing leads to the input from
    here, forward or back.
    """

    mark: ClassVar[str] = "L"
    starts: ClassVar[Mapping[str, Any]] = {"count": 8, "width": 32}
    kind: Literal["latents"] = "latents"
    count: Size
    width: Size
    std: float = Field(default=0.02, ge=0, le=100)


class Shift(Bare):
    """op(s)[t] = s[t - by] of a sequence, 0 in the first `by` positions."""

    mark: ClassVar[str] = "S"
    kind: Literal["shift"] = "shift"
    by: Step = 1


def looked_up_shape(layer: Embedding, source: Shape) -> Shape:
    """A row of the table for each token number; MismatchError where there are none to read."""
    if len(source) != 1:
        raise MismatchError(
            _("reads a list of token numbers; here is {shape}", shape=shape_text(source))
        )
    return source[0], layer.width


def check_second(layer: Embedding, first: object, reads: Reads) -> None:
    """MismatchError where an embedding behind layer 1, `first`, does not read the same tokens."""
    if not isinstance(first, Embedding):
        raise MismatchError(_("looks up token numbers, so layer 1 has to be an embedding as well"))
    if reads.only != 0:
        raise MismatchError(
            _("looks up token numbers, which the input alone has"),
            [(_("Let it read the input"), {"reads": 0})],
        )
    if layer.vocabulary < first.vocabulary:
        label = _("Give it {count} rows", count=first.vocabulary)
        raise MismatchError(
            _n(
                "has {count} row for {tokens} tokens",
                "has {count} rows for {tokens} tokens",
                layer.vocabulary,
                tokens=first.vocabulary,
            ),
            [(label, {"vocabulary": first.vocabulary})],
        )


def no_quantities() -> MismatchError:
    """That token numbers can be looked up, and nothing else."""
    return MismatchError(_("reads token numbers, which are no quantities"))
