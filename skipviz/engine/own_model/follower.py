"""Follows a model while the user's own loop runs it.

The first forward pass is recorded. From then on only the calls at known places are touched: the
merges, and where asked for the factors on branches and the exits of skips. Operations are seen
during forward passes only, and a backward pass is seen where it computes a checkpointed part again.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import FrameType
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils.hooks import RemovableHandle

from skipviz.engine.own_model import refusals
from skipviz.engine.own_model.checkpoints import Checkpoints, checkpoint_region
from skipviz.engine.own_model.factors import Factor, without
from skipviz.engine.own_model.lineage import Lineage, Node
from skipviz.engine.own_model.merges import Form, form_of
from skipviz.engine.own_model.new_ways import NewWays
from skipviz.engine.own_model.operations import MERGES, name_of
from skipviz.engine.own_model.places import CallStack, Place, place_text
from skipviz.engine.own_model.recorder import Recording
from skipviz.engine.own_model.rules import Found
from skipviz.engine.own_model.shares import Sink
from skipviz.engine.own_model.switches import State, Switch, Switchboard, called
from skipviz.engine.own_model.taps import Taps, tap_recorded
from skipviz.engine.own_model.weights import Weights

LOOKS_AT_FIRST, LOOKS_EVERY = 8, 8
"""Forward passes in which ways that were not gone before are looked for: seeing every operation
costs some 10 %, and no gradient depends on it."""


class Follower(TorchFunctionMode):
    """Hooks on the modules, and a mode that sees the operations while they run."""

    def __init__(
        self,
        model: nn.Module,
        weights: Weights,
        board: Switchboard,
        on_recorded: Callable[[Recording], None],
        on_forward: Callable[[Any], None],
        sink: Sink,
    ) -> None:
        super().__init__()
        self.board = board
        self.new_ways = NewWays()
        self.forwards = 0
        self.share_due = False
        self._model, self._weights = model, weights
        self._on_recorded, self._on_forward, self._sink = on_recorded, on_forward, sink
        self._calls = CallStack()
        self._handles: list[RemovableHandle] = []
        self._recording: Recording | None = None
        self.records_next = True
        self._active = self._with_gradient = False
        self._idle, self._inside = False, 0  # a pass in which no operation is looked at; its calls
        self._held: State | None = None
        self._checkpoints = Checkpoints()
        self._touched: frozenset[str] = MERGES
        self._open: Mapping[Place, Factor] = {}
        self._exits: Mapping[Place, Sequence[Switch]] = {}

    # From start to stop.

    def start(self) -> None:
        """Hook every module until a forward pass is recorded."""
        self._hook(None if self.records_next else self.board.modules)

    def stop(self) -> None:
        """Leave the model as it was."""
        self._leave_mode()
        self._held = None
        self._calls.clear()
        self._idle, self._inside = False, 0
        self.finish_recording()
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def know(self) -> None:
        """The switchboard holds what an equal model has shown: that need not be recorded."""
        self.new_ways.learnt(self.board.known)
        self.records_next = bool(self.new_ways.places)
        if self._handles:
            self.start()

    def record_next(self) -> None:
        """Record the next pass, though nothing new was met."""
        self.records_next = True
        if self._handles:
            self.start()

    def finish_recording(self, returned: Any = None) -> None:
        """End the recording; from now on only known places are touched. Not within a pass."""
        if len(self._calls):
            return
        recording, self._recording = self._recording, None
        if recording is None or not recording.lineage.nodes:
            return
        self.records_next = False
        self.new_ways.recorded(self.board.known)
        recording.take_outputs(returned)
        self._on_recorded(recording)
        if self._handles:
            self._hook(self.board.modules)

    def _hook(self, only: set[str] | None) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []
        for path, module in self._model.named_modules():
            if only is None or not path or path in only:
                before, after = partial(self._enter, path), self._leave
                self._handles.append(
                    module.register_forward_pre_hook(before, prepend=True, with_kwargs=True)
                )
                self._handles.append(module.register_forward_hook(after, always_call=True))

    # Around every call of a module.

    def _enter(self, path: str, _: nn.Module, args: Any, kwargs: Any) -> None:
        outermost = not len(self._calls)
        if self._recording is not None and not outermost:
            self._recording.take_arguments((args, kwargs))
        if self._idle:
            self._inside += 1
        else:
            self._meet(path)
        refusals.refuse_compiling(path)
        if not self._inside:
            self._calls.stay_in_thread()
        if outermost:
            self._begin(args, kwargs)
            self._idle = not self._active and self._recording is None
        elif self._with_gradient and not torch.is_grad_enabled():
            refusals.refuse_reentrant(path)

    def _meet(self, path: str) -> None:
        region = checkpoint_region() if self.board.cut else None
        self._calls.enter(path, region)
        self._weights.uses.called.add(path)
        if region is not None:
            self._checkpoints.remember(region, self.board.state())

    def _leave(self, _: nn.Module, __: Any, out: Any) -> None:
        if self._inside:
            self._inside -= 1
            return
        path = self._calls.module
        self._calls.leave()
        if len(self._calls):
            return
        self._idle = False
        self._leave_mode()
        if self._held is not None:
            self.board.restore(self._held)
            self._held = None
            return
        if out is None and sys.exc_info()[0] is not None:
            self._recording = None  # the pass broke off: the next one is recorded
        if not path:
            self.finish_recording(out)
        if self.new_ways.ask_again():
            self.record_next()
        self._on_forward(out)

    def _begin(self, args: Any, kwargs: Any) -> None:
        self._with_gradient = torch.is_grad_enabled()
        if torch._C._current_graph_task_id() >= 0:
            self._begin_again()
            return
        self.forwards += 1
        self._exits = self.board.exits() if self.share_due and self._with_gradient else {}
        self._touch()
        if self.records_next and self._with_gradient:
            self._record(args, kwargs)
        if self.board.cut or self._recording is not None or (self._with_gradient and self._looks):
            self._enter_mode()

    @property
    def _looks(self) -> bool:
        """Whether operations are seen though nothing is cut: for shares, and for new ways."""
        due = self.forwards <= LOOKS_AT_FIRST or self.forwards % LOOKS_EVERY == 0
        return due or bool(self._exits)

    def _begin_again(self) -> None:
        """A checkpoint computes a part anew: with the skips as they were the first time."""
        self._held = self.board.state()
        self.board.restore(self._checkpoints.state_again() or self.board.all_open())
        self._exits = {}
        self._touch()
        if self.board.cut:
            self._enter_mode()

    def _touch(self) -> None:
        self._open = self.board.open_factors() if self.board.cut else {}
        places = [*self._open, *self._exits]
        self._touched = MERGES.union(place.operation for place in places) if places else MERGES

    def _record(self, args: Any, kwargs: Any) -> None:
        if self._recording is None:
            self._recording = Recording(self._weights, self._calls, self.board, self._on_skip)
        self._recording.take_inputs((args, kwargs))

    def _enter_mode(self) -> None:
        if not self._active:
            self._active = True
            TorchFunctionMode.__enter__(self)  # type: ignore[no-untyped-call]

    def _leave_mode(self) -> None:
        if self._active:
            self._active = False
            TorchFunctionMode.__exit__(self, None, None, None)  # type: ignore[no-untyped-call]

    # For every operation.

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Called by torch in place of the operation."""
        refusals.refuse_compiling(self._calls.module)
        kwargs = kwargs or {}
        name = name_of(func)
        if self._recording is not None and self._held is None:
            self._check_recorded()
            perform = partial(called, func, name)
            return self._recording.call(func, name, args, kwargs, perform)
        if name not in self._touched:
            return func(*args, **kwargs)
        return self._at_place(func, name, args, kwargs)

    def _check_recorded(self) -> None:
        if self._with_gradient and not torch.is_grad_enabled():
            refusals.refuse_reentrant(self._calls.module)

    def _at_place(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        place, frame = self._calls.place(name)
        exits = self._exits.get(place, ())
        switches, form = self._switches(place, name, args, kwargs)
        factor = self._open.get(place)
        changed = factor is not None or any(not each.gains.open for each in switches)
        if changed:
            self._check_cut(place, frame)
        if not exits and not changed:
            return func(*args, **kwargs)
        taps = Taps(exits, (args, kwargs))
        if form is not None:
            out = called(func, name, switches, form, (args, kwargs), factor)
        elif factor is not None:
            out = without(factor, func, args, kwargs)
        else:
            out = func(*args, **kwargs)
        taps.place(args[0] if name == "__setitem__" else out, self._sink)
        return out

    def _switches(
        self, place: Place, name: str, args: Any, kwargs: Any
    ) -> tuple[Sequence[Switch], Form | None]:
        if name not in MERGES:
            return (), None
        switches = self.board.at(place)
        if not switches and self._held is None and place not in self.board.known:
            self.new_ways.meet(place)
        form = form_of(name, args, kwargs) if switches else None
        return (switches, form) if form is not None else ((), None)

    def _check_cut(self, place: Place, frame: FrameType) -> None:
        """Where a checkpoint computes this again, its module has to be met again."""
        if self._with_gradient and not torch.is_grad_enabled():
            refusals.refuse_reentrant(place.module)
        region = checkpoint_region()
        if region is not None and self._calls.innermost.region is not region:
            refusals.refuse_bare_checkpoint(place.module, place_text(frame))

    def _on_skip(self, switch: Switch, lineage: Lineage, merged: Node, found: Found) -> None:
        """A skip that was just recorded, with the graph of this pass still at hand."""
        if self.share_due and switch.exit is not None:
            tap_recorded(switch.index, lineage, merged, found, self._sink)
