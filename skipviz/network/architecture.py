"""The data of a network: layers, skips, readout and defaults, validated for any input."""

from functools import lru_cache
from typing import Literal, Self, TypeVar

from pydantic import Field, ValidationInfo, field_validator, model_validator

from skipviz.language import _
from skipviz.network.layer_base import Tie
from skipviz.network.layers import AnyLayer, FeedForward, Layer
from skipviz.network.naming import attended, naming_errors, owned, tie
from skipviz.network.problems import NetworkError, Problem, StructureError
from skipviz.network.skips import AnySkip, Skip
from skipviz.network.structure import errors
from skipviz.network.styles import BARE, Activation, Init, Style
from skipviz.network.tokens import Latents
from skipviz.network.wiring import Reads, canonical, one_state
from skipviz.spec import Kind, Spec


class Readout(Kind):
    """The last linear map, N + 1: logits = W s_N + b, then the skips that join there.

    `dense` reads s_N flattened; `per_position` maps the channels of every position of a
    sequence or image (segmentation, language models): outputs per position. `reads` as in a layer.
    `tied_to` an embedding makes its table W (Press and Wolf 2017).
    """

    kind: Literal["dense", "per_position"] = "dense"
    bias: bool = True
    init: Init | None = None
    reads: Reads | None = None
    tied_to: Tie = None


Time = Literal["repeat", "positions"]
"""What the input of a time step is: repeat: the whole sample, at each of `time_steps`. positions:
one position of a sequence after the other, s_0^t = x[:, t], as many steps as it has; of a vector
one number after the other. A dense readout then reads the last step, a per-position one each."""


