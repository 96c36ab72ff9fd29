"""Numbers, names and lists of layers as people write them."""

import difflib
import re
import reprlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from unicodedata import east_asian_width

import numpy as np

from skipviz.language import N_, _, _n

MOST_RANGES = 4
ROUNDING = 1e-12  # of a sum of shares
_LONGEST_VALUE = 60
_VALUES = reprlib.Repr()
_VALUES.maxstring = _VALUES.maxother = _LONGEST_VALUE
_ORDINALS = {1: N_("{number}st"), 2: N_("{number}nd"), 3: N_("{number}rd")}
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number_text(value: float) -> str:
    """Two significant digits, as people write them: 0.18, 42, 1,234, 6.2 × 10⁻¹⁵."""
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else "∞"
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return with_minus(f"{value:.2g}" if abs(value) < 99.5 else f"{value:,.0f}")
    mantissa, exponent = f"{value:.1e}".split("e")
    return with_minus(f"{mantissa.removesuffix('.0')} × 10{superscript(int(exponent))}")


def factor_text(factor: float) -> str:
    """What something is multiplied by, in one piece: × 1.03."""
    return f"×\u00a0{factor:.3g}"


def degrees_text(cosine: float) -> str:
    """The angle of this cosine: 90°."""
    return f"{np.degrees(np.arccos(np.clip(cosine, -1, 1))):.0f}°"


def tex_number(value: float) -> str:
    """Three digits, for LaTeX."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.3g}"
    mantissa, exponent = f"{value:.2e}".split("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"


def with_minus(number: str) -> str:
    """With the minus sign of a sentence, which is no hyphen: −0.15."""
    return number.replace("-", "−")


def superscript(number: int) -> str:
    """-12 as ⁻¹²."""
    return str(number).translate(_SUPERSCRIPTS)


def rates_text(changes: Iterable[tuple[int, float]]) -> str:
    """Learning rates and the steps from which they hold: 0.05 from step 120 on."""
    return listed(
        _("{rate} from step {step} on", rate=format(rate, "g"), step=format(step, ","))
        for step, rate in changes
    )


def listed(parts: Iterable[str]) -> str:
    """Items apart by commas: a, b, c."""
    return joined_by(N_("{list}, {next}"), list(parts))


def listed_and(parts: Iterable[str]) -> str:
    """a, b and c."""
    *first, last = parts
    return _("{list} and {last}", list=listed(first), last=last) if first else last


def listed_or(parts: Iterable[str]) -> str:
    """a, b or c."""
    *first, last = parts
    return _("{list} or {last}", list=listed(first), last=last) if first else last


def sentences(parts: Iterable[str]) -> str:
    """Whole sentences one after the other, with a space between them where the language has one."""
    return joined_by(N_("{list} {next}"), list(parts))


def meant(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like one that is not known; None where none is.

    >>> meant("rellu", ["tanh", "relu"]), meant("zzz", ["tanh", "relu"])
    ('relu', None)
    """
    near = difflib.get_close_matches(name[:100], [*known], n=1)
    return near[0] if near else None


def value_text(value: object) -> str:
    """A value as Python writes it, cut short: it may be anybody's."""
    if isinstance(value, str):
        text = repr(value[:_LONGEST_VALUE])
    else:
        try:
            text = _VALUES.repr(value)
        except ValueError:  # an integer of thousands of digits
            text = type(value).__name__
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def capital(text: str) -> str:
    """As a sentence begins; names within it, and languages without capitals, stay as they are."""
    return f"{text[:1].upper()}{text[1:]}"


def joined_by(template: str, parts: Sequence[str]) -> str:
    """Parts one after the other: `template` says how {next} follows the {list} before it."""
    whole = parts[0] if parts else ""
    for part in parts[1:]:
        whole = _(template, list=whole, next=part)
    return whole


def plural(count: int, word: str) -> str:
    """1 layer, 1,200 layers."""
    return f"{count:,} {word}{'s' * (count != 1)}"


def layer_count_text(count: int) -> str:
    """1 layer, 1,200 layers."""
    return _n("{count} layer", "{count} layers", count)


def skip_count_text(count: int) -> str:
    """1 skip, 1,200 skips."""
    return _n("{count} skip", "{count} skips", count)


def seeds_text(first: int, count: int = 1) -> str:
    """The seeds of a run: seed 0; seeds 0 to 4."""
    if count == 1:
        return _("seed {seed}", seed=first)
    return _("seeds {first} to {last}", first=first, last=first + count - 1)


def state_text(k: int) -> str:
    """A state by the layer that hands it on: layer 3; the input."""
    return _("layer {layer}", layer=k) if k else _("the input")


def norm_text(norm: str) -> str:
    """A norm as people say it; `tools.messages` gathers all there are."""
    named = "none" if norm == "none" else f"{norm} norm"
    return _(named)


