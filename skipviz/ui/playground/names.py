"""What the page calls what the code has names for. `tools.messages` gathers the kinds there are."""

from skipviz.language import _


def norm_text(norm: str) -> str:
    """A norm, as people say it."""
    named = f"{norm} norm"
    return _(named)
