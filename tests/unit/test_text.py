"""Numbers and lists as people write them."""

import pytest

from skipviz.text import (
    duration_text,
    factor_text,
    layers_text,
    loss_text,
    number_text,
    ordinal,
    percent_text,
    score_text,
    seeds_text,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
        (20, "20th"), (21, "21st"), (102, "102nd"), (111, "111th"), (113, "113th"), (123, "123rd"),
    ],
)  # fmt: skip
def test_places_in_a_row(number, text):
    assert ordinal(number) == text


@pytest.mark.parametrize(
    ("score", "text"),
    [(0.9997, "0.999"), (1.0, "1.00"), (0.994, "0.994"), (-0.003, "0.00"), (-1.25, "−1.25")],
)
def test_r2_reads_as_1_only_where_it_is_and_has_no_negative_zero(score, text):
    assert score_text(score) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.184, "0.18"),
        (42.3, "42"),
        (99.7, "100"),
        (1234.0, "1,234"),
        (-0.0153, "−0.015"),
        (-6.2e-15, "−6.2 × 10⁻¹⁵"),
        (6.2e-15, "6.2 × 10⁻¹⁵"),
    ],
)
def test_numbers_are_written_as_people_write_them(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.963, "96 %"),
        (0.004, "0.4 %"),
        (0.9996, "> 99.9 %"),
        (1e-9, "< 0.1 %"),
        (sum([0.1] * 10), "100 %"),
    ],
)
def test_percents_are_0_or_100_only_where_they_are(share, text):
    assert percent_text(share) == text


@pytest.mark.parametrize(
    ("loss", "text"), [(2.3, "2.30"), (0.0486, "0.049"), (272.4, "272"), (7e4, "7 × 10⁴")]
)
def test_losses_show_small_differences(loss, text):
    assert loss_text(loss) == text


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ([3], "layer 3"),
        ([2, 3], "layers 2 and 3"),
        ([2, 3, 4, 9], "layers 2 to 4 and 9"),
        ([1, 3, 5], "layers 1, 3 and 5"),
        ([1, 3, 5, 7, 9], "5 layers (the first is layer 1)"),
    ],
)
def test_layers_are_listed_as_people_do(layers, text):
    assert layers_text(layers) == text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "a second"), (12.4, "12 s"), (99.4, "99 s"), (150, "2 min"), (9_000, "2.5 h")],
)
def test_long_times_are_said_in_long_units(seconds: float, said: str) -> None:
    assert duration_text(seconds) == said


def test_a_factor_stays_in_one_line() -> None:
    assert factor_text(1.0312) == "×\u00a01.03"


def test_the_seeds_of_a_run_are_named_from_first_to_last() -> None:
    assert seeds_text(3) == "seed 3"
    assert seeds_text(3, 5) == "seeds 3 to 7"
