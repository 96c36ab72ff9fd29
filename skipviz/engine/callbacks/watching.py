"""What the callbacks of all frameworks do: begin to watch, end it, and write it down once."""

from collections.abc import Callable
from pathlib import Path

from torch import nn
from torch.nn.parallel import DistributedDataParallel

from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.watch import Watch
from skipviz.language import _


class Watching:
    """The watch of a training that somebody else runs."""

    def __init__(
        self,
        module: str = "",
        *,
        path: str | Path | None = None,
        shares_every: int = 0,
        on_frame: Callable[[Watch], None] | None = None,
    ) -> None:
        """`module` names the part to watch ("backbone"), "" the whole model. `path` is where the
        run is written when training ends, also by an error; `shares_every` and `on_frame` are those
        of `sv.watch`."""
        super().__init__()
        self._name, self._path = module, path
        self._shares_every, self._on_frame = shares_every, on_frame
        self._watched: nn.Module | None = None
        self._watch: Watch | None = None
        self._on = self._writes = False

    @property
    def watch(self) -> Watch:
        """What is measured, as `sv.watch` gives it; WatchError before training has begun."""
        if self._watch is None:
            raise WatchError(_("Nothing is watched yet: the callback begins when training does."))
        return self._watch

    def begin(self, model: nn.Module, writes: bool = True) -> None:
        """Watch the model; one that was watched before goes on in the same frames. Of several
        processes one `writes`."""
        self.end()
        self._writes = writes
        part = self._part(model)
        if self._watch is None or part is not self._watched:
            self._watch = Watch(part, self._shares_every, self._on_frame)
        self._watched = part
        self._watch.start()
        self._on = True

    def end(self) -> None:
        """Leave the model as it was, and write the run; nothing where that is done."""
        if not self._on or self._watch is None:
            return
        self._on = False
        self._watch.stop()
        if self._writes and self._path is not None and self._watch.made:
            self._watch.save(self._path)

    def _part(self, model: nn.Module) -> nn.Module:
        whole = model.module if isinstance(model, DistributedDataParallel) else model
        named: dict[str, nn.Module] = dict(whole.named_modules())
        if self._name not in named:
            raise WatchError(
                _(
                    "The model has no module {name}. It has {known}, ..",
                    name=repr(self._name),
                    known=", ".join(list(named)[1:6]),
                )
            )
        return named[self._name]
