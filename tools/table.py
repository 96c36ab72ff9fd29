"""How the budgets are printed: a line for each, and whether it is kept."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured in units of what, and how much it may be."""

    name: str
    measured: float
    budget: float | None = None

    def __str__(self) -> str:
        line = f"{self.name:<58} {self.measured:8.3g}"
        if self.budget is None:
            return line
        return f"{line} {self.budget:8.2f}  {'ok' if self.measured <= self.budget else 'OVER'}"
