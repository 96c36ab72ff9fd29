"""Where the packages are: in a folder of their own, and without another torch."""

import hashlib
import subprocess
import sys
from pathlib import Path

from tools.server import ROOT

FOLDER = ROOT / "build" / "models" / "packages"
LISTED = Path(__file__).parent / "requirements.txt"


def install() -> None:
    """What is listed, unless it is there as it is listed."""
    listed = hashlib.sha256(LISTED.read_bytes()).hexdigest()
    stamp = FOLDER.parent / "installed"
    if stamp.exists() and stamp.read_text() == listed:
        return
    command = [sys.executable, "-m", "pip", "install", "-q", "--upgrade", "--no-deps"]
    subprocess.run([*command, "--target", str(FOLDER), "-r", str(LISTED)], check=True)
    stamp.write_text(listed)


def versions() -> dict[str, str]:
    """By name, as listed."""
    lines = (line.strip() for line in LISTED.read_text().splitlines())
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {name: version for name, version in pairs if name}


def make_importable() -> None:
    """In the process that looks at models, which never asks anybody for weights."""
    import os

    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    sys.path.insert(0, str(FOLDER))
    _define_torchvision_operations()


def _define_torchvision_operations() -> None:
    """torchvision's wheel is built for CUDA: its library does not load beside torch for CPUs.

    Its models need none of it, but the package describes these operations when it is imported.
    """
    import torch

    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")  # type: ignore[no-untyped-call]
    _kept.append(library)


_kept: list[object] = []
