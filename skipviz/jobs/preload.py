"""What the fork server imports once, so that every worker starts warm.

Nothing here may run a backward pass or touch CUDA: neither survives a fork.
"""

import sklearn.datasets
import sklearn.model_selection
import sklearn.preprocessing
import torch
import torch._dynamo  # Adam imports it lazily, which would cost its first step a second

import skipviz.engine.training.trainer
from skipviz import data

data.load("digits")  # so that workers find them parsed

__all__ = ["skipviz", "sklearn", "torch"]
