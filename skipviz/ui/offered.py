"""What of the network language the page offers: that which the engine trains today."""

from skipviz import presets

SKIP_KINDS = ("add", "projection")
PRESETS = ("default", "plain", "forward_skip", "residual", "dense_64", "dense_64_skip")


def preset_titles() -> dict[str, str]:
    """Name and title of the presets, in the order of the picker."""
    return {name: presets.info(name).title for name in PRESETS}
