"""The drawn network: a chain of layers 1..N between input (0) and readout (N + 1), plus skips."""

from collections.abc import Collection, Mapping
from typing import Any, Self

from pydantic import ValidationError

from skipviz.language import N_, _
from skipviz.network.architecture import Architecture, Time
from skipviz.network.changes import changed_skip, like, moved_ends, parse_skip, with_fields
from skipviz.network.layers import AnyLayer, Identity
from skipviz.network.limits import Limits, add_skips, checked_depth
from skipviz.network.problems import NetworkError, Problem
from skipviz.network.resolved import Resolved
from skipviz.network.rewire import cut_out, put_before
from skipviz.network.structure import no_layer
from skipviz.network.styles import Activation, Init, InitScheme
from skipviz.network.summary import as_html, summary
from skipviz.network.unread import unreached
from skipviz.network.wording import readable
from skipviz.types import Shape


class Network(Architecture):
    """Frozen, validated data without tensors; every change returns a new network.

    What is validated here holds for any input: ends of skips exist, no two skips share them, and
    layers read states before their own.
    Whether shapes fit depends on the data; `check` says. With `time_steps` T > 1 the chain runs T
    times on the same input, feedback skips read the time step before, and the logits of the last
    one count. With `time` "positions" it runs along a sequence, one position after the other.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8).add_skip(1, 3).insert_layer(2)
    >>> network.depth, network.skips[0].ends
    (4, (1, 4))
    >>> network.change_skip(1, 4, kind="projection").remove_layer(2).without_skips().depth
    3
    """

    def __repr__(self) -> str:
        return f"Network({summary(self)})"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """Its drawing, for notebooks."""
        return as_html(self)

    @classmethod
    def mlp(
        cls,
        depth: int,
        width: int,
        activation: Activation = "relu",
        init: Init | InitScheme | None = None,
        skips: tuple[tuple[int, int], ...] = (),
        **style: Any,
    ) -> Self:
        """`depth` dense layers of `width` units, with add skips for the pairs in `skips`.

        `init` is a scheme or an `Init`, `style` are norm, order, dropout, bias (`Style`).
        NetworkError lists every problem.

        >>> import skipviz as sv
        >>> sv.Network.mlp(depth=3, width=8, activation="tanh", skips=((1, 3),)).depth
        3
        """
        layers = [{"kind": "dense", "width": width}] * checked_depth(depth)
        own = {"activation": activation, "init": init or Init(), **style}
        return cls._made("defaults", {"layers": layers, "skips": add_skips(skips), "defaults": own})

    @classmethod
    def of(cls, **fields: Any) -> Self:
        """A network from its fields; NetworkError lists every problem."""
        return cls._made("", fields)

    @classmethod
    def _made(cls, unsaid: str, fields: Mapping[str, Any]) -> Self:  # unsaid: as in `readable`
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise readable(error, unsaid) from None

    def add_skip(self, source: int, target: int, kind: str = "add", **options: Any) -> Self:
        """A new network with a skip source -> target; NetworkError lists every problem.

        0 is the input, 1..N are the layers, N + 1 is the readout. `kind` is "add", "projection",
        "pad", "gated", "shortcut_gate" or "concat"; `options` are the fields of that kind
        (skipviz.network.skips). With source >= target it is a feedback skip, which needs
        `set_time_steps` of 2 or more to carry anything.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=3, width=8).add_skip(0, 2, kind="projection")
        >>> network.skip(0, 2).kind
        'projection'
        """
        skip = parse_skip({"kind": kind, "source": source, "target": target, **options})
        return self._with(skips=(*self.skips, skip))

    def remove_skip(self, source: int, target: int) -> Self:
        """A new network without the skip source -> target."""
        gone = self.skip(source, target)
        return self._with(skips=tuple(skip for skip in self.skips if skip is not gone))

    def keep_skips(self, ends: Collection[tuple[int, int]]) -> Self:
        """A new network with no skips but those of these ends (source, target)."""
        return self._with(skips=tuple(skip for skip in self.skips if skip.ends in ends))

    def change_skip(
        self, source: int, target: int, kind: str | None = None, **options: Any
    ) -> Self:
        """A new network whose skip source -> target has other options or is of another kind.

        Options the new kind shares with the old one are kept unless they are given.
        """
        old = self.skip(source, target)
        new = changed_skip(old, kind, **options)
        return self._with(skips=tuple(new if skip is old else skip for skip in self.skips))

    def without_skips(self) -> Self:
        """The bare chain."""
        return self._with(skips=())

    def insert_layer(
        self, at: int, layer: AnyLayer | Mapping[str, Any] | None = None, before: bool = False
    ) -> Self:
        """A new network whose layer `at` (1..N+1) is new; by default like its neighbour.

        The skips keep the layers they connect: ends at or beyond `at` move up by one. Whatever read
        the state before reads the new layer. With `before`, or where it says what it `reads`, it is
        put before layer `at` alone, which reads it.
        """
        if not 1 <= at <= self.depth + 1:
            message = _("A layer can go in at 1 to {last}, not {at}.", last=self.depth + 1, at=at)
            raise NetworkError([Problem(message)])
        new = layer or like(self.layers[max(at - 2, 0)])
        skips = moved_ends(self.skips, lambda k: k + (k >= at))
        return self._with(**put_before(self, at, new, alone=before), skips=skips)

    def remove_layer(self, layer: int) -> Self:
        """A new network without this layer (1..N) and without the skips that ended at it.

        What read it reads what it read.
        """
        self._require(layer, N_("There is no layer {layer} to remove."))
        if self.depth == 1:
            raise NetworkError([Problem(no_layer(), layer=layer)])
        kept = self._with(skips=tuple(s for s in self.skips if layer not in s.ends))
        skips = moved_ends(kept.skips, lambda k: k - (k > layer))
        return self._with(**cut_out(self, layer, layer), skips=skips)

    def change_layer(self, layer: int, **fields: Any) -> Self:
        """A new network with some fields of layer 1..N changed, or another kind of layer there.

        Fields the new kind shares with the old one are kept unless they are given.
        """
        self._require(layer, N_("There is no layer {layer} to change."))
        new = with_fields(self.layers[layer - 1], fields)
        return self._with(layers=(*self.layers[: layer - 1], new, *self.layers[layer:]))

    def rewire(self, layer: int, reads: Any = None) -> Self:
        """A new network in which layer 1..N, or N + 1, the readout, reads other states.

        `reads` is a state, several of them, or what `Reads` takes; None is the state before.

        >>> import skipviz as sv
        >>> reads = {"entries": [1, {"state": 2, "activation": "sigmoid"}], "combine": "multiply"}
        >>> str(sv.Network.mlp(depth=3, width=8).rewire(3, reads).reads_of(3))
        '1 × sigmoid(2)'
        """
        if layer == self.depth + 1:
            return self.change_readout(reads=reads)
        return self.change_layer(layer, reads=reads)

    def without_unread(self) -> Self:
        """Without the layers on which no output depends."""
        gone, network = unreached(self), self
        if len(gone) == self.depth:  # the readout reads the input
            return self._with(layers=(Identity(),), skips=()).rewire(2)
        for layer in reversed(gone):
            network = network.remove_layer(layer)
        return network

    def change_defaults(self, **fields: Any) -> Self:
        """A new network with other default styles: activation, norm, order, init and so on."""
        return self._with("defaults", defaults=self.defaults.model_dump() | fields)

    def change_readout(self, **fields: Any) -> Self:
        """A new network with another readout."""
        return self._with("readout", readout=self.readout.model_dump() | fields)

    def set_time_steps(self, steps: int) -> Self:
        """A new network that runs for this many time steps."""
        return self._with(time_steps=steps)

    def set_time(self, time: Time, steps: int = 1) -> Self:
        """A new network whose steps read the whole input, `steps` times, or a position each.

        `time` is "repeat" or "positions" (`skipviz.network.architecture.Time`); with "positions"
        the data says how many steps there are.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=1, width=4).set_time("positions")
        >>> network.add_skip(1, 1, kind="projection", join="preactivation").shapes((6, 3), 2)
        ((3,), (4,), (2,))
        """
        return self._with(time=time, time_steps=steps)

    def on(self, input_shape: Shape, outputs: int) -> Resolved[Self]:
        """The network on data of a shape: what fits, all shapes, parameters and counts."""
        return Resolved(self, input_shape, outputs)

    def check(
        self, input_shape: Shape, outputs: int, limits: Limits | None = None
    ) -> list[Problem]:
        """Everything wrong with this network for such data; [] when it can be built.

        `input_shape` leaves the batch axis out: (features,), (positions, channels) or (channels,
        height, width); `outputs` are the numbers at the readout, one per class. `limits` caps its
        size; None are the caps of `Limits()`. Each problem says where, what, and how to fix it.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=3, width=8)
        >>> network.check(input_shape=(64,), outputs=10)
        []
        >>> [problem.skip for problem in network.add_skip(0, 2).check((64,), 10)]  # 64 + 8
        [(0, 2)]
        """
        return self.on(input_shape, outputs).check(limits)

    def shapes(self, input_shape: Shape, outputs: int = 1) -> tuple[Shape, ...]:
        """The shapes of the states s_0 (input) to s_(N+1) (logits), without the batch axis.

        Those of one time step; where the logits of all steps count, all of these. NetworkError
        when the network does not fit such data.

        >>> import skipviz as sv
        >>> sv.Network.mlp(depth=2, width=8).shapes(input_shape=(64,), outputs=10)
        ((64,), (8,), (8,), (10,))
        """
        found = self.on(input_shape, outputs)
        return (*found.shapes.states[:-1], found.output_shape)

    def count_parameters(self, input_shape: Shape, outputs: int) -> int:
        """Trainable numbers of the built model, readout included, counted from shapes alone.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=2, width=8)
        >>> network.count_parameters((64,), 10) == (64 + 1) * 8 + (8 + 1) * 8 + (8 + 1) * 10
        True
        """
        return self.on(input_shape, outputs).counts.parameters

    def count_macs(self, input_shape: Shape, outputs: int) -> int:
        """Multiply-accumulates of one forward pass of one sample; see `counting.Counts`.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=2, width=8)
        >>> network.count_macs((64,), 10) == 64 * 8 + 8 * 8 + 8 * 10
        True
        """
        return self.on(input_shape, outputs).counts.macs

    def to_json(self) -> str:
        """Compact JSON; fields at their default are left out.

        >>> import skipviz as sv
        >>> sv.Network.mlp(depth=1, width=8).to_json()
        '{"layers":[{"kind":"dense","width":8}]}'
        """
        return self.model_dump_json(exclude_defaults=True, exclude_none=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The network of `to_json`; NetworkError lists every problem of the text.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
        >>> sv.Network.from_json(network.to_json()) == network
        True
        """
        try:
            plain = text.removeprefix("\ufeff")  # with which some editors begin a file
            return cls.model_validate_json(plain.encode("utf-8", "replace"))
        except ValidationError as error:
            raise readable(error) from None

    def _with(self, unsaid: str = "", /, **fields: Any) -> Self:
        same = {name: getattr(self, name) for name in type(self).model_fields}
        return self._made(unsaid, same | fields)

    def _require(self, layer: int, template: str) -> None:
        if not 1 <= layer <= self.depth:
            raise NetworkError([Problem(_(template, layer=f"{layer!s:.40}"))])


ResolvedNetwork = Resolved[Network]
"""A network on data of some shape."""
