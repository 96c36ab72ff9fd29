"""The documentation site: `make docs` writes build/docs."""
