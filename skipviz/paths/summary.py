"""What a table of path counts says, in exact integers until the last division."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import comb, sqrt

from skipviz.language import _

OUTSIDE = Fraction(1, 40)  # of the paths, on each side of the central 95 %


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of a length over all paths; `low`..`high` is the central 95 %.

    At most one path in forty is shorter than `low`, and at most one in forty longer than `high`;
    `inside` is the share of the paths from `low` to `high`, `outside` that of all others.
    """

    paths: int
    mean: float
    deviation: float
    low: int
    high: int
    inside: float
    outside: float


def spread(counts: Mapping[int, int]) -> Spread:
    """Of {length: number of paths}; ValueError when there is no path."""
    paths = sum(counts.values())
    if not paths:
        raise ValueError(_("There is no path."))
    first = sum(length * count for length, count in counts.items())
    second = sum(length**2 * count for length, count in counts.items())
    mean = Fraction(first, paths)
    low, high = _quantile(counts, OUTSIDE), _quantile(counts, 1 - OUTSIDE)
    inside = sum(count for length, count in counts.items() if low <= length <= high)
    outside = float(Fraction(paths - inside, paths))
    return Spread(
        paths,
        float(mean),
        sqrt(Fraction(second, paths) - mean**2),
        low,
        high,
        all_but(outside),
        outside,
    )


def all_but(outside: float) -> float:
    """1 less this share; 1 only where nothing is outside, however little it is."""
    return 1 - max(outside, 1e-9) if outside else 1.0


def is_binomial(counts: Mapping[int, int]) -> int | None:
    """n when the counts are the binomial coefficients C(n, 0), .., C(n, n) at even distances.

    So they are for n residual modules of equal depth in a row (Veit et al. 2016, section 5).
    """
    lengths = sorted(counts)
    n = len(lengths) - 1
    steps = {after - before for before, after in pairwise(lengths)}
    if n < 1 or len(steps) != 1:
        return None
    found = [counts[length] for length in lengths]
    return n if found == [comb(n, taken) for taken in range(n + 1)] else None


def _quantile(counts: Mapping[int, int], share: Fraction) -> int:
    """The smallest length at which at least this share of the paths is reached."""
    wanted, reached = share * sum(counts.values()), 0
    for length in sorted(counts):
        reached += counts[length]
        if reached >= wanted:
            return length
    return max(counts)
