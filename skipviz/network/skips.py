"""What a skip can be. A skip p -> q reads the state s_p and joins at layer q.

With u the state it joins (h_q, or norm(z_q) inside the activation, after the skips before it):

    r = resize(s_p)                 where asked for, to the positions of u
    v = dropout(what the kind makes of r)
    u <- merge(b u / survival, v)   b ~ Bernoulli(survival) per sample while training;
                                    in evaluation b / survival = 1

A skip with source >= target is a feedback skip: it reads the state of the previous time step,
s_p^(t-1), with s_p^0 = 0, and needs two time steps or more.

A new kind is a class here, a member of `AnySkip`, and what it does in `model.skips`,
`export.source.joins` and `export.formulas.merges`; `joints` where its shapes or what it learns are
like those of no other. mypy lists what is missing; `tests/unit/test_every_kind.py` tries the rest.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    model_serializer,
    model_validator,
)

from skipviz.language import N_
from skipviz.network.layer_base import Rate, Size, Step
from skipviz.network.styles import Elementwise, Init, Norm
from skipviz.spec import Kind, Spec


class Scale(Spec):
    """A factor: fixed, or learned from `value` on, one for all (scalar) or one per channel."""

    value: float = Field(default=1.0, ge=-1_000, le=1_000)
    learned: Literal["no", "scalar", "channel"] = "no"


def _scale_from_number(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"value": value} if is_number else value


Factor = Annotated[Scale, BeforeValidator(_scale_from_number)]
Join = Literal["output", "preactivation"]
Resize = Literal["none", "nearest", "average", "pool", "crop", "crop_end"]


class _Skip(Kind):
    """0 is the input, 1..N are the layers, N + 1 is the readout.

    `join` "output" joins h_q; "preactivation" joins norm(z_q), inside the activation (ResNet's
    relu(F(x) + x)), and is what a feedback skip has unless it says otherwise:
    z_p^t = W_p s_(p-1)^t + U s_q^(t-1). At the readout both are the same.
    `resize` brings s_p to the positions of the state it joins. `dropout` acts on v (He et al.
    2016).

    nearest    the nearest ones
    average    averages of parts as even as can be, which may overlap (torch's adaptive average
               pooling)
    pool       averages of windows that do not overlap, the last one smaller where they do not
               come out even (torch's ceil_mode; ResNet-D, He et al. 2018)
    crop       the ones in the middle, floor((n - m) / 2) left out before m of n: chains whose
               convolutions do not pad (U-Net, Ronneberger et al. 2015)
    crop_end   the last ones: the same where they are causal (WaveNet, van den Oord et al. 2016)
    """

    source: int = Field(ge=0, le=1_000_000)
    target: int = Field(ge=1, le=1_000_000)
    join: Join = "output"
    appends: ClassVar[bool] = False  # whether the state it joins grows by the channels of v
    resize: Resize = "none"
    dropout: Rate = 0.0

    @property
    def ends(self) -> tuple[int, int]:
        """The pair (source, target), which no two skips of a network share."""
        return self.source, self.target

    @property
    def module(self) -> str:
        """What the built model calls the part that holds what it learns."""
        return f"skip{self.source}_{self.target}"

    @property
    def is_feedback(self) -> bool:
        """Whether it closes a cycle, and so reads the previous time step."""
        return self.source >= self.target

    @model_validator(mode="before")
    @classmethod
    def _feedback_joins_inside(cls, fields: Any) -> Any:
        if not isinstance(fields, Mapping) or "join" in fields:
            return fields
        source, target = fields.get("source"), fields.get("target")
        if isinstance(source, int) and isinstance(target, int) and source >= target:
            return {**fields, "join": "preactivation"}
        return fields

    @model_serializer(mode="wrap")
    def _keep_kind(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        kept = {"kind": self.kind} | ({"join": self.join} if self.is_feedback else {})
        fields: dict[str, Any] = handler(self)
        return kept | fields


class _Weighing(_Skip):
    """`survival` < 1 drops the branch u at random (stochastic depth, Huang et al. 2016).

    Scaled by 1 / survival while training, so that evaluation leaves u as it is.
    """

    survival: float = Field(default=1.0, gt=0, le=1)


class _Scaled(_Weighing):
    """u <- branch_scale u + shortcut_scale v.

    ReZero and SkipInit are a learned scalar branch scale from 0, LayerScale one per channel,
    DeepNorm a fixed shortcut scale; He et al. 2016 fix both.
    """

    branch_scale: Factor = Scale()
    shortcut_scale: Factor = Scale()


class Entrywise:
    """v = r, joined entry by entry: the shapes of r and u must agree."""

    mismatch: ClassVar[str] = N_("mixes {state} into {other}")


class Gate(Entrywise):
    """It learns T = sigmoid(W r + b) per channel and position; b starts at `gate_bias`."""

    opening: ClassVar[str]  # what the number that is measured of T says, in a few words
    opening_means: ClassVar[str]
    measures_shortcut: ClassVar[bool] = False  # 1 - T is measured, not T


class Add(_Scaled, Entrywise):
    """v = r; shapes must agree (He et al. 2015, y = F(x) + x)."""

    does: ClassVar[str] = "add"
    mismatch: ClassVar[str] = N_("adds {state} to {other}")
    kind: Literal["add"] = "add"


class Projection(_Scaled):
    """v = act(norm(W r + b)) with a learned W (He et al. 2015, option B).

    From a vector to a vector W is a matrix; between two sequences or two images it acts on the
    channels of every `stride`-th position (a 1x1 convolution); between states of different rank
    it maps all entries of one to all of the other. `stride` None finds the one that fits,
    `channels` None makes as many as are needed.
    """

    does: ClassVar[str] = "add a learned projection"
    kind: Literal["projection"] = "projection"
    channels: Size | None = None
    stride: Step | None = None
    norm: Norm = "none"
    norm_groups: Size | None = None
    activation: Elementwise = "identity"
    bias: bool = False
    init: Init | None = None


class Pad(_Scaled):
    """v = every `stride`-th position of r, zeros appended for the channels that lack.

    Where r has more channels the first ones are kept. Option A of He et al. 2015: no parameters.
    `stride` None finds the one that fits.
    """

    does: ClassVar[str] = "add, padded with zero channels"
    kind: Literal["pad"] = "pad"
    stride: Step | None = None


class Gated(_Weighing, Gate):
    """u <- T u + (1 - T) v, v = r, T = sigmoid(W r + b) per channel and position.

    Highway networks (Srivastava et al. 2015); b starts at `gate_bias`, negative: mostly carried.
    """

    does: ClassVar[str] = "a learned gate mixes both"
    opening: ClassVar[str] = "{} to the branch"
    opening_means: ClassVar[str] = (
        "Share T of the branch in T h + (1 - T) s, the mean over batch and units."
    )
    kind: Literal["gated"] = "gated"
    gate_bias: float = Field(default=-2.0, ge=-100, le=100)
    init: Init | None = None


class ShortcutGate(_Weighing, Gate):
    """u <- u + (1 - T) v, v = r, T as in `Gated` (shortcut-only gating, He et al. 2016)."""

    does: ClassVar[str] = "add, through a learned gate"
    opening: ClassVar[str] = "lets {} through"
    opening_means: ClassVar[str] = (
        "Share of the shortcut let through, the mean over batch and units."
    )
    measures_shortcut: ClassVar[bool] = True
    kind: Literal["shortcut_gate"] = "shortcut_gate"
    gate_bias: float = Field(default=-6.0, ge=-100, le=100)
    init: Init | None = None


class Concat(_Skip):
    """u <- [u, v] on the channel axis, v = r (DenseNet, U-Net)."""

    does: ClassVar[str] = "concatenate"
    appends: ClassVar[bool] = True
    kind: Literal["concat"] = "concat"


AnySkip = Add | Projection | Pad | Gated | ShortcutGate | Concat
Skip = Annotated[AnySkip, Field(discriminator="kind")]
SKIP_CLASSES: Mapping[str, type[AnySkip]] = {
    kind.model_fields["kind"].default: kind for kind in get_args(AnySkip)
}
SKIP_KINDS: tuple[str, ...] = tuple(SKIP_CLASSES)
if TYPE_CHECKING:
    SkipKind = str
else:
    SkipKind = Literal[SKIP_KINDS]
skip_adapter: TypeAdapter[AnySkip] = TypeAdapter(Skip)
