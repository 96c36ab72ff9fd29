"""A slice of the loss around trained weights, after Li et al. 2018."""
