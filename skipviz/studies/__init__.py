"""Studies: sweeps over depth, width, activation, init, norm, skips, learning rate and seeds."""

from skipviz.studies.patterns import Pattern
from skipviz.studies.study import Study, StudyError
from skipviz.studies.trials import Trial, trials

__all__ = ["Pattern", "Study", "StudyError", "Trial", "trials"]
