"""The loop that yields a frame per step."""
