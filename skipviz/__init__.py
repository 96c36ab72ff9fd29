"""Draw a network, place skips, train it, and see every layer's gradient with and without them."""

from skipviz import arms, link, presets, settings
from skipviz.network import Network, NetworkError

__all__ = ["Network", "NetworkError", "arms", "link", "presets", "settings"]
