"""A run as one HTML file that opens anywhere, without a server."""

from skipviz.report.page import report

__all__ = ["report"]
