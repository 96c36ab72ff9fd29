"""Write what the container installs, every file by its hash.

python -m tools.lock

`requirements.lock` holds requirements.txt, the extra `cluster` and what torch needs, in the
versions that are installed here and so were tested. `requirements-torch.lock` holds torch itself,
whose CPU build comes from an index of its own. uv asks both indexes for the hashes.
"""

import importlib.metadata
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCK, TORCH_LOCK = ROOT / "requirements.lock", ROOT / "requirements-torch.lock"
PYTHON = "3.11"  # that of the container
CPU = "https://download.pytorch.org/whl/cpu"
HEAD = "# What the container installs; written by `make lock`, for Python 3.11 on Linux.\n"


def main() -> None:
    """Both files; SystemExit where an index cannot be asked, and its file stays as it was."""
    torch = [each for each in _required() if each.name == "torch"]
    LOCK.write_text(HEAD + _compiled(wanted()))
    TORCH_LOCK.write_text(HEAD + _compiled(torch, "--default-index", CPU, "--no-deps"))


def wanted() -> list[Requirement]:
    """All but torch: what it needs is named in its stead, as it is for the build installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = map(Requirement, importlib.metadata.requires("torch") or ())
    return [
        *(each for each in _required() if each.name != "torch"),
        *map(Requirement, project["optional-dependencies"]["cluster"]),
        *(each for each in needed if each.marker is None and not _of_cuda(each.name)),
    ]


def _required() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [Requirement(line) for line in lines if re.match(r"\w", line)]


def _of_cuda(name: str) -> bool:
    """What only a build for a GPU needs; the container takes that from torch's own index."""
    return name.startswith(("nvidia-", "cuda-")) or name == "triton"


def _compiled(requirements: list[Requirement], *options: str) -> str:
    """The lock of some requirements, held to what is installed here."""
    installed = [f"{each.name}=={each.version}" for each in importlib.metadata.distributions()]
    with tempfile.TemporaryDirectory() as folder:
        asked, held = Path(folder) / "asked.txt", Path(folder) / "held.txt"
        asked.write_text("\n".join(map(str, requirements)))
        tested = [line for line in installed if not line.startswith(("skipviz=", "torch="))]
        held.write_text("\n".join(tested))
        command = [
            sys.executable, "-m", "uv", "pip", "compile", str(asked), "-c", str(held),
            "--quiet", "--generate-hashes", "--no-header", "--no-annotate",
            "--python-version", PYTHON, "--python-platform", "linux", *options,
        ]  # fmt: skip
        made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SystemExit(f"uv could not make the lock, which stays as it was:\n{made.stderr}")
    return made.stdout


if __name__ == "__main__":
    main()
