"""Parts of a forward pass that are computed again within the backward pass.

torch.utils.checkpoint keeps a frame per checkpoint. Its forward pass runs under a hook that holds
the frame; when a saved tensor is asked for, its `unpack_hook` computes the part again.
"""

import sys
from typing import Any
from weakref import WeakKeyDictionary

import torch

from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.switches import State
from skipviz.language import _

_HOOK = "_checkpoint_hook.__init__.<locals>."


class Checkpoints:
    """What the skips carried when a checkpoint was computed first: they do so again."""

    def __init__(self) -> None:
        self._states: WeakKeyDictionary[Any, State] = WeakKeyDictionary()

    def remember(self, region: object, state: State) -> None:
        """A checkpoint is computed for the first time, with skips that are cut."""
        if region is not None:
            self._states[region] = state

    def state_again(self) -> State | None:
        """Of the checkpoint that is computed again; None where nothing was cut."""
        if not self._states:
            return None
        frame: Any = sys._getframe(1)
        while frame is not None and frame.f_code.co_qualname != f"{_HOOK}unpack_hook":
            frame = frame.f_back
        if frame is None or "frame" not in frame.f_locals:
            raise WatchError(
                _(
                    "A part of the model is computed again within the backward pass, and not by "
                    "torch.utils.checkpoint: nobody knows what its skips carried. Leave that "
                    "out while skips are cut."
                )
            )
        return self._states.get(frame.f_locals["frame"])


def checkpoint_region() -> object:
    """The frame of the innermost checkpoint that is being computed; None outside of any."""
    hooks = torch._C._autograd._top_saved_tensors_default_hooks(True)
    pack = None if hooks is None else hooks[0]
    if getattr(pack, "__qualname__", "") != f"{_HOOK}pack_hook":
        return None
    held = dict(zip(pack.__code__.co_freevars, pack.__closure__ or (), strict=True))
    return held["frame"].cell_contents