def columns_of(text: str) -> int:
    """How wide it is, in letters of Latin script: a Chinese one is as wide as two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def in_two_lines(text: str, columns: int) -> str:
    """Text broken at a comma, else between words, if it is wider than so many letters.

    >>> in_two_lines("highway, bias −2", 14), in_two_lines("with skips", 14)
    ('highway,<br>bias −2', 'with skips')
    """
    if columns_of(text) <= columns:
        return text
    gaps = [*re.finditer(r"，|, ", text)] or [*re.finditer(" ", text)]
    halves = [(text[: gap.end()], text[gap.end() :]) for gap in gaps]
    widest = {max(map(columns_of, half)): half for half in reversed(halves)}
    return "<br>".join(part.strip() for part in widest[min(widest)]) if widest else text


def kind_text(kind: str) -> str:
    """A kind of layer or skip as people read it; `tools.messages` gathers all there are."""
    return _(kind.replace("_", " "))


def listed_apart(parts: Iterable[str]) -> str:
    """Items that have commas themselves: a, b; c."""
    return joined_by(N_("{list}; {next}"), list(parts))


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th; 11th, 21st, 112th."""
    teens = number % 100 in (11, 12, 13)
    other = N_("{number}th")
    return _(other if teens else _ORDINALS.get(number % 10, other), number=format(number, ","))


def loss_text(value: float) -> str:
    """Losses differ little: 2.30, 0.049."""
    if not 1e-3 <= abs(value) < 100:
        return number_text(value)
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def percent_text(share: float, digits: int = 0, fine: bool = False) -> str:
    """A share as people say it, never 0 % or 100 % unless it is that; shares that were summed up
    miss 1 by a rounding error.

    With `digits` behind the point it is rounded like any number, and `fine` means one digit as far
    as it is neither 0 nor all.

    >>> [percent_text(share) for share in (0.31, 0.004, 1e-9, 0.9999, -1e-9)]
    ['31 %', '0.4 %', '< 0.1 %', '> 99.9 %', '> −0.1 %']
    """
    if not np.isfinite(share):
        return number_text(share)
    percent = 100.0 if abs(share - 1) < ROUNDING else 100 * share
    size, than = abs(percent), ""
    if digits:
        number = f"{percent:.{digits}f}"
    elif _is_fine(size) or (fine and size not in (0, 100)):
        shown = max(size, 0.1) if not 99.95 < size < 100 else 99.9
        number = f"{np.copysign(shown, percent):.1f}"
        if size < 0.05 or 99.95 < size < 100:
            than = "< " if (size < 1) == (percent > 0) else "> "
    else:
        number = f"{percent:.0f}"
    return _("{number} %", number=than + with_minus(number))


def _is_fine(percent: float) -> bool:
    return 0 < percent < 0.95 or 99.05 < percent < 100


def percent_texts(shares: Iterable[float]) -> list[str]:
    """Each with a digit behind the point, for hover texts.

    >>> percent_texts((0.31, 2e-5, 0))
    ['31.0 %', '< 0.1 %', '0 %']
    """
    return [percent_text(float(share), fine=True) for share in shares]


def percents_alike(shares: Iterable[float]) -> Callable[[float], str]:
    """How shares of one sentence are written: all with a digit behind the point if one needs it.

    >>> [*map(percents_alike((0.982, 0.996)), (0.982, 0.996, 1))]
    ['98.2 %', '99.6 %', '100 %']
    """
    return partial(percent_text, fine=any(_is_fine(abs(100 * share)) for share in shares))


def scores_alike(scores: Iterable[float]) -> Callable[[float], str]:
    """The same of R²."""
    return partial(score_text, fine=any(0.99 < score < 1 for score in scores))


def score_text(score: float, fine: bool = False) -> str:
    """R², to two digits, to three near 1, which it reads as only where it is exactly that."""
    if 0.99 < score < 1:
        return f"{min(score, 0.999):.3f}"
    if fine and abs(score) < 1:
        return with_minus(f"{score:.3f}")
    return with_minus(f"{round(score, 2) + 0.0:.2f}") if abs(score) < 100 else number_text(score)


def spread_texts(values: Sequence[float], text: Callable[[float], str]) -> tuple[str, str, str]:
    """Median, least and largest."""
    return text(float(np.median(values))), text(min(values)), text(max(values))


def with_range(values: Sequence[float], text: Callable[[float], str]) -> str:
    """The median, and the range in brackets where there are several that read differently."""
    middle, low, high = spread_texts(values, text)
    if low == high:
        return middle
    return _("{middle} ({low} to {high})", middle=middle, low=low, high=high)


def layers_text(layers: Iterable[int]) -> str:
    """layer 3; layers 2 and 3; layers 2 to 5 and 9."""
    numbers = sorted(layers)
    runs = [[k for __, k in run] for __, run in groupby(enumerate(numbers), lambda e: e[1] - e[0])]
    if len(numbers) == 1:
        return _("layer {layer}", layer=numbers[0])
    if len(runs) > MOST_RANGES:
        return _(
            "{count} layers (the first is layer {layer})", count=len(numbers), layer=numbers[0]
        )
    return _("layers {list}", list=listed_and(part for run in runs for part in _parts(run)))


def weakest_text(weakest: tuple[int, float] | None) -> str:
    """The weakest layer's share of the largest gradient, for a table."""
    if weakest is None:
        return _("none")
    return _("{share} (layer {layer})", share=number_text(weakest[1]), layer=weakest[0])


def _parts(run: Sequence[int]) -> list[str]:
    if len(run) > 2:
        return [_("{first} to {last}", first=run[0], last=run[-1])]
    return [str(k) for k in run]


def duration_text(seconds: float) -> str:
    """Seconds up to a hundred, then minutes, then hours."""
    if seconds < 1.5:
        return _("a second")
    if seconds < 100:
        return _("{seconds} s", seconds=format(seconds, ".0f"))
    if seconds < 6000:
        return _("{minutes} min", minutes=format(seconds / 60, ".0f"))
    return _("{hours} h", hours=format(seconds / 3600, ".1f"))
