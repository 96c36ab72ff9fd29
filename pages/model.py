"""Your model: a run of somebody's own PyTorch model, with its skips and without them."""

from skipviz.ui import model

model.render()
