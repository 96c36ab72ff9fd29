"""Measuring every layer of every arm."""
