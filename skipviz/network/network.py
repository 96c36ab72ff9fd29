"""The drawn network: a chain of layers 1..N between input (0) and readout (N + 1), plus skips."""

from collections.abc import Callable
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from skipviz.network import counting, shapes
from skipviz.network.layers import Activation, Dense, Init, Layer, Style
from skipviz.network.problems import NetworkError, Problem
from skipviz.network.skips import Add, Projection, Skip, skip_adapter
from skipviz.spec import Spec

Shape = tuple[int, ...]


class Network(Spec):
    """Frozen, validated data without tensors; every change returns a new network.

    What is validated here holds for any input: ends of skips exist, no two skips share them.
    Whether shapes fit depends on the data; `check` says.
    """

    layers: tuple[Layer, ...] = Field(min_length=1)
    skips: tuple[Skip, ...] = ()
    defaults: Style = Style()

    @classmethod
    def mlp(
        cls,
        depth: int,
        width: int,
        activation: Activation = "relu",
        init: Init | None = None,
        skips: tuple[tuple[int, int], ...] = (),
    ) -> Self:
        """`depth` dense layers of `width` units, with add skips for the pairs in `skips`."""
        layers = tuple(Dense(width=width) for _ in range(depth))
        adds = tuple(Add(source=source, target=target) for source, target in skips)
        defaults = Style(activation=activation, init=init or Init())
        return cls._of(layers=layers, skips=adds, defaults=defaults)

    @property
    def depth(self) -> int:
        """N, the number of layers without the readout."""
        return len(self.layers)

    def style(self, k: int) -> Style:
        """The activation, bias and init of layer k (1..N) with the network's defaults filled in."""
        layer = self.layers[k - 1]
        own = {name: getattr(layer, name) for name in Style.model_fields}
        return self.defaults.model_copy(update={n: v for n, v in own.items() if v is not None})

    def skip(self, source: int, target: int) -> Add | Projection:
        """The skip source -> target; NetworkError when there is none."""
        for skip in self.skips:
            if skip.ends == (source, target):
                return skip
        raise NetworkError([Problem(f"There is no skip {source} → {target}.")])

    def add_skip(self, source: int, target: int, kind: str = "add", **options: Any) -> Self:
        """A new network with a skip source -> target; NetworkError lists every problem."""
        skip = parse_skip({"kind": kind, "source": source, "target": target, **options})
        return self._with(skips=(*self.skips, skip))

    def remove_skip(self, source: int, target: int) -> Self:
        """A new network without the skip source -> target."""
        gone = self.skip(source, target)
        return self._with(skips=tuple(skip for skip in self.skips if skip is not gone))

    def change_skip(self, source: int, target: int, kind: str, **options: Any) -> Self:
        """A new network whose skip source -> target is of another kind, in the same place."""
        old = self.skip(source, target)
        new = parse_skip({"kind": kind, "source": source, "target": target, **options})
        return self._with(skips=tuple(new if skip is old else skip for skip in self.skips))

    def without_skips(self) -> Self:
        """The bare chain."""
        return self._with(skips=())

    def insert_layer(self, at: int, layer: Layer | None = None) -> Self:
        """A new network whose layer `at` (1..N+1) is new; by default a copy of its neighbour.

        The skips keep the layers they connect: ends at or beyond `at` move up by one.
        """
        if not 1 <= at <= self.depth + 1:
            raise NetworkError([Problem(f"A layer can go in at 1 to {self.depth + 1}, not {at}.")])
        new = layer or self.layers[max(at - 2, 0)]
        layers = (*self.layers[: at - 1], new, *self.layers[at - 1 :])
        return self._with(layers=layers, skips=self._renumbered(lambda k: k + (k >= at)))

    def remove_layer(self, layer: int) -> Self:
        """A new network without this layer (1..N) and without the skips that ended at it."""
        if not 1 <= layer <= self.depth:
            raise NetworkError([Problem(f"There is no layer {layer} to remove.", layer=layer)])
        if self.depth == 1:
            raise NetworkError([Problem("A network needs at least one layer.", layer=layer)])
        kept = self._with(skips=tuple(s for s in self.skips if layer not in s.ends))
        layers = (*self.layers[: layer - 1], *self.layers[layer:])
        return self._with(layers=layers, skips=kept._renumbered(lambda k: k - (k > layer)))

    def change_layer(self, layer: int, **fields: Any) -> Self:
        """A new network with some fields of layer 1..N changed."""
        if not 1 <= layer <= self.depth:
            raise NetworkError([Problem(f"There is no layer {layer} to change.", layer=layer)])
        old = self.layers[layer - 1]
        new = old.model_dump() | fields
        layers = (*self.layers[: layer - 1], new, *self.layers[layer:])
        return self._with(layers=layers)

    def change_defaults(self, **fields: Any) -> Self:
        """A new network with another default activation, bias or init."""
        return self._with(defaults=self.defaults.model_dump() | fields)

    def check(self, input_shape: Shape, outputs: int) -> list[Problem]:
        """Everything wrong with this network for such data; [] when it can be built."""
        return shapes.infer(self, input_shape, outputs).problems

    def shapes(self, input_shape: Shape, outputs: int) -> tuple[Shape, ...]:
        """The shapes of the states s_0 (input) to s_(N+1) (logits), without the batch axis."""
        return shapes.sound(self, input_shape, outputs).states

    def count_parameters(self, input_shape: Shape, outputs: int) -> int:
        """Trainable numbers of the built model, readout included, counted from shapes alone."""
        return counting.count_parameters(self, input_shape, outputs)

    def count_macs(self, input_shape: Shape, outputs: int) -> int:
        """Multiply-accumulates of one forward pass of one sample, linear maps only."""
        return counting.count_macs(self, input_shape, outputs)

    def to_json(self) -> str:
        """Compact JSON; fields at their default are left out."""
        return self.model_dump_json(exclude_defaults=True, exclude_none=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The network of `to_json`; NetworkError lists every problem of the text."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise _readable(error) from None

    @model_validator(mode="after")
    def _ends_exist_and_differ(self) -> Self:
        messages = list(_faults_of_ends(self))
        if messages:
            raise ValueError("\n".join(messages))
        return self

    @classmethod
    def _of(cls, **fields: Any) -> Self:
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise _readable(error) from None

    def _with(self, **fields: Any) -> Self:
        same = {name: getattr(self, name) for name in type(self).model_fields}
        return self._of(**(same | fields))

    def _renumbered(self, move: Callable[[int], int]) -> tuple[Skip, ...]:
        return tuple(
            skip.model_copy(update={"source": move(skip.source), "target": move(skip.target)})
            for skip in self.skips
        )


def parse_skip(fields: dict[str, Any]) -> Add | Projection:
    """A skip from plain data; NetworkError lists every problem."""
    try:
        return skip_adapter.validate_python(fields)
    except ValidationError as error:
        raise _readable(error) from None


def _faults_of_ends(network: Network) -> list[str]:
    last = network.depth + 1
    faults: list[str] = []
    seen: set[tuple[int, int]] = set()
    for skip in network.skips:
        arrow = f"{skip.source} → {skip.target}"
        if max(skip.ends) > last:
            faults.append(f"Skip {arrow} ends outside the network, which has layers 0 to {last}.")
        elif skip.source >= skip.target:
            faults.append(f"Skip {arrow} must lead to a later layer.")
        elif skip.ends in seen:
            faults.append(f"There is already a skip {arrow}.")
        seen.add(skip.ends)
    return faults


def _readable(error: ValidationError) -> NetworkError:
    return NetworkError([p for detail in error.errors() for p in _problems_of(detail)])


def _problems_of(detail: ErrorDetails) -> list[Problem]:
    where = ".".join(str(part) for part in detail["loc"])
    text = detail["msg"].removeprefix("Value error, ")
    prefix = f"{where}: " if where else ""
    return [Problem(prefix + line) for line in text.split("\n")]
