"""The gradient along paths, exact and sampled."""
