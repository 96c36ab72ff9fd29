"""Times as a person says them."""

import pytest

from skipviz.ui.durations import duration_text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "a second"), (12.4, "12 s"), (99.4, "99 s"), (150, "2 min"), (9_000, "2.5 h")],
)
def test_long_times_are_said_in_long_units(seconds: float, said: str) -> None:
    assert duration_text(seconds) == said
