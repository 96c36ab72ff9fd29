"""What equations say in words, in the language of the reader."""

from gettext import NullTranslations

import pytest

from skipviz import export, language
from skipviz.export.formulas.symbols import in_words
from skipviz.language import speaking
from skipviz.network import Network

NETWORK = Network.mlp(depth=3, width=8, skips=((1, 3),), norm="layer")


class _German(NullTranslations):
    def gettext(self, message: str) -> str:
        known = {
            "{z} what {f} reads": "was {f} liest, ist {z}",
            "the derivative of the {operation}": "die Ableitung: {operation}",
            "norm": "Normierung",
            "Forward pass": "Vorwärts",
        }
        return known.get(message, message)


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "NAMES", {"en": "English", "de": "Deutsch"})
    found = {"de": _German()}
    monkeypatch.setattr(language, "catalogue", lambda tag: found.get(tag, NullTranslations()))


def test_symbols_stand_where_the_language_has_them() -> None:
    assert in_words("{z} what {f} reads", z="z", f="f") == r"z \text{ what } f \text{ reads}"
    with speaking("de"):
        said = in_words("{z} what {f} reads", z="z", f="f")
        assert said == r"\text{was } f \text{ liest, ist } z"


def test_the_equations_of_a_page_are_in_its_language() -> None:
    with speaking("de"):
        symbols = dict(export.equations(NETWORK))["Symbols"]
    assert r"\text{die Ableitung: Normierung}" in symbols
    assert r"\text{ liest, ist } \bm{z}" in symbols


def test_a_latex_document_is_in_english() -> None:
    with speaking("de"):
        found = export.latex(NETWORK)
    assert found == export.latex(NETWORK)
    assert "the derivative of the norm" in found
