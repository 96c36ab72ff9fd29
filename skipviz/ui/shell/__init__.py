"""What surrounds every page: where it begins, where files are, computations that go on."""
