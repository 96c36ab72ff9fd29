"""Studies: sweeps over depth, width, activation, init, norm and skips, drawn as they come."""

from skipviz.ui import studies

studies.render()
