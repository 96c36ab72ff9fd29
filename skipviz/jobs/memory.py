"""The cap on the memory of a worker, and the words for one who needs more."""

import sys
from pathlib import Path

from skipviz.language import _

_MB = 2**20


def hold_memory(megabytes: int | None) -> bool:
    """Let this process take so much memory beyond what it holds, and no more.

    Linux counts writable memory of its own (RLIMIT_DATA, since 4.7), so libraries and what
    is shared with the fork server stay out. False where nothing is capped.
    """
    if megabytes is None or sys.platform != "linux":
        return False
    import resource

    most = _data_now() + megabytes * _MB
    resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    return True


def most_held() -> int | None:
    """The most this process has held so far, in MB, shared pages included; None on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (_MB if sys.platform == "darwin" else 1024)


def words_of(error: BaseException, megabytes: int | None) -> str | None:
    """What to tell where memory was wanting; None for any other error."""
    wanting = isinstance(error, MemoryError) or any(part in str(error) for part in _OF_TORCH)
    if not wanting:
        return None
    if megabytes is None:
        return _(
            "This needs more memory than there is. Try a smaller network, fewer arms or seeds, or "
            "a smaller batch."
        )
    return _(
        "This needs more memory than the {megabytes} MB a run is given here. Try a smaller "
        "network, fewer arms or seeds, or a smaller batch.",
        megabytes=format(megabytes, ","),
    )


_OF_TORCH = ("can't allocate memory", "out of memory", "not enough memory")


def _data_now() -> int:
    """Bytes that RLIMIT_DATA counts of this process."""
    status = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in status if line.startswith("VmData:"))
    return int(line.split()[1]) * 1024
