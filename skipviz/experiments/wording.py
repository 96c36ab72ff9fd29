"""Measured numbers and verdicts in words; used by the page and by the report."""

from collections.abc import Callable, Sequence
from math import inf, isfinite

from skipviz.experiments.experiment import Band, Form
from skipviz.experiments.running import Measured, Progress
from skipviz.language import _, _n
from skipviz.text import sentences, superscript, with_minus

_EXACT = 1e-6  # relative width below which a band is said as one number


def value_text(value: float, form: Form) -> str:
    """One measured number; a median over seeds of which one failed is none."""
    if not isfinite(value):
        return _("none: it diverged")
    if form == "share":
        return _("{number} %", number=f"{100 * value:.2f}")
    if form == "count":
        return f"{value:,.0f}"
    if form == "power":
        return _scientific(value)
    return with_minus(f"{value:.3f}")


def _scientific(value: float) -> str:
    """Three significant digits; a power of ten where there would be many zeros."""
    if 999.5 <= abs(value) < 1e4:
        return with_minus(f"{value:,.0f}")
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return with_minus(f"{value:.3g}")
    mantissa, exponent = f"{value:.2e}".split("e")
    return with_minus(mantissa.rstrip("0").removesuffix(".")) + f" × 10{superscript(int(exponent))}"


def measured_text(one: Measured) -> str:
    """Median and, where the seeds differ, their span."""
    form, low, high = one.quantity.form, min(one.values), max(one.values)
    median, ends = value_text(one.median, form), [value_text(end, form) for end in (low, high)]
    known = ends[0] != ends[1] and isfinite(one.median)
    return f"{median} [{', '.join(ends)}]" if known else median


def band_text(band: Band, form: Form) -> str:
    """Where a median is expected."""
    low, high = band
    if high == inf:
        return _("at least {bound}", bound=bound_text(low, form))
    if low in (0, -inf):
        bound = bound_text(high, form)
        return bound if high == low else _("at most {bound}", bound=bound)
    if high - low <= _EXACT * abs(high):
        return bound_text(high, form)
    return _("{low} to {high}", low=bound_text(low, form), high=bound_text(high, form))


def bound_text(value: float, form: Form) -> str:
    """An end of a band, which has as many digits as it was given."""
    if form == "share":
        return _("{number} %", number=f"{100 * value:.6g}")
    if form == "power" and f"{value:.0e}".startswith("1e"):
        return _scientific(value).removeprefix("1 × ")
    if form in ("number", "power") and (value == 0 or 1e-3 <= abs(value) < 1e4):
        return with_minus(f"{value:,.6g}")
    return value_text(value, form)


def verdict(progress: Progress, thin: bool) -> str:
    """The outcome: medians are compared, and single seeds that lie elsewhere are counted."""
    version = _("the short version") if thin else _("the full version")
    if not progress.finished:
        percent = format(100 * progress.done, ".0f")
        return _("Measuring {version} … {percent} %", version=version, percent=percent)
    judged = [one for one in progress.measured if one.inside is not None]
    inside = sum(bool(one.inside) for one in judged)
    if progress.inside is None:
        return _(
            "Measured, {version}. The expected bands are those of the default settings.",
            version=version,
        )
    if progress.inside:
        said = _n(
            "As claimed: the median of {count} quantity lies in its expected band ({version}).",
            "As claimed: the medians of all {count} quantities lie in their expected bands "
            "({version}).",
            inside,
            version=version,
        )
        return sentences([said, *_of_single_seeds(judged, thin)])
    return _n(
        "Not as claimed: the median of {count} of {all} quantities lies outside its expected band "
        "({version}).",
        "Not as claimed: the medians of {count} of {all} quantities lie outside their expected "
        "bands ({version}).",
        len(judged) - inside,
        all=len(judged),
        version=version,
    )


def _of_single_seeds(judged: Sequence[Measured], thin: bool) -> list[str]:
    """Where the span of a quantity leaves the band that its median lies in."""
    strays = sum(not all(map(_inside(one.quantity.band(thin)), one.values)) for one in judged)
    if not strays:
        return []
    return [
        _n(
            "Of {count} quantity single seeds lie outside.",
            "Of {count} quantities single seeds lie outside.",
            strays,
        )
    ]


def _inside(band: Band) -> Callable[[float], bool]:
    low, high = band
    return lambda value: low <= value <= high
