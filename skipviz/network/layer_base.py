"""What all layers have, whatever their op: what they read, dropout, norms, what they inherit."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from skipviz.network.sizes import LARGEST_MARGIN, LARGEST_SIZE
from skipviz.network.styles import Activation, Init, Norm, Omega, Order
from skipviz.network.wiring import Reads
from skipviz.spec import Kind

Size = Annotated[int, Field(ge=1, le=LARGEST_SIZE)]
Channel = Annotated[int, Field(ge=0, le=LARGEST_SIZE - 1)]
Step = Annotated[int, Field(ge=1, le=1_000)]
Margin = Annotated[int, Field(ge=0, le=LARGEST_MARGIN)]
Rate = Annotated[float, Field(ge=0, lt=1)]
Named = Annotated[int, Field(ge=0, le=1_000_000)] | None
Tie = Annotated[int, Field(ge=1, le=1_000_000)] | None
"""The number of another layer."""
Sides = Literal["both", "start", "end"]


class LayerBase(Kind):
    """`state_norm` normalises the state after the skips have joined: post-LN transformers.

    `reads` None is the state before.
    """

    inherits: ClassVar[bool] = False  # whether fields left None take the network's defaults
    starts: ClassVar[Mapping[str, Any]] = {}
    dropout: Rate | None = None
    state_norm: Norm = "none"
    norm_groups: Size | None = None
    reads: Reads | None = None

    @classmethod
    def has_activation(cls) -> bool:
        """Whether a layer of this kind can have an activation."""
        field = cls.model_fields.get("activation")
        return field is not None and field.default is None


class Bare(LayerBase):
    """A layer without weights of its own."""

    activation: Activation | None = None
    omega: Omega | None = None
    norm: Norm | None = None
    order: Order | None = None


class Weighted(LayerBase):
    """A layer with a learned linear map: its own, or that of layer `tied_to` (network.ties)."""

    inherits: ClassVar[bool] = True
    norm: Norm | None = None
    order: Order | None = None
    bias: bool | None = None
    init: Init | None = None
    tied_to: Tie = None
    tied_norms: bool = False
