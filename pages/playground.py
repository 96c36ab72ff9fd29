"""The playground: draw a network, train it, see the gradient with and without its skips."""

from skipviz.ui import playground

playground.render()
