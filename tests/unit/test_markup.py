"""Names and messages from outside are text, never Markdown or HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.markup import escape_markdown

TRICKS = ("![x](https://example.com/p)", "[click](javascript:0)", "<script>alert(1)</script>")


@given(st.text(max_size=60))
def test_marks_are_escaped_and_nothing_else_changes(text: str) -> None:
    pieces = re.findall(r"\\?.", escape_markdown(text), re.DOTALL)
    assert all(len(piece) == 2 for piece in pieces if piece[-1] in "\\`*_[]<>$~#|&")
    assert "".join(piece[-1] for piece in pieces) == text


def test_a_sentence_stays_readable() -> None:
    sentence = "Skip 0 → 2 adds a state of width 64; at most 1,000 (of 10^6) are allowed."
    assert escape_markdown(sentence) == sentence


@pytest.mark.parametrize("trick", TRICKS)
def test_an_arm_cannot_be_named_like_a_link_a_picture_or_a_tag(trick: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Arm(name=trick)


@pytest.mark.parametrize("name", [*STANDARD_ARMS, "without 2 → 6", "gain 0.5 (both)", "ohne Über"])
def test_an_arm_can_be_named_in_words(name: str) -> None:
    assert Arm(name=name).name == name
