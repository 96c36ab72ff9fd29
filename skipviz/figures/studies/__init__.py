"""Studies: one quantity across one factor, a curve or a row of squares per value of another.

Measured runs are points on a curve, in a band from the least to the greatest seed; what mean
field theory predicts is a thin dotted line, or a heat map of its own on the scale of the other.
"""

from skipviz.figures.studies.curves import study_curves_spec
from skipviz.figures.studies.maps import study_heatmap_spec
from skipviz.figures.studies.shared import FACTOR_LABELS, value_label

__all__ = ["FACTOR_LABELS", "study_curves_spec", "study_heatmap_spec", "value_label"]
