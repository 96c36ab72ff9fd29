"""Every request has an answer, nothing more is imported for it, and it survives the way there."""

import importlib
import pickle
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

import skipviz
from skipviz.answers import Answered
from skipviz.request import Request
from skipviz.teaching import CHAPTERS

ROOT = Path(__file__).parents[2]
NOT_IMPORTED = ("engine", "ui", "cli")  # which hold no requests
IN_LEARN = [s.live for c in CHAPTERS for s in c.sections if not isinstance(s.live, type)]


def members(union: object) -> set[object]:
    """The classes of a union of unions."""
    return {each for part in get_args(union) for each in members(part) or {part}}


def leaves(kind: type) -> Iterator[type]:
    """Requests that nothing is made of: those that can be asked."""
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from leaves(each)


def test_every_request_there_is_has_an_answer() -> None:
    for module in pkgutil.walk_packages(skipviz.__path__, "skipviz."):
        if module.name.split(".")[1] not in NOT_IMPORTED:
            importlib.import_module(module.name)
    made_here = {each for each in leaves(Request) if each.__module__.startswith("skipviz.")}
    assert made_here == members(Answered)


@pytest.mark.parametrize("kind", sorted(members(Answered), key=lambda kind: kind.__name__))
def test_a_request_is_frozen_and_says_what_it_asks_for(kind: type) -> None:
    assert kind.__dataclass_params__.frozen
    assert kind.__doc__
    assert not kind.__doc__.startswith(kind.__name__)
    assert all("Any" not in str(field.type) for field in fields(kind))


def test_a_request_that_went_to_a_worker_is_still_the_same() -> None:
    for request in IN_LEARN:
        assert pickle.loads(pickle.dumps(request)) == request


ANSWERED = {
    "engine.measures.published": "PublishedSizes(('resnet20',))",
    "engine.measures.fit": "ShapeFixes(Network.mlp(2, 4), (64,), 10)",
    "engine.paths": "GradientByLength(Network.mlp(2, 4), Settings(steps=0))",
}
_CODE = """
import sys
from skipviz.answers import answer
from skipviz.measures.requests import *
from skipviz.network import Network
from skipviz.paths.requests import GradientByLength
from skipviz.settings import Settings
assert not any(name.startswith("skipviz.engine.") for name in sys.modules)
answer({request})
print(*(name for name in sys.modules if name.startswith("skipviz.engine.")))
"""


@pytest.mark.parametrize("room", ANSWERED)
def test_an_answer_imports_what_it_needs_and_no_other_answer(room: str) -> None:
    code = _CODE.format(request=ANSWERED[room])
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    imported = ran.stdout.split()
    assert any(name.startswith(f"skipviz.{room}") for name in imported)
    others = ("experiments", "lesion", "landscape", "measures.claims")
    unneeded = tuple(f"skipviz.engine.{other}" for other in others)
    assert not [name for name in imported if name.startswith(unneeded)]
