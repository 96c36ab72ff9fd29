"""Layers and skips left out of trained networks (Veit et al. 2016)."""
