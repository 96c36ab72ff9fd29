"""Where to train."""

from contextlib import AbstractContextManager, nullcontext

import torch

from skipviz.language import _
from skipviz.settings import Device

_number: int | None = None


def take_turns(number: int) -> None:
    """Of several GPUs, let this process use one by its number among those beside it."""
    global _number
    _number = number


def device_for(wanted: Device) -> torch.device:
    """The device of this name, or for "auto" the best there is; ValueError when there is none."""
    if wanted == "auto":
        wanted = "cuda" if _has_cuda() else "mps" if _has_mps() else "cpu"
    if (wanted == "cuda" and not _has_cuda()) or (wanted == "mps" and not _has_mps()):
        raise ValueError(
            _("This machine has no {device} device. Choose auto or cpu.", device=wanted)
        )
    if wanted == "cuda" and _number is not None:
        torch.cuda.set_device(_number % torch.cuda.device_count())
    return torch.device(wanted)


def in_full_precision(device: torch.device) -> AbstractContextManager[None]:
    """Inside, convolutions on CUDA use float32 throughout and give the same each time.

    Unless told so, cuDNN rounds their factors to the 10 bits of TF32.
    """
    if device.type != "cuda":
        return nullcontext()
    flags = torch.backends.cudnn.flags
    return flags(enabled=True, deterministic=True, allow_tf32=False)


def _has_cuda() -> bool:
    return torch.cuda.is_available()


def _has_mps() -> bool:
    return torch.backends.mps.is_available()
