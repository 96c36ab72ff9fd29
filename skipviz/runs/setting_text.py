"""The value of a setting as people read it."""

from skipviz.language import N_, _
from skipviz.settings import UNTIL_STOPPED
from skipviz.text import listed, rates_text

NAMES = {
    "data": N_("data"),
    "noise": N_("noise"),
    "test_share": N_("test share"),
    "arms": N_("arms"),
    "steps": N_("steps"),
    "seed": N_("seed"),
    "seeds": N_("seeds"),
    "batch_size": N_("batch size"),
    "optimizer": N_("optimizer"),
    "learning_rate": N_("learning rate"),
    "momentum": N_("momentum"),
    "clip": N_("clip"),
    "weight_decay": N_("weight decay"),
    "l1": N_("l1"),
    "warmup_steps": N_("warmup steps"),
    "schedule": N_("schedule"),
    "rate_changes": N_("rate changes"),
    "evaluate_every": N_("evaluate every"),
    "probes": N_("probes"),
    "snapshot_every": N_("snapshot every"),
    "device": N_("device"),
}
"""Of the settings in a table: said with `_`."""


def setting_name(name: str) -> str:
    """A field of `Settings` as people read it."""
    return _(NAMES.get(name, name.replace("_", " ")))


def setting_text(name: str, value: object) -> str:
    """`value` as it comes out of `Settings.model_dump`."""
    if name == "steps" and value == UNTIL_STOPPED:
        return _("until stopped")
    if isinstance(value, tuple):
        return rates_text(value) if name == "rate_changes" and value else _listed(value)
    return _("none") if value is None else str(value)


def _listed(values: tuple[object, ...]) -> str:
    return listed(map(str, values)) or _("none")
