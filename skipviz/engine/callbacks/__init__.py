"""Watching a model where a framework runs the loop, or a board shows the numbers."""
