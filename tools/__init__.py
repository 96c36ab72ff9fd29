"""Helpers of the Makefile and the tests; not part of the package."""
