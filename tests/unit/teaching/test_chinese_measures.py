"""What Learn measures, in Chinese: found in English, as by a worker, and said again."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args

import pytest

from skipviz import presets
from skipviz.engine.measures.answers import measured
from skipviz.language import again_within
from skipviz.measures import requests as of
from skipviz.measures.results import Result
from skipviz.teaching import CHAPTERS
from tests.chinese import chinese, english_in

NOT_SAID = ("values", "formulas", "style", "name", "mode", "axis")
LONG = (of.LossBasins, of.LossesByRate, of.GeneralisationGap)
"""They train for seconds before they say anything."""
SHAPES = (of.ShapeFixes,)
"""Its sentences are those of the network's check."""


def _requests() -> Iterator[Any]:
    for chapter in CHAPTERS:
        for section in chapter.sections:
            live: Any = section.live
            if isinstance(live, type) and issubclass(live, of.SkipAtHand):
                live = live(presets.load("forward_skip"), "digits", 0, (3, 7))
            if isinstance(live, get_args(of.Measurement)) and not isinstance(live, LONG + SHAPES):
                yield pytest.param(live, id=f"{chapter.id}-{section.id}")


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, tuple):
        for each in found:
            yield from _texts(each)
    elif is_dataclass(found):
        for field in fields(found):
            if field.name not in NOT_SAID:
                yield from _texts(getattr(found, field.name))


@pytest.mark.parametrize("request_", list(_requests()))
def test_a_measurement_leaves_no_english_in_chinese(request_: of.Measurement) -> None:
    found: Result = next(measured(request_))
    with chinese():
        said = list(_texts(again_within(found)))
    assert [text for text in said if english_in(text)] == []
