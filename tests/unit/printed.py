"""What is printed again, compared with what a page or a notebook says."""

import re

import pytest

NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:e[-+]\d+)?(?![\w.]*\w)")


def assert_same_output(printed: str, told: str) -> None:
    """The same words; numbers as far as they are the same on every processor, 0 exactly."""
    lines = [[line.rstrip() for line in text.strip().splitlines()] for text in (printed, told)]
    words = [[NUMBER.sub("#", line) for line in each] for each in lines]
    assert words[0] == words[1]
    for mine, other in zip(*lines, strict=True):
        numbers = [[float(each) for each in NUMBER.findall(line)] for line in (mine, other)]
        assert numbers[0] == pytest.approx(numbers[1], rel=0.1, abs=0), mine
