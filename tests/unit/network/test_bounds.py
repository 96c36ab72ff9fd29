"""Every number of the language at the bounds that its published schema names, and beyond."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from skipviz import network as language
from skipviz.network import Limits
from skipviz.network import layers as layers_
from skipviz.network import skips as skips_
from skipviz.network import styles as styles_
from skipviz.network import wiring as wiring_
from skipviz.spec import Spec

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs" / "network.schema.json").read_text(encoding="utf-8"))
NEEDED = {"source": 0, "target": 3, "width": 4, "channels": 4, "vocabulary": 4, "shape": [4],
          "count": 4, "state": 1, "entries": [1]}  # fmt: skip
Bound = tuple[str, str, float, float]  # part, field, what is allowed, what is not


def bounds() -> Iterator[Bound]:
    for part, described in SCHEMA["$defs"].items():
        for field, rule in described["properties"].items():
            for one in (rule, *rule.get("anyOf", ())):
                if one.get("type") in ("integer", "number"):
                    yield from ((part, field, *pair) for pair in _edges(one))


def _edges(rule: dict[str, Any]) -> Iterator[tuple[float, float]]:
    step = 1 if rule["type"] == "integer" else 0.25
    close = 1e-3  # what is just inside of an open bound
    if "minimum" in rule:
        yield rule["minimum"], rule["minimum"] - step
    if "maximum" in rule:
        yield rule["maximum"], rule["maximum"] + step
    if "exclusiveMinimum" in rule:
        yield rule["exclusiveMinimum"] + close, rule["exclusiveMinimum"]
    if "exclusiveMaximum" in rule:
        yield rule["exclusiveMaximum"] - close, rule["exclusiveMaximum"]


def part_named(name: str) -> type[Spec]:
    places = (language, layers_, skips_, styles_, wiring_)
    found: type[Spec] = next(getattr(place, name) for place in places if hasattr(place, name))
    return found


@pytest.mark.parametrize(("part", "field", "allowed", "refused"), list(bounds()))
def test_a_number_may_be_at_its_bound_and_not_beyond(part, field, allowed, refused) -> None:
    kind = part_named(part)
    fields = {name: NEEDED[name] for name in NEEDED if name in kind.model_fields}
    assert getattr(kind.model_validate(fields | {field: allowed}), field) == allowed
    with pytest.raises(ValidationError) as refusal:
        kind.model_validate(fields | {field: refused})
    assert refusal.value.errors()[0]["loc"][0] == field


@pytest.mark.parametrize("part", SCHEMA["$defs"])
def test_what_is_not_said_is_what_the_schema_names(part: str) -> None:
    kind = part_named(part)
    fields = {name: NEEDED[name] for name in NEEDED if name in kind.model_fields}
    said = kind.model_validate(fields).model_dump(mode="json")
    for field, rule in SCHEMA["$defs"][part]["properties"].items():
        if field not in fields and rule.get("default") is not None:
            assert said[field] == rule["default"], field


@pytest.mark.parametrize("field", Limits.model_fields)
def test_a_cap_is_at_least_one_of_its_kind_but_skips_may_be_forbidden(field: str) -> None:
    least = 0 if field == "skips" else 1
    assert getattr(Limits(**{field: least}), field) == least
    with pytest.raises(ValidationError):
        Limits(**{field: least - 1})


def test_the_caps_are_those_that_hosts_are_told() -> None:
    text = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    told = re.findall(r"\| `SKIPVIZ_MAX_(\w+)` \| ([\d,]+) \|", text)
    caps = {name.lower(): int(number.replace(",", "")) for name, number in told}
    usual = Limits().model_dump()
    assert usual.pop("entries") == 2**24  # not a setting of hosts
    assert {name: caps[name] for name in usual} == usual
