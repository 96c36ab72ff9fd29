"""Networks to start from: `names()`, `load(name)`, and `info(name)` for what is known of each."""

from skipviz.language import _
from skipviz.network import Network
from skipviz.presets import (
    attending,
    branched,
    chains,
    convolutional,
    grouped,
    mobile,
    over_depth,
    recurrent,
    residual,
    resnets,
    transformers,
    wired,
)
from skipviz.presets.preset import Preset
from skipviz.text import meant

_PRESETS: dict[str, Preset] = {
    preset.name: preset
    for module in (
        chains,
        residual,
        resnets,
        convolutional,
        transformers,
        wired,
        recurrent,
        attending,
        over_depth,
        mobile,
        grouped,
        branched,
    )
    for preset in module.PRESETS
}


def names() -> tuple[str, ...]:
    """The names `load` takes.

    >>> import skipviz as sv
    >>> sv.presets.names()[0]
    'default'
    """
    return tuple(_PRESETS)


def info(name: str) -> Preset:
    """Title, source, input shape, outputs and data set of a preset; ValueError says what is meant.

    >>> import skipviz as sv
    >>> sv.presets.info("resnet20").input_shape
    (3, 32, 32)
    """
    if name not in _PRESETS:
        raise ValueError(_unknown(name))
    return _PRESETS[name]


def load(name: str) -> Network:
    """A preset by name; ValueError says which one may be meant, or names all.

    >>> import skipviz as sv
    >>> network = sv.presets.load("default")
    >>> network.depth, network.skips[0].ends
    (40, (1, 3))
    """
    return info(name).build()


def _unknown(name: str) -> str:
    near = meant(str(name), _PRESETS)
    if near is None:
        known = ", ".join(_PRESETS)
        return _("There is no preset {name}. Known are {known}.", name=repr(name), known=known)
    return _(
        "There is no preset {name}. Did you mean {near}? sv.presets.names() lists them all.",
        name=repr(name),
        near=near,
    )
