"""Any PyTorch model, as it runs: its skips found, switched and measured in the user's own loop."""
