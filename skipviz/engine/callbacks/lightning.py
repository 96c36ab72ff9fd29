"""The callback of Lightning, by either of its names: `lightning` and `pytorch_lightning`."""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from skipviz.engine.callbacks.watching import Watching
from skipviz.language import _

_NAMES = ("lightning.pytorch", "pytorch_lightning")


def _package() -> Any:
    """That which is in use, else that which is there."""
    in_use = (name for name in _NAMES if name in sys.modules)
    there = (name for name in _NAMES if find_spec(name.partition(".")[0]) is not None)
    name = next(in_use, None) or next(there, None)
    if name is None:
        raise ImportError(_("LightningWatch needs Lightning: pip install 'skipviz[lightning]'."))
    return import_module(name)


_Callback: Any = _package().Callback


class LightningWatch(Watching, _Callback):  # type: ignore[misc]
    """Watches the LightningModule, or a module of it, while `trainer.fit` trains it.

    Arguments are those of `Watching`. After the fit `callback.watch` has what `sv.watch` measures.
    Of several processes the first one writes the run.
    """

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        """The model is where it is trained, and nothing has run yet."""
        self.begin(pl_module, writes=trainer.is_global_zero)

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002
        """The last step is done."""
        self.end()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:  # noqa: ARG002
        """The fit broke off, or somebody stopped it."""
        self.end()