class Architecture(Spec):
    """Ends of skips exist, no two skips share them, layers read states before their own.

    Whether shapes fit depends on the data.
    """

    layers: tuple[Layer, ...]
    skips: tuple[Skip, ...] = ()
    readout: Readout = Readout()
    defaults: Style = Style()
    time_steps: int = Field(default=1, ge=1, le=1_000_000)
    time: Time = "repeat"

    @property
    def depth(self) -> int:
        """N, the number of layers without the readout."""
        return len(self.layers)

    @property
    def runs_over_time(self) -> bool:
        """Whether the chain runs for several time steps, or for as many as the data has."""
        return self.time_steps > 1 or self.time == "positions"

    @property
    def reads_out_flat(self) -> bool:
        """Whether the readout is one map of all that a time step hands it."""
        return self.readout.kind == "dense" or self.time == "positions"

    @property
    def answers_every_step(self) -> bool:
        """Whether the logits of all time steps count, side by side, and not those of the last."""
        return self.readout.kind == "per_position" and self.time == "positions"

    def skip(self, source: int, target: int) -> AnySkip:
        """The skip source -> target; NetworkError when there is none."""
        for skip in self.skips:
            if skip.ends == (source, target):
                return skip
        message = _(
            "There is no skip {source} → {target}.",
            source=f"{source!s:.40}",
            target=f"{target!s:.40}",
        )
        raise NetworkError([Problem(message)])

    def style(self, k: int) -> Style:
        """What surrounds layer k (1..N), with the network's defaults filled in."""
        return _style_of(self.layers[k - 1], self.defaults)

    @property
    def wiring(self) -> tuple[Reads | None, ...]:
        """What layers 1..N and the readout say they read; None is the state before."""
        return (*(layer.reads for layer in self.layers), self.readout.reads)

    @property
    def is_wired(self) -> bool:
        """Whether any of them is made from something else than the state before it."""
        return any(self.is_wired_at(k) for k in range(1, self.depth + 2))

    def is_wired_at(self, k: int) -> bool:
        """Whether layer k (N + 1: the readout) is made from something else than the state before
        it: other states, states that it attends to besides, or no state at all.
        """
        part = self.readout if k > self.depth else self.layers[k - 1]
        return part.reads is not None or bool(attended(part)) or isinstance(part, Latents)

    def reads_of(self, k: int) -> Reads:
        """What layer k (N + 1: the readout) reads."""
        said = (self.readout if k > self.depth else self.layers[k - 1]).reads
        return said or one_state(k - 1)

    def tie_of(self, k: int) -> int | None:
        """The layer whose weights layer k (N + 1: the readout) uses; None where it has its own."""
        return tie(self.readout if k > self.depth else self.layers[k - 1])

    @property
    def ties(self) -> dict[int, int]:
        """By layer (N + 1: the readout) that uses the weights of another: that one."""
        found = {k: self.tie_of(k) for k in range(1, self.depth + 2)}
        return {k: owner for k, owner in found.items() if owner is not None}

    def attended_by(self, k: int) -> dict[str, int]:
        """By field (`naming.ATTENDED`) the states that layer k (N + 1: the readout) attends to
        besides what it reads.
        """
        return attended(self.layers[k - 1]) if k <= self.depth else {}

    @property
    def attended(self) -> dict[int, dict[str, int]]:
        """By layer that attends to states of its own: those, by field."""
        found = {k: self.attended_by(k) for k in range(1, self.depth + 1)}
        return {k: states for k, states in found.items() if states}

    def sources_of(self, k: int) -> tuple[int, ...]:
        """The states that layer k (N + 1: the readout) is made from by wiring, those that it
        attends to last; none for latents.
        """
        if k <= self.depth and isinstance(self.layers[k - 1], Latents):
            return ()
        return (*self.reads_of(k).states, *self.attended_by(k).values())

    @field_validator("layers")
    @classmethod
    def _read_canonically(cls, layers: tuple[AnyLayer, ...]) -> tuple[AnyLayer, ...]:
        return owned([_canonical(layer, k) for k, layer in enumerate(layers, start=1)])

    @field_validator("readout")
    @classmethod
    def _reads_canonically(cls, readout: Readout, info: ValidationInfo) -> Readout:
        return _canonical(readout, len(info.data.get("layers", ())) + 1)

    @model_validator(mode="after")
    def _has_no_errors(self) -> Self:
        messages = [
            *errors(self.depth, self.skips, self.wiring),
            *naming_errors(self.depth, self.ties, self.attended),
        ]
        if self.time == "positions" and self.time_steps > 1:
            messages.append(
                _(
                    "With an input per time step the data says how many there are: leave "
                    "time_steps at 1, or set time to repeat."
                )
            )
        if messages:
            raise StructureError(messages)
        return self


R = TypeVar("R", AnyLayer, Readout)


def outer_activation(layer: AnyLayer, style: Style) -> Activation:
    """The activation around the layer's op; a feed-forward block has its own inside only."""
    return "identity" if isinstance(layer, FeedForward) else style.activation


def outer_frequency(layer: AnyLayer, style: Style) -> float:
    """The omega of the activation around the layer's op."""
    return 1.0 if isinstance(layer, FeedForward) else style.frequency


def _canonical(reader: R, k: int) -> R:
    """The layer or readout with its number k, which reads the state before without a word. Latents
    take nothing from what they read, so they name nothing."""
    said = None if isinstance(reader, Latents) else canonical(k, reader.reads)
    return reader if said == reader.reads else reader.model_copy(update={"reads": said})


@lru_cache(4096)  # a page asks eight times for that of every layer
def base_style(layer: AnyLayer, defaults: Style) -> Style:
    """What holds where the layer says nothing: as all, or (without weights) nothing."""
    groups = {"norm_groups": defaults.norm_groups}
    return defaults if layer.inherits else BARE.model_copy(update=groups)


def _style_of(layer: AnyLayer, defaults: Style) -> Style:
    """What the layer says, else what its kind has."""
    base = base_style(layer, defaults)
    own = {name: getattr(layer, name, None) for name in Style.model_fields}
    return base.model_copy(update={n: v for n, v in own.items() if v is not None})
