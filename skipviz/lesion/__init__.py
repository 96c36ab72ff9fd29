"""Deleting layers and skips of a trained network, after Veit et al. 2016, section 4."""
