"""Mean field theory: the gradient against depth at initialisation, predicted without a run."""

from skipviz.theory.layers import TheoryError
from skipviz.theory.mean_field import BATCH_NORM_RELU_GROWTH, Prediction, predict

__all__ = ["BATCH_NORM_RELU_GROWTH", "Prediction", "TheoryError", "predict"]
