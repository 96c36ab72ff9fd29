"""The presets the page offers: those for which it has data, each with the data it is meant for."""

import functools

from skipviz import data, presets
from skipviz.network import Network
from skipviz.settings import Settings


@functools.cache
def networks() -> dict[str, Network]:
    """Name and network of every preset offered, in the order of the picker."""
    return {
        name: presets.load(name) for name in presets.names() if data.default_for(name) is not None
    }


def rate_for(preset: str | None) -> float:
    """The learning rate a preset trains with; without one, the rate the app opens with."""
    return Settings().learning_rate if preset is None else presets.info(preset).learning_rate


def preset_named(network: Network, on: str) -> str | None:
    """The preset that a network is on the data `on`; None for the visitor's own.

    Two presets may be one network, meant for different data: the one meant for these data goes
    first, then one whose data are at hand.
    """
    same = [name for name, preset in networks().items() if preset == network]
    return min(same, key=lambda name: _distance(data.default_for(name) or "", on), default=None)


def _distance(meant: str, on: str) -> int:
    """How far the data that a preset is meant for are from those it is on."""
    return 0 if meant == on else 1 if data.at_hand(meant) else 2
