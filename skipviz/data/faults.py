"""What is wrong with data, each fault with its place."""

from collections.abc import Sequence

MOST_FAULTS = 20  # that are listed


class DataError(ValueError):
    """Data that cannot be used; `faults` says what is wrong, and with which row and column."""

    def __init__(self, faults: str | Sequence[str]) -> None:
        self.faults = (faults,) if isinstance(faults, str) else tuple(faults[:MOST_FAULTS])
        super().__init__("\n".join(self.faults))
