"""Where to train."""

import torch

from skipviz.settings import Device


def device_for(wanted: Device) -> torch.device:
    """The device of this name, or for "auto" the best there is; ValueError when there is none."""
    if wanted == "auto":
        wanted = "cuda" if _has_cuda() else "mps" if _has_mps() else "cpu"
    if (wanted == "cuda" and not _has_cuda()) or (wanted == "mps" and not _has_mps()):
        raise ValueError(f"This machine has no {wanted} device. Choose auto or cpu.")
    return torch.device(wanted)


def _has_cuda() -> bool:
    return torch.cuda.is_available()


def _has_mps() -> bool:
    return torch.backends.mps.is_available()
