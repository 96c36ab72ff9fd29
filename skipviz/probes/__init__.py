"""What is measured in every layer, and how it is shown, as data.

`skipviz.engine.probes` measures it. Importing this package imports no torch.
"""

from skipviz.probes.catalogue import HISTOGRAM_EDGES, PROBES, probes_of
from skipviz.probes.probe import Probe

__all__ = ["HISTOGRAM_EDGES", "PROBES", "Probe", "probes_of"]
