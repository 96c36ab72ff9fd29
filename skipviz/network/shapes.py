"""Shapes of all states, inferred without running torch, and everything that does not fit."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from skipviz.language import _
from skipviz.network.architecture import Architecture, outer_activation
from skipviz.network.attending import (
    Attention,
    attend_to_read,
    check_memory,
    check_values,
    make_values,
)
from skipviz.network.cropping import crops
from skipviz.network.fixes import (
    layer_problem,
    other_ways,
    readout_problem,
    reads_problem,
    skip_problem,
)
from skipviz.network.inference import Inference, LayerShapes
from skipviz.network.inputs import input_problems, more_steps, shape_of_a_step, steps_of
from skipviz.network.joints import joint
from skipviz.network.layers import AnyLayer, Dense, layer_adapter
from skipviz.network.mismatch import MismatchError
from skipviz.network.norms import check_norm, check_start, check_weight_norm
from skipviz.network.rules import op_shape
from skipviz.network.sizes import activated_shape
from skipviz.network.skips import AnySkip, Join, Projection
from skipviz.network.styles import Style
from skipviz.network.ties import check_tie
from skipviz.network.tokens import Embedding, Latents, check_second, no_quantities
from skipviz.network.unread import unread_problems
from skipviz.network.wiring import Reads, combined_shape
from skipviz.types import Shape


def infer(network: Architecture, input_shape: Sequence[int], outputs: int) -> Inference:
    """Walk the chain once; what does not fit is reported and then passed over."""
    problems = input_problems(network, input_shape, outputs)
    if problems:
        nothing: list[None] = [None] * (network.depth + 2)
        return Inference([*nothing], [*nothing[1:]], [None] * len(network.skips), problems)
    walk = _Walk(network, tuple(input_shape))
    for k in range(1, network.depth + 1):
        walk.layer(k)
    walk.readout(outputs)
    walk.feedback()
    walk.found.problems += unread_problems(network, walk.can_read)
    return walk.found


class _Walk:
    """One walk along the chain; `found` grows with every layer."""

    def __init__(self, network: Architecture, input_shape: Shape) -> None:
        self._network = network
        self._ending: defaultdict[int, list[tuple[int, AnySkip]]] = defaultdict(list)
        for place, skip in enumerate(network.skips):
            self._ending[skip.target].append((place, skip))
        self._feedback: list[tuple[int, AnySkip, Shape | None]] = []
        self._steps = steps_of(network, input_shape)
        first = shape_of_a_step(network, input_shape)
        self.found = Inference([first], [], [None] * len(network.skips))

    def layer(self, k: int) -> None:
        """Find the shapes of layer k, which reads states found before."""
        layer, style = self._network.layers[k - 1], self._network.style(k)
        source = self._source(k)
        before = _activation_before(layer, style)
        after = outer_activation(layer, style) if style.order == "post" else "identity"
        fed = activated_shape(before, source) if source else None
        mapped = self._mapped(k, layer, source, fed)
        memory = self._attended(k, layer, fed if mapped else None)
        self._check_norm(k, style.norm, style, source if style.order == "pre" else mapped)
        inner = self._join(k, "preactivation", mapped, forbidden=style.order == "pre")
        branch = activated_shape(after, inner) if inner else None
        state = self._join(k, "output", branch)
        self._check_norm(k, layer.state_norm, style, state)
        self._check_weight_norm(k, layer, style)
        self._append(source, fed, mapped, inner, branch, state, memory=memory)
        self._check_tie(k)

    def readout(self, outputs: int) -> None:
        """Find the shape of the logits."""
        source = self._source(self._network.depth + 1)
        flat = self._network.reads_out_flat
        logits = (outputs,) if flat else _per_position(source, outputs)
        last = self._network.depth + 1
        inner = self._join(last, "preactivation", logits)
        state = self._join(last, "output", inner)
        self._append(source, source, logits, inner, inner, state)
        self._check_tie(last)

    def feedback(self) -> None:
        """Check the skips that read a state of the previous time step, now that all are known."""
        for place, skip, target in self._feedback:
            if self._steps < 2:
                mismatch = MismatchError(_("reads the time step before, and there is only one"))
                self.found.problems.append(skip_problem(skip, mismatch, more_steps()))
            self._joint(place, skip, target)

    def _source(self, k: int) -> Shape | None:
        """The shape of what layer k, or the readout, reads."""
        reads = self._network.reads_of(k)
        try:
            return self._combined(k, reads)
        except MismatchError as mismatch:
            ways = [way for way in other_ways(k, reads) if self.can_read(k, way)]
            self.found.problems.append(reads_problem(self._network, k, mismatch, ways))
        return None

    def _combined(self, k: int, reads: Reads) -> Shape | None:
        shapes = [self.found.states[state] for state in reads.states]
        tokens = isinstance(self._network.layers[0], Embedding) and 0 in reads.states
        layer = self._network.layers[k - 1] if k <= self._network.depth else None
        takes = isinstance(layer, Latents) or (isinstance(layer, Embedding) and reads.only == 0)
        if tokens and not takes:
            raise no_quantities()
        known = [shape for shape in shapes if shape is not None]
        return combined_shape(known, reads.combine) if len(known) == len(shapes) else None

    def can_read(self, k: int, reads: Reads) -> bool:
        """Whether layer k could read this."""
        try:
            source = self._combined(k, reads)
            if source is not None and k <= self._network.depth:
                layer, style = self._network.layers[k - 1], self._network.style(k)
                if isinstance(layer, Latents):
                    return False  # it takes nothing from what it reads
                op_shape(layer, activated_shape(_activation_before(layer, style), source))
        except MismatchError:
            return False
        return source is not None

    def _mapped(
        self, k: int, layer: AnyLayer, source: Shape | None, fed: Shape | None
    ) -> Shape | None:
        try:
            if isinstance(layer, Embedding) and k > 1:
                check_second(layer, self._network.layers[0], self._network.reads_of(k))
            if fed is not None:
                return op_shape(layer, fed)
        except MismatchError as mismatch:
            helpful = replace(
                mismatch, before=[way for way in mismatch.before if self._fits(k, source, way)]
            )
            self.found.problems.append(layer_problem(self._network, k, helpful))
        return (layer.width,) if isinstance(layer, Dense) else None

    def _fits(self, k: int, source: Shape | None, way: tuple[str, dict[str, Any]]) -> bool:
        """Whether layer k would fit behind the layer that is offered to be put before it."""
        network = self._network
        before = _activation_before(network.layers[k - 1], network.style(k))
        try:
            between = op_shape(layer_adapter.validate_python(way[1]), source or ())
            op_shape(network.layers[k - 1], activated_shape(before, between))
        except MismatchError:
            return False
        return True

    def _join(
        self, k: int, join: Join, state: Shape | None, forbidden: bool = False
    ) -> Shape | None:
        """The shape after the skips that join layer k in this place, in the network's order."""
        for place, skip in self._ending[k]:
            if skip.join != join:
                continue
            if forbidden:
                self._report(skip, _inside_of_nothing(k))
            elif skip.is_feedback:
                self._feedback.append((place, skip, state))
            else:
                state = self._joint(place, skip, state)
        return state

    def _joint(self, place: int, skip: AnySkip, target: Shape | None) -> Shape | None:
        """The shape after one skip; where it does not fit, the shape before it."""
        source = self.found.states[skip.source]
        if source is None or target is None:
            return target
        try:
            self._check_ends(skip)
            found = joint(skip, source, target)
            if isinstance(skip, Projection):
                groups = skip.norm_groups or self._network.defaults.norm_groups
                check_norm(skip.norm, groups, found.carried)
                check_start(skip.norm, skip.init or self._network.defaults.init)
        except MismatchError as mismatch:
            ways = crops(self._network, skip, source, target)
            self._report(skip, replace(mismatch, changes=[*ways, *mismatch.changes]))
            return target
        self.found.joints[place] = found
        return found.result

    def _check_ends(self, skip: AnySkip) -> None:
        if skip.source == 0 and isinstance(self._network.layers[0], Embedding):
            raise no_quantities()
        if skip.appends and skip.target == self._network.depth + 1:
            raise MismatchError(
                _("appends to the readout, whose outputs are given"),
                [(_("Make it a projection"), {"kind": "projection"})],
            )

    def _check_norm(self, k: int, norm: str, style: Style, shape: Shape | None) -> None:
        try:
            if shape is not None:
                check_norm(norm, style.norm_groups, shape)
        except MismatchError as mismatch:
            self.found.problems.append(layer_problem(self._network, k, mismatch))

    def _check_weight_norm(self, k: int, layer: AnyLayer, style: Style) -> None:
        try:
            check_weight_norm(layer, style)
        except MismatchError as mismatch:
            self.found.problems.append(layer_problem(self._network, k, mismatch))

    def _check_tie(self, k: int) -> None:
        """Whether layer k, or the readout, can have the weights that it is said to have."""
        owner = self._network.tie_of(k)
        found, its = self.found.layers[-1], self.found.layers[owner - 1] if owner else None
        if found is None or its is None:
            return
        try:
            check_tie(self._network, k, found, its)
        except MismatchError as mismatch:
            self.found.problems.append(
                layer_problem(self._network, k, mismatch)
                if k <= self._network.depth
                else readout_problem(k, mismatch)
            )

    def _report(self, skip: AnySkip, mismatch: MismatchError) -> None:
        self.found.problems.append(skip_problem(skip, mismatch))

    def _attended(self, k: int, layer: AnyLayer, fed: Shape | None) -> Shape | None:
        """The shape of the memory of layer k, () where it has none; None where something that it
        attends to does not fit. `fed` is known where the layer fits what it reads.
        """
        if not isinstance(layer, Attention):
            return ()
        memory = () if layer.memory is None else self.found.states[layer.memory]
        values = () if layer.values is None else self.found.states[layer.values]
        tokens = isinstance(self._network.layers[0], Embedding)
        try:
            if tokens and layer.memory == 0:
                message = _("attends to token numbers, which are no quantities")
                raise MismatchError(message, [attend_to_read()])
            if layer.memory is not None and memory:
                check_memory(layer.memory, memory)
            if tokens and layer.values == 0:
                message = _("takes token numbers, which are no quantities, for values")
                raise MismatchError(message, [make_values()])
            if layer.values is not None and values and fed and memory is not None:
                check_values(layer, layer.values, values, fed, memory or fed)
        except MismatchError as mismatch:
            self.found.problems.append(layer_problem(self._network, k, mismatch))
            return None
        return None if values is None else memory

    def _append(self, *shapes: Shape | None, memory: Shape | None = ()) -> None:
        all_known = [shape for shape in shapes if shape is not None]
        complete = len(all_known) == len(shapes) and memory is not None
        found = LayerShapes(*all_known) if complete else None
        self.found.layers.append(replace(found, memory=memory or ()) if found else None)
        self.found.states.append(shapes[-1])


def _activation_before(layer: AnyLayer, style: Style) -> str:
    return outer_activation(layer, style) if style.order == "pre" else "identity"


def _per_position(source: Shape | None, outputs: int) -> Shape | None:
    if source is None:
        return None
    return (source[0], outputs) if len(source) == 2 else (outputs, *source[1:])


def _inside_of_nothing(k: int) -> MismatchError:
    return MismatchError(
        _("joins inside the activation, which layer {layer} applies before its weights", layer=k),
        [(_("Join at the output"), {"join": "output"})],
    )
