"""Callbacks and files against the real frameworks, in an environment of its own in build/callbacks.

It sees the packages that are installed here, so torch stays the one that is pinned; what is missing
(Lightning, transformers, TensorBoard, ONNX and what they need) is fetched once, some 300 MB.

    python -m tools.callbacks
"""

import os
import site
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

from tools.server import ROOT

PLACE = ROOT / "build" / "callbacks"
EXTRAS = ("lightning", "transformers", "tensorboard", "onnx")
FILES = ["safetensors>=0.5"]  # an independent reader of what skipviz writes itself


def main() -> None:
    """Install, and test."""
    python = _environment()
    tests = sorted((ROOT / "tests" / "callbacks").glob("real_*.py"))
    told = [str(python), "-m", "pytest", "-p", "no:cacheprovider", *map(str, tests)]
    sys.exit(subprocess.run(told, cwd=ROOT, check=False, env=_offline()).returncode)


def _environment() -> Path:
    """The python of an environment with the extras; made anew where they have changed."""
    python, done = PLACE / "bin" / "python", PLACE / "extras.txt"
    wanted = _extras()
    if not done.exists() or done.read_text(encoding="utf-8").splitlines() != wanted:
        venv.create(PLACE, with_pip=False, symlinks=True, clear=True)
        packages = next(PLACE.glob("lib/python*/site-packages"))
        (packages / "here.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q"]
        subprocess.run([*pip, "-c", str(ROOT / "requirements.txt"), *wanted], check=True)
        done.write_text("\n".join(wanted), encoding="utf-8")
    return python


def _extras() -> list[str]:
    """What the optional extras ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [*(each for name in EXTRAS for each in extras[name]), *FILES]


def _offline() -> dict[str, str]:
    """Nothing that runs in a test asks a hub for anything."""
    return {**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    main()
