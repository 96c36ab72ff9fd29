"""PyTorch source of a drawn network."""
