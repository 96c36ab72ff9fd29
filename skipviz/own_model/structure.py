"""Layers and skips of a model as they were found, as validated data."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from skipviz.language import _
from skipviz.own_model.said import Said
from skipviz.spec import Spec

Kind = Literal[
    "add", "projection", "gated", "split", "pooled", "concat", "projection concat",
    "gated concat", "split concat", "pooled concat",
]  # fmt: skip
"""How what is carried comes to the merge. Of a sum: as it is, through one or two layers, times
other data, as a piece, pooled. The same of a concatenation."""

MOST_LAYERS = 20_000
MOST_SKIPS = 50_000
Text = Annotated[str, Field(max_length=400)]
Count = Annotated[int, Field(ge=0, le=10**9)]


class Layer(Spec):
    """A module with weights of two or more dimensions, at its place in the model.

    `depth` counts the heavy operations on the longest way from an input to here, this one
    included; `uses` is how often it was called in one forward pass, at all of `depths`. `lane`
    numbers the tower it belongs to (an encoder, a decoder). `weights` are those that are trained,
    where none is (it is frozen) all; `tied` are modules that hold one of them as well.
    """

    name: Text
    weights: tuple[Text, ...] = Field(min_length=1, max_length=100)
    depth: Count
    depths: tuple[Count, ...] = Field(default=(), max_length=1000)
    lane: Count = 0
    uses: int = Field(default=1, ge=1, le=10**6)
    tied: tuple[Text, ...] = Field(default=(), max_length=100)
    trained: bool = True


class Skip(Spec):
    """What is carried from `source` past heavy operations to a merge in `target`.

    `source` is the module that made it, or "input"; `target` the module in whose code it is merged
    ("" is the model's own). `span` heavy operations are passed by, from `from_depth` to
    `to_depth`. `merge` numbers the merges: a concatenation of several states is one merge of
    several skips. `uses` counts the calls of a shared module: one skip, switched once. `factors`
    multiply its branch, those in `shut` by exactly 0 when they were found; `own_layers` are there
    for the skip alone (a projection, a gate).
    """

    index: Count
    merge: Count
    kind: Kind
    source: Text
    target: Text
    operation: Text
    file: Text
    line: Count
    span: Count
    from_depth: Count
    to_depth: Count
    lane: Count = 0
    shape: tuple[Count, ...] = Field(default=(), max_length=12)
    uses: int = Field(default=1, ge=1, le=10**6)
    factors: tuple[Text, ...] = Field(default=(), max_length=100)
    shut: tuple[Text, ...] = Field(default=(), max_length=100)
    own_layers: tuple[Text, ...] = Field(default=(), max_length=100)

    @property
    def name(self) -> str:
        """source → target."""
        return f"{self.source} → {self.target or 'the model'}"

    @property
    def where(self) -> str:
        """model.py:12."""
        return f"{self.file}:{self.line}"


class Structure(Spec):
    """What one forward pass showed of a model.

    `gates` are modules that scale data by what was computed from them (squeeze-and-excite),
    `parallel` those that merge branches of which none is a skip, `recurrent` those that carry a
    state over the positions of a sequence. None of these is a skip.
    """

    model: Text
    layers: tuple[Layer, ...] = Field(default=(), max_length=MOST_LAYERS)
    skips: tuple[Skip, ...] = Field(default=(), max_length=MOST_SKIPS)
    gates: tuple[Text, ...] = Field(default=(), max_length=MOST_LAYERS)
    parallel: tuple[Text, ...] = Field(default=(), max_length=MOST_LAYERS)
    recurrent: tuple[Text, ...] = Field(default=(), max_length=MOST_LAYERS)
    notes: tuple[Said, ...] = Field(default=(), max_length=100)

    @property
    def remains(self) -> tuple[bool, ...]:
        """Of every layer whether it has anything to do when the skips are cut."""
        own = {name for skip in self.skips for name in skip.own_layers}
        return tuple(layer.name not in own for layer in self.layers)

    @property
    def modules(self) -> frozenset[str]:
        """All that were found to be something: layers, ends of skips and what was found besides."""
        ends = (end for skip in self.skips for end in (skip.source, skip.target))
        layers = (layer.name for layer in self.layers)
        return frozenset((*layers, *ends, *self.gates, *self.parallel, *self.recurrent))

    @property
    def depth(self) -> int:
        """Heavy operations on the longest way."""
        ends = [layer.depth for layer in self.layers] + [skip.to_depth for skip in self.skips]
        return max(ends, default=0)

    @model_validator(mode="after")
    def _skips_are_numbered_in_order(self) -> Self:
        if any(skip.index != place for place, skip in enumerate(self.skips)):
            raise ValueError(_("Skips have to be numbered 0, 1, 2, .. in their order."))
        return self
