"""The public door: watch a model in its own training loop."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from types import TracebackType
from typing import Any, Self
from weakref import WeakSet

import numpy as np
from torch import nn

from skipviz.arms import Arm
from skipviz.engine.own_model import notes
from skipviz.engine.own_model.arms import own_arm
from skipviz.engine.own_model.backwards import Backward, Backwards
from skipviz.engine.own_model.current_arm import CurrentArm
from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.follower import Follower
from skipviz.engine.own_model.frame_store import FrameStore
from skipviz.engine.own_model.given import require_count, require_on_frame
from skipviz.engine.own_model.live_watch import LiveWatch
from skipviz.engine.own_model.loss_scaling import ScalerListener
from skipviz.engine.own_model.measured import Measured
from skipviz.engine.own_model.new_ways import Ways
from skipviz.engine.own_model.recorder import Recording
from skipviz.engine.own_model.refusals import watched_module
from skipviz.engine.own_model.structures import Known, structure_of
from skipviz.engine.own_model.switches import Switchboard
from skipviz.engine.own_model.tensors import tensors_in
from skipviz.engine.own_model.uses import Uses
from skipviz.engine.own_model.weights import Weights
from skipviz.language import _
from skipviz.own_model.cut import WHOLE
from skipviz.own_model.selection import NONE_YET
from skipviz.own_model.structure import Skip, Structure
from skipviz.own_model.unreached import said_of_frozen, said_of_unreached, said_of_unused

_watched: WeakSet[nn.Module] = WeakSet()


class Watch(Measured):
    """A model that is being watched; made by `sv.watch`.

    A frame is one backward pass: with gradient accumulation the gradient which that pass adds, not
    the sum so far. The factor of a GradScaler is divided out.
    """

    def __init__(
        self,
        model: nn.Module,
        shares_every: int = 0,
        on_frame: Callable[["Watch"], None] | None = None,
        known: Known | None = None,
    ) -> None:
        """`known` is what an equal model has shown; then nothing has to be found."""
        self._model = watched_module(model)
        require_count("shares_every", shares_every, 0)
        require_on_frame(on_frame)
        self._shares_every = shares_every
        self._weights = Weights(self._model)
        self._board = known.board if known else Switchboard()
        self._backwards = Backwards(self._weights.matrices(), self._begin, self._take)
        self.follower = Follower(
            self._model,
            self._weights,
            self._board,
            self._recorded,
            self._forward,
            self._backwards.met,
        )
        self._scaling = ScalerListener(
            self._weights.parameters.values(), self._backwards.scaled, self._skipped, self._stepped
        )
        self._store = FrameStore()
        self._matrices = list(self._backwards.weights)
        self.columns = {name: k for k, name in enumerate(self._matrices)}
        self._structure = known.structure if known else Structure(model=type(self._model).__name__)
        self._notes = [_(notes.LOCAL)] if model is not self._model else []
        self._on_frame = on_frame
        self.current = CurrentArm(self._board)
        self._arm_of_forward = WHOLE
        self._live: LiveWatch | None = None
        self._since_step: list[int] = []
        self._recordings_seen = 0
        self._began = perf_counter()
        self._ways = Ways()
        if known is not None:
            self.uses.add(known.uses)
            self.follower.know()
        self._plan_shares()

    # In the user's loop.

    def start(self) -> Self:
        """Begin to watch; the same as entering the context."""
        if self._model in _watched:
            raise WatchError(_("The model is watched already: stop that watch first."))
        _watched.add(self._model)
        self._began = perf_counter() - self._store.seconds
        self.follower.start()
        self._backwards.start()
        self._scaling.start()
        if self._live is not None:
            self._live.began()
        return self

    def stop(self) -> None:
        """Leave the model as it was; what was measured stays."""
        self._store.seconds = perf_counter() - self._began
        self.follower.stop()
        self._backwards.stop()
        self._scaling.stop()
        _watched.discard(self._model)
        if self._live is not None:
            self._live.idles()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @contextmanager
    def arm(
        self, arm: str | Arm, only: str | Skip | Iterable[Skip] | None = None
    ) -> Iterator[Self]:
        """Within the context the skips carry what they do in an arm.

        "plain" zeroes what a skip brings to its merge and leaves its branch as it is;
        "plain_unscaled" also takes the factors on that branch (a learned scale, a gate, drop-path)
        for 1, which is what "plain" means for a drawn network; "gradient_only" carries the
        gradient without the signal, "forward_only" the signal without the gradient. `sv.Arm(..)`
        gives gains of one's own. `only` are the skips it concerns, or a pattern as in
        `watch.skips[..]`; by default all.

        It holds for forward passes that begin inside, and for their backward passes wherever.
        WatchError before the first forward pass has shown what there is to switch.

        >>> import skipviz as sv
        >>> import torch
        >>> from skipviz.engine.own_model.examples import residual_mlp
        >>> model, x = residual_mlp(), torch.randn(4, 8)
        >>> with sv.watch(model) as watch:
        ...     whole = model(x)
        ...     with watch.arm("plain", only=watch.skips["1"]):
        ...         without = model(x)
        >>> bool((whole == without).all())
        False
        """
        chosen = own_arm(arm)
        self.follower.finish_recording()
        if not self.follower.new_ways.recordings and not len(self._board):
            raise WatchError(_(NONE_YET))
        with self.current.within(chosen, None if only is None else self.skips.numbers_of(only)):
            yield self

    def open(self, port: int | None = None, browser: bool = True) -> str:
        """Show the model live on the page *Your model*; its address, which holds a token.

        The page is served by a process of its own, on the loopback interface alone, and opened in
        the browser. What is switched there holds for the passes of your loop from the next one on,
        and Pause holds it up; a page that is closed lets it go on. Call it before the loop or in
        it. OSError where the page cannot be served.
        """
        if self._live is None:
            self._live = LiveWatch(self)
        return self._live.serve(port, browser)

    # What was found.

    @property
    def forwards(self) -> int:
        """Forward passes so far."""
        return self.follower.forwards

    @property
    def known(self) -> Known:
        """What was found, to watch an equal model with."""
        return Known(self.structure, self._board, self.uses)

    @property
    def uses(self) -> Uses:
        """Which parameters the passes so far have used."""
        return self._weights.uses

    def unused_parts(self) -> tuple[str, ...]:
        """Modules with parameters, and single parameters, that no forward pass has used so far; of
        modules within each other the outermost. None before the first backward pass."""
        self.follower.finish_recording()
        if not self.made:
            return ()
        return self.uses.unused(self._weights.parameters, self._weights.tied)

    def learn(self, known: Known) -> None:
        """Take in what an equal model has shown since, whose skips begin with those known here."""
        self._board.learn(known.board)
        self.uses.add(known.uses)
        self._structure = known.structure
        self.follower.know()
        self._plan_shares()

    @property
    def structure(self) -> Structure:
        """Layers and skips of the model, as data."""
        self.follower.finish_recording()
        return self._structure

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known beside the numbers, in sentences."""
        dead = [(arm, self.dead_layers(arm)) for arm in self._store.arms]
        said = (notes.said_of_dead(arm, layers, self.structure) for arm, layers in dead if layers)
        none = self.unreached_layers()
        unreached = [said_of_unreached(none, self.structure)] if none else []
        return (*self.notes_of_model, *unreached, *said)

    @property
    def notes_of_model(self) -> tuple[str, ...]:
        """Those that are not on single arms."""
        skipped = int(self._store.column("skipped").sum())
        later = notes.said_of_frames(self.follower.new_ways, skipped)
        frozen = said_of_frozen(self.structure)
        unused = said_of_unused(self.unused_parts(), self._weights.names)
        return (*self._notes, *self.structure.notes, *frozen, *unused, *later)

    # What the followers tell.

    def _recorded(self, recording: Recording) -> None:
        said = notes.said_of_recording(recording.cut_short, recording.unseen, recording.losses)
        now = self._structure
        self._structure = structure_of(recording, self._board, self._weights, now, said)

    def _forward(self, out: Any) -> None:
        """A forward pass has ended: its backward pass, whenever it comes, is in this arm."""
        arm = self._arm_of_forward = self.current.name
        for tensor in tensors_in(out):
            if tensor.grad_fn is not None:
                tensor.grad_fn.register_prehook(lambda _: self._backwards.from_arm(arm))

    def _begin(self) -> None:
        self.follower.finish_recording()
        self._backwards.start()

    def _take(self, done: Backward) -> None:
        norms = done.norm_array(self._backwards.weights)
        self.uses.reached.update(self._matrices[place] for place in done.norms)
        recordings = self.follower.new_ways.recordings
        recorded = recordings > self._recordings_seen
        self._recordings_seen = recordings
        seconds = perf_counter() - self._began
        arm = " + ".join(sorted(done.arms)) or self._arm_of_forward
        step = self._store.take(arm, norms, done.factor, recorded, seconds)
        self._since_step.append(step)
        del self._since_step[:-1000]
        known = self._ways.known(self.follower.forwards, done.norms, recorded)
        if done.shares:
            of = done.share_of if known or arm != WHOLE else lambda _: np.nan
            shares = [of(index) for index in range(len(self._board))]
            self._store.take_shares(step, np.array(shares))
        self._plan_shares()
        if self._on_frame is not None:
            self._on_frame(self)
        if self._live is not None:
            self._live.frame(arm, seconds, shares if done.shares else None)

    def _plan_shares(self) -> None:
        """Where skips come from hangs on the way that a pass goes: then such a pass is recorded."""
        due = self.follower.share_due = (
            self._shares_every > 0 and not self.made % self._shares_every
        )
        if due and (self._ways.vary or self._board.from_several):
            self.follower.record_next()

    def _skipped(self) -> None:
        self._store.mark_skipped(self._since_step)
        self._stepped()

    def _stepped(self) -> None:
        self._since_step = []


