"""What a network writes fits the published schema; what the schema refuses is refused."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from skipviz import presets
from skipviz.export import json_schema
from skipviz.network import Network, NetworkError
from tests.unit.network.network_strategies import networks

DENSE = {"kind": "dense", "width": 4}
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def test_the_schema_is_itself_valid_and_titled() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == "skipviz network"
    assert "$id" not in schema


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_fits_the_schema(name: str) -> None:
    VALIDATOR.validate(json.loads(presets.load(name).to_json()))


@settings(max_examples=200)
@given(networks())
def test_any_network_fits_the_schema(network: Network) -> None:
    VALIDATOR.validate(json.loads(network.to_json()))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"layers": []},
        {"layers": [{"width": 4}]},
        {"layers": [{"kind": "dense", "width": 0}]},
        {"layers": [{"kind": "dense", "width": 4, "colour": "red"}]},
        {"layers": [{"kind": "perceptron", "width": 4}]},
        {"layers": [DENSE], "skips": [{"source": 0, "target": 1}]},
        {"layers": [DENSE], "skips": [{"kind": "add", "source": 0}]},
        {"layers": [DENSE], "time_steps": 0},
        {"layers": [DENSE], "defaults": {"activation": "relu7"}},
        {"layers": [DENSE], "title": "no such field"},
    ],
)
def test_what_the_schema_refuses_no_network_is_made_of(fields: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(fields)
    with pytest.raises(NetworkError):
        Network.from_json(json.dumps(fields))
