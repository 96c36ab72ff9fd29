"""Norms and shares of numbers whose squares a float64 cannot hold, against exact powers of two."""

import pytest
import torch

from skipviz.engine.attribution.scaling import row_norms, shares_of_parts

TRIANGLE = torch.tensor([[3.0, -4.0], [0.0, 0.0], [-5.0, 12.0]], dtype=torch.float64)


@pytest.mark.parametrize("power", [-1000, -300, 0, 300, 1000])
def test_norms_are_scaled_like_their_rows_and_that_of_zeros_is_zero(power: int) -> None:
    scale = 2.0**power
    assert row_norms(TRIANGLE * scale).tolist() == [5 * scale, 0.0, 13 * scale]


def test_what_is_not_finite_stays_so() -> None:
    rows = torch.tensor([[float("inf"), 1.0], [float("nan"), 1.0]], dtype=torch.float64)
    found = row_norms(rows)
    assert found[0] == float("inf")
    assert found[1].isnan()


@pytest.mark.parametrize("power", [-1000, 0, 1000])
def test_shares_are_projections_on_the_sum(power: int) -> None:
    parts = torch.tensor([[1.0, 2.0], [4.0, -2.0], [-1.0, 0.0]], dtype=torch.float64) * 2.0**power
    assert shares_of_parts(parts).tolist() == [0.25, 1.0, -0.25]


def test_parts_that_cancel_have_no_shares() -> None:
    parts = torch.tensor([[1.0, 2.0], [-1.0, -2.0]])
    assert shares_of_parts(parts).isnan().all()
