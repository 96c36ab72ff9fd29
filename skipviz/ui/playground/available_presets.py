"""The presets the page offers: those for which it has data, each with the data it is meant for."""

import functools

from skipviz import data, presets
from skipviz.network import Network
from skipviz.settings import Settings


@functools.cache
def networks() -> dict[str, Network]:
    """Name and network of every preset offered, in the order of the picker."""
    return {
        name: presets.load(name) for name in presets.names() if data.meant_for(name) is not None
    }


def rate_for(preset: str | None) -> float:
    """The learning rate a preset trains with; without one, the rate the app opens with."""
    return Settings().learning_rate if preset is None else presets.info(preset).learning_rate


def preset_named(network: Network, chosen: str | None = None) -> str | None:
    """The preset that a network is; None for the visitor's own.

    Some presets are the same network for other data: of these it is the one `chosen`.
    """
    same = [name for name, preset in networks().items() if preset == network]
    return chosen if chosen in same else next(iter(same), None)
