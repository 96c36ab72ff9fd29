"""Sentences are said in the language of their context, and again in that of who reads them."""

import copy
import pickle
from gettext import NullTranslations

import pytest

from skipviz import language
from skipviz.language import Sentence, _, _n, again, said_once, speak, speaking


class _German(NullTranslations):
    """A catalogue of two messages."""

    def gettext(self, message: str) -> str:
        known = {"Layer {layer} is cut off.": "Schicht {layer} hängt lose.", "yes": "ja"}
        return known.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        assert (msgid1, msgid2) == ("{count} layer", "{count} layers")
        return "{count} Schicht" if n == 1 else "{count} Schichten"


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "NAMES", {"en": "English", "de": "Deutsch"})
    found = {"de": _German()}
    monkeypatch.setattr(language, "catalogue", lambda tag: found.get(tag, NullTranslations()))


def test_a_sentence_is_said_in_the_language_of_its_context() -> None:
    assert _("Layer {layer} is cut off.", layer=3) == "Layer 3 is cut off."
    with speaking("de"):
        assert _("Layer {layer} is cut off.", layer=3) == "Schicht 3 hängt lose."
        assert _n("{count} layer", "{count} layers", 1200) == "1,200 Schichten"
        assert _("nobody translated this") == "nobody translated this"
    assert language.language() == "en"


def test_a_tag_that_is_not_known_is_english() -> None:
    with speaking("de"):
        speak("xx")
        assert language.language() == "en"


def test_what_was_kept_is_said_again_in_the_language_of_the_reader() -> None:
    kept = _("{said}: {answer}", said=_("Layer {layer} is cut off.", layer=1), answer=_("yes"))
    for same in (kept, pickle.loads(pickle.dumps(kept)), copy.deepcopy(kept)):
        with speaking("de"):
            assert again(same) == "Schicht 1 hängt lose.: ja"
        assert again(same) == "Layer 1 is cut off.: yes"
    assert again("plain text") == "plain text"
    assert isinstance(again(kept), Sentence)


def test_braces_of_a_value_are_no_places() -> None:
    assert _("{name} is taken.", name="{0}") == "{0} is taken."


def test_what_is_said_once_is_said_once_in_every_language() -> None:
    made: list[int] = []

    @said_once
    def line(layer: int) -> Sentence:
        made.append(layer)
        return _("Layer {layer} is cut off.", layer=layer)

    with speaking("en"):
        assert [line(3), line(3), line(4)] == ["Layer 3 is cut off."] * 2 + ["Layer 4 is cut off."]
    with speaking("de"):
        assert [line(3), line(3)] == ["Schicht 3 hängt lose."] * 2
    assert made == [3, 4, 3]
