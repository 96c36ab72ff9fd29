"""Valid input with a few of its parts changed, for every door, in a process that is held to bounds.

`nasty` draws values nobody would type; here everything begins valid and keeps its form: subtrees
change places, lists grow, two documents are spliced, a number becomes its neighbour.
"""
