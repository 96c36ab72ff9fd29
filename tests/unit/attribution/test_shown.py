"""An attribution as a few rows of text."""

import numpy as np
import pytest

from skipviz.engine.attribution.shown import shares_by_state


def rows(count: int) -> list[tuple[str, ...]]:
    return shares_by_state([np.zeros((2, k + 1)) for k in range(count)], [np.ones(1)] * count)


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (1, [0]),
        (3, [0, 1, 2]),
        (8, [0, 1, 2, 3, 4, 5, 6, 7]),
        (9, [0, 1, 2, 3, 5, 6, 7, 8]),
        (22, [0, 3, 6, 9, 12, 15, 18, 21]),
    ],
)
def test_at_most_eight_states_are_shown_from_the_first_to_the_last(count, shown) -> None:
    found = rows(count)
    assert [name for name, *_ in found] == [f"s_{k}" for k in shown]
    assert [shape for _, shape, _ in found] == [f"(2, {k + 1})" for k in shown]


def test_shares_are_in_percent_and_of_many_the_largest_are_kept_in_order() -> None:
    few = shares_by_state([np.zeros(3)], [np.array([0.613, 0.387])])
    assert few == [("s_0", "(3,)", "0: 61.3 %, 1: 38.7 %")]
    four = shares_by_state([np.zeros(3)], [np.array([0.1, 0.2, 0.3, 0.4])])
    assert four[0][2] == "0: 10.0 %, 1: 20.0 %, 2: 30.0 %, 3: 40.0 %"
    many = shares_by_state([np.zeros(3)], [np.array([0.02, 0.5, -0.4, 0.01, 0.3, 0.57])])
    assert many[0][2] == "1: 50.0 %, 2: -40.0 %, 4: 30.0 %, 5: 57.0 % and 2 more"


def test_a_state_without_a_gradient_has_no_shares() -> None:
    assert shares_by_state([np.zeros(3)], [np.full(2, np.nan)])[0][2] == "no gradient"
