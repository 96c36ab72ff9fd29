"""Keeping the memory of one step for the next."""

import ctypes
import sys

KEPT = 2**28  # bytes
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)


def keep_freed_memory() -> bool:
    """Ask the C library not to hand freed memory back to the system after every step.

    glibc returns large blocks at once, and the page errors of the next step cost as much as its
    arithmetic (docs/performance.md). Concerns the whole process; False where there is no glibc.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(_TRIM_THRESHOLD, KEPT)) and bool(mallopt(_MMAP_THRESHOLD, KEPT))
