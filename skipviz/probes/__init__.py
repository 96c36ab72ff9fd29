"""What is measured in every layer (`catalogue`), and how (`steps`, `snapshots`, which need torch).

Importing this package imports no torch.
"""

from skipviz.probes.catalogue import HISTOGRAM_EDGES, PROBES, Probe, probes_of

__all__ = ["HISTOGRAM_EDGES", "PROBES", "Probe", "probes_of"]
