"""What a skip can be. A skip p -> q reads the state s_p and joins at layer q."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from skipviz.spec import Kind


class _Skip(Kind):
    """0 is the input, 1..N are the layers, N + 1 is the readout."""

    source: int = Field(ge=0)
    target: int = Field(ge=0)

    @property
    def ends(self) -> tuple[int, int]:
        """The pair (source, target), which no two skips of a network share."""
        return self.source, self.target


class Add(_Skip):
    """s_q = h_q + s_p (He et al. 2015, y = F(x) + x)."""

    kind: Literal["add"] = "add"


class Projection(_Skip):
    """s_q = h_q + W s_p with a learned W, for two states of different width (He et al. 2015)."""

    kind: Literal["projection"] = "projection"


Skip = Annotated[Add | Projection, Field(discriminator="kind")]
SKIP_KINDS: tuple[str, ...] = ("add", "projection")
skip_adapter: TypeAdapter[Add | Projection] = TypeAdapter(Skip)
