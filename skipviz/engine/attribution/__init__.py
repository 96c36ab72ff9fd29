"""Where the gradient came from, exactly: by skip, by number of skips taken, by path length.

Nothing is sampled or approximated: the parts of a gradient add up to what autograd gives. What is
public of it stands in `skipviz.attribution`.
"""
