"""How the chapters train for what they measure themselves."""

from skipviz.settings import Settings


def minimal(settings: Settings, **fields: object) -> Settings:
    """The same on the CPU with the fewest probes; `fields` are changed as well.

    On the CPU because these small networks take turns there, and states are read in between.
    """
    return settings.model_copy(update={"probes": "minimal", "device": "cpu", **fields})
