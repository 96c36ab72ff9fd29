"""Lines that repeat from layer to layer, written once with k for the layer."""

from collections.abc import Sequence
from dataclasses import dataclass

from skipviz.export.formulas.symbols import numbered, relative

Lines = tuple[str, ...]
LONGEST_PERIOD = 12
DOTS = r"&\ \ \vdots"


@dataclass(frozen=True)
class Group:
    """The lines of layers first .. end; of the last of every `period` of them if they repeat."""

    first: int
    end: int
    period: int
    lines: Lines

    @property
    def times(self) -> int:
        """How often the lines repeat."""
        return (self.end - self.first + 1) // self.period

    @property
    def text(self) -> Lines:
        """The lines, with numbers or with k and its range."""
        if self.times == 1:
            return tuple(map(numbered, self.lines))
        base = self.first + self.period - 1
        first, *others = (relative(line, base) for line in self.lines)
        return rf"{first} \qquad ({self._range(base)})", *others

    def _range(self, base: int) -> str:
        steps = range(base, self.end + 1, self.period)
        shown = [*steps[:2], r"\dots", steps[-1]] if len(steps) > 3 else list(steps)
        return "k = " + ", ".join(map(str, shown))


def folded(by_layer: Sequence[Lines]) -> list[str]:
    """All lines, those of the last layer first; `by_layer` starts with layer 1."""
    out: list[str] = []
    for group in reversed(_groups(by_layer)):
        repeats = group.times > 1
        if repeats and out and out[-1] != DOTS:
            out.append(DOTS)
        out += group.text
        if repeats and group.first > 1:
            out.append(DOTS)
    return out


def _groups(by_layer: Sequence[Lines]) -> list[Group]:
    """Without those that have no lines."""
    seen = [tuple(relative(line, k) for line in lines) for k, lines in enumerate(by_layer, start=1)]
    groups, first = [], 1
    while first <= len(by_layer):
        group = _group(by_layer, seen, first)
        groups.append(group)
        first = group.end + 1
    return [group for group in groups if group.lines]


def _group(by_layer: Sequence[Lines], seen: Sequence[Lines], first: int) -> Group:
    """The longest repetition from here on; `seen` are the lines of each layer from its own k."""
    best = Group(first, first, 1, by_layer[first - 1])
    for period in range(1, min(LONGEST_PERIOD, (len(by_layer) - first + 1) // 2) + 1):
        times = _times(seen, first - 1, period)
        end = first + times * period - 1
        if end > best.end and (times > 2 or (times == 2 and period > 2)):
            layers = reversed(range(first, first + period))
            best = Group(
                first, end, period, tuple(line for k in layers for line in by_layer[k - 1])
            )
    return best


def _times(seen: Sequence[Lines], start: int, period: int) -> int:
    """How often the entries from `start` on repeat."""
    end = start + period
    while end < len(seen) and seen[end] == seen[end - period]:
        end += 1
    return (end - start) // period
