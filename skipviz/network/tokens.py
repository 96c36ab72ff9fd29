"""Layers that bring tokens of their own before attention, or move those there are."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from skipviz.network.layer_base import Bare, LayerBase, Size, Step


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
