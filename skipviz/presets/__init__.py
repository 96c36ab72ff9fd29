"""Networks to start from: `names()`, `load(name)`, and `info(name)` for what is known of each."""

from skipviz.network import Network
from skipviz.presets import chains, convolutional, residual, resnets, transformers
from skipviz.presets.preset import Preset

_PRESETS: dict[str, Preset] = {
    preset.name: preset
    for module in (chains, residual, resnets, convolutional, transformers)
    for preset in module.PRESETS
}


def names() -> tuple[str, ...]:
    """The names `load` takes."""
    return tuple(_PRESETS)


def info(name: str) -> Preset:
    """Title, source, input shape, outputs and data set of a preset; ValueError names all."""
    if name not in _PRESETS:
        raise ValueError(f"There is no preset {name!r}. Known are {', '.join(_PRESETS)}.")
    return _PRESETS[name]


def load(name: str) -> Network:
    """A preset by name; ValueError names those there are."""
    return info(name).build()
