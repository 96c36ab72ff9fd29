"""Look up what the container installs in the advisory database of PyPI.

python -m tools.audit

Ends with 0 only when every package was looked up and nothing is known against any.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.lock import LOCK, TORCH_LOCK


def main() -> None:
    """Print what is known, and of what nothing could be learnt; SystemExit with 1 or 2 for each."""
    pinned = packages(LOCK.read_text() + TORCH_LOCK.read_text())
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "pinned.txt"
        asked.write_text("\n".join(f"{name}=={version}" for name, version in pinned.items()))
        command = [
            sys.executable, "-m", "pip_audit", "--requirement", str(asked), "--no-deps",
            "--disable-pip", "--progress-spinner", "off", "--format", "json",
        ]  # fmt: skip
        asking = subprocess.run(command, capture_output=True, text=True, check=False)
    text, code = told(pinned, asking.stdout, asking.stderr)
    print(text)
    raise SystemExit(code)


def packages(lock: str) -> dict[str, str]:
    """Versions by name, without what a build adds to its own: PyPI knows no `2.13.0+cpu`."""
    return dict(re.findall(r"^([\w.-]+)==([^\s+;]+)", lock, re.MULTILINE))


def told(pinned: dict[str, str], answer: str, trouble: str) -> tuple[str, int]:
    """What pip-audit answered in words, and 0 (all known, all well), 1 (advisories) or 2."""
    try:
        found: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except ValueError:
        why = trouble.strip().splitlines()[-1:] or ["no reason was given"]
        return f"None of {len(pinned)} packages could be looked up: {why[0]}", 2
    known = {each["name"]: each["vulns"] for each in found if "vulns" in each}
    skipped = {each["name"]: each["skip_reason"] for each in found if "skip_reason" in each}
    missing = [name for name in pinned if name not in known]
    advisories = [
        f"{name} {pinned.get(name)}: {each['id']}, fixed in {_or_none(each['fix_versions'])}"
        for name, vulns in known.items()
        for each in vulns
    ]
    unknown = [
        f"not looked up: {name} {pinned[name]} ({skipped.get(name, 'no answer')})"
        for name in missing
    ]
    head = f"{len(known)} of {len(pinned)} packages looked up, {len(advisories)} advisories"
    return "\n".join([head, *advisories, *unknown]), 1 if advisories else 2 if missing else 0


def _or_none(versions: list[str]) -> str:
    return ", ".join(versions) or "no version yet"


if __name__ == "__main__":
    main()
