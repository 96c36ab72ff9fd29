"""What cannot be followed is refused before anything is measured: what it is, and the way out."""

import sys
from types import CodeType
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import UninitializedParameter
from torch.utils.checkpoint import CheckpointFunction

from skipviz.engine.own_model.errors import WatchError
from skipviz.language import _
from skipviz.network import Network
from skipviz.text import value_text

_SHARDED = {"FullyShardedDataParallel", "FSDPModule"}
_eval_frame_callback = torch._C._dynamo.eval_frame.get_eval_frame_callback
_REENTRANT: CodeType = CheckpointFunction.forward.__code__


def watched_module(model: nn.Module) -> nn.Module:
    """The module to follow: that inside of DistributedDataParallel. WatchError where none can be.

    Measured is then the gradient of this process before it is averaged with the others.
    """
    if not isinstance(model, nn.Module):
        raise WatchError(_no_module(model))
    if isinstance(model, nn.parallel.DistributedDataParallel):
        model = model.module
    for path, module in model.named_modules():
        _refuse_module(path, module)
    for name, parameter in model.named_parameters():
        if isinstance(parameter, UninitializedParameter):
            raise WatchError(
                _(
                    "{name} has no shape before the first batch. Run one batch through the model, "
                    "then watch it.",
                    name=name,
                )
            )
    return model


def _no_module(given: object) -> str:
    if isinstance(given, type):
        return _(
            "model: got the class {name}; it has to be a torch.nn.Module, as {name}(..) makes it",
            name=given.__name__,
        )
    if isinstance(given, Network):
        return _(
            "model: got a Network; it has to be a torch.nn.Module: sv.train trains a drawn "
            "network, and sv.build makes a module of it"
        )
    return _("model: got {value}; it has to be a torch.nn.Module", value=value_text(given))


def _refuse_module(path: str, module: nn.Module) -> None:
    where = path or _("The model")
    ancestry = {each.__name__ for each in type(module).__mro__}
    compiled = hasattr(module, "_orig_mod") or module._compiled_call_impl is not None
    if isinstance(module, torch.jit.ScriptModule):
        raise WatchError(
            _(
                "{where} is compiled by TorchScript, whose operations Python does not see. Watch "
                "the model as it was before torch.jit.",
                where=where,
            )
        )
    if compiled:
        raise WatchError(
            _(
                "{where} is compiled, and its operations are not where they stand in the code. "
                "Watch the model as it is without torch.compile (compiled._orig_mod), and train "
                "that.",
                where=where,
            )
        )
    if isinstance(module, nn.DataParallel):
        raise WatchError(
            _(
                "{where} is DataParallel, which copies the model in every step. Use "
                "DistributedDataParallel, or the model inside of it.",
                where=where,
            )
        )
    if ancestry & _SHARDED:
        raise WatchError(
            _(
                "{where} is sharded (FSDP): no process has a whole gradient. Watch a smaller model "
                "without FSDP, or use DistributedDataParallel.",
                where=where,
            )
        )


def refuse_compiling(path: str) -> None:
    """WatchError within a function under torch.compile, traced or run as Python all the same.

    Its operations stand elsewhere than in the user's code: places would not be found again. It is
    said in English, for torch.compile traces this function and knows plain text alone.
    """
    if torch.compiler.is_compiling() or _eval_frame_callback() is not None:
        raise WatchError(
            f"{path or 'The model'} runs in a function under torch.compile, which changes where "
            "operations stand. Leave torch.compile out while the model is watched."
        )


def refuse_reentrant(path: str) -> None:
    """WatchError within reentrant checkpointing: call it where gradients are off inside a pass."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        if frame.f_code is _REENTRANT:
            raise WatchError(
                _(
                    "{where} is computed under checkpoint(.., use_reentrant=True), which hides "
                    "from autograd what happens inside. Pass use_reentrant=False.",
                    where=path or _("The model"),
                )
            )
        frame = frame.f_back


def refuse_thread(path: str) -> None:
    """WatchError where a part of the model is called in another thread than the pass."""
    raise WatchError(
        _(
            "{where} is called in another thread than the forward pass, where its operations are "
            "not seen. Call it in the thread of the pass while the model is watched.",
            where=path or _("The model"),
        )
    )


def refuse_bare_checkpoint(path: str, where: str) -> None:
    """WatchError where a function, not a module, is checkpointed around a skip that is cut."""
    raise WatchError(
        _(
            "{place}: this skip lies in a function under checkpoint() within {module}; when it is "
            "computed again nobody knows which skip it is. Give checkpoint() a module, or leave it "
            "out while skips are cut.",
            place=where,
            module=path or _("the model"),
        )
    )
