"""What is wrong with data, each error with its place."""

from collections.abc import Sequence

MOST_ERRORS = 20  # that are listed


class DataError(ValueError):
    """Data that cannot be used; `errors` says what is wrong, and with which row and column."""

    def __init__(self, errors: str | Sequence[str]) -> None:
        self.errors = (errors,) if isinstance(errors, str) else tuple(errors[:MOST_ERRORS])
        first, *others = self.errors or ("",)
        super().__init__("\n".join(self.errors) if others else first)
