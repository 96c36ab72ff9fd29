"""docs/network.schema.json is the schema of today's networks."""

import json
from pathlib import Path

from skipviz.export import json_schema

PUBLISHED = Path(__file__).parents[3] / "docs" / "network.schema.json"


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json_schema(), (
        "Write json_schema() to docs/network.schema.json again."
    )
