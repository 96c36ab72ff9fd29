"""Learn: short chapters, each with something measured beside the text."""

from skipviz.ui import learn

learn.render()
