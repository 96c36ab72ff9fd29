"""The data of a network: layers, skips, readout and defaults, validated for any input."""

from typing import Self

from pydantic import Field, model_validator

from skipviz.network.layers import Layer
from skipviz.network.readout import Readout
from skipviz.network.resolve import resolved
from skipviz.network.skips import Skip
from skipviz.network.structure import errors
from skipviz.network.styles import Style
from skipviz.spec import Spec


class Architecture(Spec):
    """Ends of skips exist and no two skips share them. Whether shapes fit depends on the data."""

    layers: tuple[Layer, ...]
    skips: tuple[Skip, ...] = ()
    readout: Readout = Readout()
    defaults: Style = Style()
    time_steps: int = Field(default=1, ge=1, le=1_000_000)

    @property
    def depth(self) -> int:
        """N, the number of layers without the readout."""
        return len(self.layers)

    def style(self, k: int) -> Style:
        """What surrounds layer k (1..N), with the network's defaults filled in."""
        return resolved(self.layers[k - 1], self.defaults)

    @model_validator(mode="after")
    def _has_no_errors(self) -> Self:
        messages = list(errors(self.depth, self.skips))
        if messages:
            raise ValueError("\n".join(messages))
        return self
