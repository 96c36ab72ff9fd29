"""Models of packages as they are installed: what skipviz finds in them, as docs/models.md.

    python -m tools.models [PACKAGE ..]

looks at all packages, or at some anew, and writes the table. It fails where something was found
that is neither expected nor explained in the table.
"""

import json
import subprocess
import sys
from collections.abc import Sequence

from tools.models.expected import PACKAGES
from tools.models.look import Seen
from tools.models.packages import FOLDER, install
from tools.models.page import page, surprises
from tools.server import ROOT

KEPT = FOLDER.parent
PAGE = ROOT / "docs" / "models.md"


def main(packages: Sequence[str]) -> int:
    """Look, and write; the number of surprises."""
    install()
    for package in packages or PACKAGES:
        (KEPT / f"{package}.json").write_text(json.dumps(_looked_at(package)))
    seen = {package: _kept(package) for package in PACKAGES}
    PAGE.write_text(page(seen))
    told = surprises(seen)
    print("\n".join([*told, f"{PAGE.relative_to(ROOT)}: {sum(map(len, seen.values()))} models"]))
    return len(told)


def _looked_at(package: str) -> list[object]:
    """In a process of its own, one package at a time."""
    command = [sys.executable, "-m", "tools.models.look", package]
    print(package, flush=True)
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("MODEL ")]
    return [json.loads(line.removeprefix("MODEL ")) for line in lines]


def _kept(package: str) -> list[Seen]:
    return [Seen(**each) for each in json.loads((KEPT / f"{package}.json").read_text())]


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
