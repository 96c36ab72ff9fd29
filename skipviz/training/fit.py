"""Whether a network and a data set go together, as whoever trains asks (`skipviz.probes.fit`)."""

from skipviz.probes.fit import fit_problems

__all__ = ["fit_problems"]
