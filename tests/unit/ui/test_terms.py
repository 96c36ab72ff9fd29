"""Words of the verdict that are explained where they are read."""

import html
from pathlib import Path

import pytest

from skipviz.runs.verdict import messages, verdict
from skipviz.teaching.glossary import definition
from skipviz.training import Run
from skipviz.ui.components.headline import sentence_html
from skipviz.ui.components.terms import _IN_SENTENCES, explained

RUNS = Path(__file__).parents[2] / "verdicts" / "runs"
OF_NUMBERS = str(verdict(Run.load(RUNS / "preset-gated_pinn.npz")))  # which names its score itself
SAID = " ".join(
    [str(value) for name, value in vars(messages).items() if name.isupper()] + [OF_NUMBERS]
)


@pytest.mark.parametrize("word", _IN_SENTENCES)
def test_each_word_is_said_by_the_verdict_and_defined(word: str) -> None:
    assert word in SAID
    meaning = html.escape(definition(_IN_SENTENCES[word]), quote=True)
    assert f'data-meaning="{meaning}"' in explained(f"With it, {word} is a word.", set())


def test_a_sentence_defines_a_word_once_and_never_within_another() -> None:
    said = sentence_html(
        [
            ("26 of 40 layers are starved, by ", None),
            ("chance", "plain"),
            (" starved; signals", None),
        ]
    )
    assert said.count("data-meaning") == 1
    assert "starved; signals" in said


def test_what_is_no_term_stays_plain_text() -> None:
    assert explained("a < b by 3 %", set()) == "a &lt; b by 3\u00a0%"