def watch(
    model: nn.Module,
    shares_every: int = 0,
    on_frame: Callable[[Watch], None] | None = None,
) -> Watch:
    """Watch a model in its own training loop: its skips, and the gradient of every layer.

    The skips are found in the first forward pass that has gradients; nothing runs twice. While no
    skip is cut, outputs and gradients are those of the bare model to the bit, and after the context
    nothing of it is left on the model. `shares_every` measures the share of every skip in that many
    steps, the first among them; 0 never. `on_frame` is called with the watch at the end of every
    backward pass (`watch.latest_norms()`, `watch.made`), to log it. Works under autocast, with
    gradient accumulation, with checkpoint(use_reentrant=False), and in DistributedDataParallel,
    where gradients are those of this process before they are averaged.

    WatchError where a model cannot be followed: under torch.compile, TorchScript, FSDP,
    DataParallel or reentrant checkpointing.

    >>> import skipviz as sv
    >>> import torch
    >>> from skipviz.engine.own_model.examples import residual_mlp
    >>> model = residual_mlp()
    >>> with sv.watch(model) as watch:
    ...     model(torch.randn(4, 8)).square().mean().backward()
    >>> watch.skips.headline
    'Sequential: 3 skips (3 add)'
    >>> with watch, watch.arm("plain"):
    ...     model(torch.randn(4, 8)).square().mean().backward()
    >>> watch.arms()
    ('skip', 'plain')
    """
    return Watch(model, shares_every, on_frame)
