"""One forward pass, written down: every operation with where it came from, and the skips in it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from skipviz.engine.own_model import operations as ops
from skipviz.engine.own_model.branches import new_switch
from skipviz.engine.own_model.factors import Factor
from skipviz.engine.own_model.layers import LayerList
from skipviz.engine.own_model.lineage import Lineage, Node
from skipviz.engine.own_model.losses import Losses
from skipviz.engine.own_model.merges import Form, argument, form_of, operands_of
from skipviz.engine.own_model.noted import Noted
from skipviz.engine.own_model.places import CallStack
from skipviz.engine.own_model.recurrence import Recurrences
from skipviz.engine.own_model.rules import (
    Family,
    Found,
    Operand,
    is_gate,
    is_written_back,
    judge,
)
from skipviz.engine.own_model.self_check import check_merge
from skipviz.engine.own_model.steps import Step, is_data
from skipviz.engine.own_model.switches import Switch, Switchboard
from skipviz.engine.own_model.tensors import Arguments, tensors_in
from skipviz.engine.own_model.unseen import Unseen, are_transformed
from skipviz.engine.own_model.weights import Weights

Perform = Callable[[Sequence[Switch], Form, Arguments], Any]
"""Calls a merge as its skips are switched."""
OnSkip = Callable[[Switch, Lineage, Node, Found], None]


class Recording:
    """The lineage of one forward pass as it goes on."""

    def __init__(
        self, weights: Weights, calls: CallStack, board: Switchboard, on_skip: OnSkip
    ) -> None:
        self.lineage = Lineage()
        self.layers = LayerList()
        self._gates: dict[int, str] = {}
        self.parallel: list[str] = []
        self.recurrent: list[str] = []
        self.cut_short = False
        self._weights, self._calls, self._board, self._on_skip = weights, calls, board, on_skip
        self._recurrences = Recurrences(self.lineage)
        self._losses = Losses(self.lineage, board)
        self.losses: list[str] = []
        self.unseen = Unseen(self.lineage, weights)
        self._noted = Noted(self.lineage, weights, calls, self.unseen)
        weights.forget()
        board.begin()

    @property
    def gates(self) -> list[str]:
        """The modules that scale data by what was computed from them, but for gated skips."""
        return list(self._gates.values())

    def take_inputs(self, given: Any) -> None:
        """What the model is called with."""
        for tensor in tensors_in(given):
            self._noted.feed([tensor])
            if is_data(tensor) and self._noted.get(tensor) is None:
                self._noted.begin_at(tensor)

    def take_arguments(self, given: Any) -> None:
        """What a part of it is called with: what nobody saw made was made before that call."""
        for tensor in tensors_in(given):
            self._noted.node_of(tensor)

    def take_outputs(self, returned: Any) -> None:
        """What the model returns: with it skips are told from the merges of a loss."""
        nodes = (self._noted.get(tensor) for tensor in tensors_in(returned))
        if not self.cut_short:
            self.losses = self._losses.withdraw(node for node in nodes if node is not None)

    def call(
        self,
        func: Callable[..., Any],
        name: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        perform: Perform,
    ) -> Any:
        """Call an operation and write it down; `perform` calls a merge as it is switched."""
        if ops.is_attribute(name) or self.lineage.full:
            return self._unwritten(func, args, kwargs)
        at = self._calls.place(name)
        step = Step(name, (args, kwargs), at, self._noted.node_of, self._weights)
        form = self._form(step)
        if not step.parents:
            out = self._without_data(func, step)
        elif form is None:
            out = self._plain(func, step)
        else:
            out = self._merge(func, step, form, perform)
        if self._is_fed(step):
            self._noted.feed(tensors_in(out))
        return out

    def _unwritten(
        self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """What is only read, and all there is once the graph is full."""
        if self.lineage.full:
            self.cut_short = True
            self._weights.uses.met.update(self._weights.parameters)  # nobody looks any more
        out = func(*args, **kwargs)
        if isinstance(out, Tensor) and isinstance(args[0], Tensor):  # weight.data
            self._weights.of(args[0])
        return out

    def _form(self, step: Step) -> Form | None:
        form = form_of(step.name, step.args, step.kwargs)
        if form is None:
            return None
        self._board.known.add(step.place)
        hidden = are_transformed(tensor for _, tensor in operands_of(form, step.call))
        self.unseen.modules += [step.place.module] * hidden
        return None if hidden else form

    def _is_fed(self, step: Step) -> bool:
        fed = any(self.lineage[node].fed for node in step.parents)
        return fed or any(map(self._noted.is_fed, step.given))

    def _without_data(self, func: Callable[..., Any], step: Step) -> Any:
        """Nothing but weights and constants: a weight made of weights, or where data begin."""
        out = func(*step.args, **step.kwargs)
        if not step.weight_names:
            return out
        if step.derives_weights:
            for tensor in tensors_in(out):
                self._weights.derive(tensor, step.weight_names)
        elif step.has_matrix:
            self._write(step, out, heavy=step.name not in ops.NORMS, fed=self._is_fed(step))
        else:
            self.unseen.take_constants(tensors_in(out))
        return out

    def _plain(self, func: Callable[..., Any], step: Step) -> Any:
        factor = self._factor(step)
        out = func(*step.args, **step.kwargs)
        node = self._write(step, out, heavy=step.is_heavy)
        if node is not None:
            node.factor = factor
            if node.product and is_gate(self.lineage, *node.parents[:2]):
                self._gates[node.index] = node.module
            self.unseen.joins(step, node)
        return out

    def _factor(self, step: Step) -> Factor | None:
        if len(step.parents) != 1:
            return None
        if step.name in ops.NORMS:
            return step.shut_norm()
        if step.name in ops.MULTIPLY or (step.name in ops.DIVIDE and step.nodes[0] is not None):
            return step.scale()
        return None

    def _merge(self, func: Callable[..., Any], step: Step, form: Form, perform: Perform) -> Any:
        operands, product = self._operands(step, form)
        family = self._family(step, form)
        skips: tuple[Found, ...] = ()
        if not (form.writes and self._writes_back(step, operands)):
            judged = judge(self.lineage, family, operands)
            skips = tuple(found for found in judged.skips if not self._is_scan(step, found))
            self.recurrent += [step.place.module] * (judged.recurrent or skips != judged.skips)
            self.parallel += [step.place.module] * judged.parallel
        if skips and not torch.is_grad_enabled():  # its gradient goes another way
            self.unseen.modules.append(step.place.module)
            skips = ()
        switches = [self._switch(step, form, found, operands) for found in skips]
        call = (step.args, step.kwargs)
        if switches:
            check_merge(func, step.name, form, call, switches)
        out = perform(switches, form, call)
        node = self._write(
            step, out, heavy=step.is_heavy and product is None and not skips,
            more=() if product is None else (product,),
            main=skips[0].operand.node if skips else None,
        )  # fmt: skip
        if node is not None:
            node.is_skip = bool(skips)
            node.carried = frozenset(each.operand.node for each in skips)
            self._losses.merged(node, operands, skips, switches)
            self._recurrences.merged(step.place, node)
            for switch, found in zip(switches, skips, strict=True):
                self._on_skip(switch, self.lineage, node, found)
                for passed in found.way:
                    self._gates.pop(passed, None)
        return out

    def _operands(self, step: Step, form: Form) -> tuple[list[Operand], int | None]:
        pairs = [(q, self._noted.node_of(tensor)) for q, tensor in operands_of(form, step.call)]
        operands = [Operand(q, node) for q, node in pairs if node is not None]
        if not form.product or not operands:
            return operands, None
        factors = [argument(step.call, each) for each in form.product]
        nodes = [self._noted.node_of(each) for each in factors if isinstance(each, Tensor)]
        above = [node for node in nodes if node is not None]
        if not above:
            return operands, None
        product = self.lineage.add(
            "mul" if step.name in ops.FUSED_SCALE else "matmul", above,
            heavy=step.name in ops.FUSED_PRODUCT and (step.has_matrix or len(set(above)) > 1),
            module=step.place.module, shape=step.product_shape(form),
        )  # fmt: skip
        if product.heavy:
            self._put_layers(step, product)
        elif len(set(above)) == 1:
            product.factor = step.scale_among(form)
        return [*operands, Operand(-1, product.index)], product.index

    def _family(self, step: Step, form: Form) -> Family:
        """lerp by a number or a learned weight is a sum."""
        if form.family != "blend":
            return form.family
        weight = argument(step.call, (2, "weight"))
        gated = isinstance(weight, Tensor) and self._noted.node_of(weight) is not None
        return "blend" if gated else "sum"

    def _is_scan(self, step: Step, found: Found) -> bool:
        main = max(step.parents, key=lambda k: (self.lineage[k].depth, k))
        return self._recurrences.carries(step.place, found.source, main)

    def _writes_back(self, step: Step, operands: Sequence[Operand]) -> bool:
        """x[:, :k] = x[:, :k] + f(x): the sum is the skip, not the write; nor is what it covers."""
        return step.covers or is_written_back(self.lineage, operands)

    def _switch(self, step: Step, form: Form, found: Found, operands: Sequence[Operand]) -> Switch:
        source = self.lineage[found.source]
        name = source.module or source.op
        switch = self._board.find(step.place, found.operand.position, name)
        if switch is None:
            switch = new_switch(self._board, self.lineage, step, form, found, operands)
            self._board.take(switch)
        switch.uses += 1
        switch.shared = switch.shared or switch.uses > 1
        return switch

    def _write(
        self, step: Step, out: Any, *, heavy: bool, more: Iterable[int] = (),
        main: int | None = None, fed: bool = False,
    ) -> Node | None:  # fmt: skip
        outs = [step.args[0]] if step.name == "__setitem__" else list(tensors_in(out))
        data = [each for each in outs if is_data(each)]
        if not data or step.name in ops.NO_DATA or step.detaches(outs):
            return None
        node = self.lineage.add(
            step.name, [*step.parents, *more], heavy=heavy, module=step.place.module,
            shape=tuple(outs[0].shape), main=main, fed=fed,
        )  # fmt: skip
        node.place, node.reads, node.weights = step.place, step.reads, step.weight_names
        node.parametric = bool(step.weight_names)
        if heavy and step.has_matrix:
            self._put_layers(step, node)
        self._note_outputs(step, node, outs)
        return node

    def _note_outputs(self, step: Step, node: Node, outs: Sequence[Tensor]) -> None:
        if len(outs) == 1:
            self._noted.put(outs[0], node)
        else:
            for each in filter(is_data, outs):
                kind = "getitem" if step.name in ops.PIECES else "output"
                piece = self.lineage.add(
                    kind, (node.index,), module=node.module, shape=tuple(each.shape)
                )
                self._noted.put(each, piece)
        if ops.is_in_place(step.name) and isinstance(step.args[0], Tensor):
            base = step.args[0]._base
            if base is not None:
                self._noted.put(base, node)

    def _put_layers(self, step: Step, node: Node) -> None:
        node.weights = step.weight_names
        self.layers.put(step.matrices, node)
