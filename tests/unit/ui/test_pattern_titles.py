"""What the rules of skips are called in the bar."""

import pytest

from skipviz.ui.playground.build_bar import pattern_title


@pytest.mark.parametrize(
    ("pattern", "title"),
    [("none", "none"), ("every 1", "all"), ("every 2", "every 2nd"), ("every 21", "every 21st")],
)
def test_a_rule_is_called_as_people_count(pattern: str, title: str) -> None:
    assert pattern_title(pattern) == title
