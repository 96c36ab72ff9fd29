"""What the page calls what the code has names for. `tools.messages` gathers the kinds there are."""

from skipviz.language import _


def norm_text(norm: str) -> str:
    """A norm, as people say it."""
    named = f"{norm} norm"
    return _(named)


def capital(text: str) -> str:
    """As a sentence begins; a language without capitals has it as it is."""
    return text.capitalize()
