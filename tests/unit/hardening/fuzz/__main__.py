"""python -m tests.unit.hardening.fuzz DOOR FIRST COUNT: so many cases of a door, held to bounds.

Prints each case before it is tried, so that whoever started this knows which one it died of.
"""

import random
import resource
import sys
import traceback
from pathlib import Path

SECONDS = 5  # of processor time, of one case
MEMORY = 2**30  # bytes beyond what the process starts with


def main() -> int:
    """Exits with 1 at the first case that ends otherwise than in a value or the door's own error;
    the system ends it by a signal where a case takes too long."""
    name, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    from tests.unit.hardening.fuzz.doors import DOORS

    door = DOORS[name]
    door(random.Random(f"{name} warm"))  # what is loaded at the first call is no case's fault
    most = _mapped() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for case in range(first, first + count):
        print(case, flush=True)
        _allow_seconds()
        try:
            door(random.Random(f"{name} {case}"))
        except BaseException:
            traceback.print_exc()
            return 1
    return 0


def _allow_seconds() -> None:
    """From now on: the kernel counts whole seconds of all that the process has had."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soon = int(used.ru_utime + used.ru_stime) + 1 + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soon, resource.RLIM_INFINITY))


def _mapped() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    sys.exit(main())
