"""The value of a setting as people read it."""

from skipviz.settings import UNTIL_STOPPED
from skipviz.text import rates_text


def setting_text(name: str, value: object) -> str:
    """`value` as it comes out of `Settings.model_dump`."""
    if name == "steps" and value == UNTIL_STOPPED:
        return "until stopped"
    if isinstance(value, tuple):
        return rates_text(value) if name == "rate_changes" and value else _listed(value)
    return "none" if value is None else str(value)


def _listed(values: tuple[object, ...]) -> str:
    return ", ".join(map(str, values)) or "none"
