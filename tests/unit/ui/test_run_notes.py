"""What is said of a run that is not of what is drawn."""

from types import SimpleNamespace
from typing import Any

import pytest

from skipviz.ui.playground.run_controls import _redrawn_text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("running", "the run of before, which goes on. Stop it"),
        ("paused", "the run of before, paused at step 7. Stop it"),
        ("stopped", "the run of before, at step 7. Train again"),
        ("finished", "the run of before, at step 7. Train again"),
    ],
)
def test_a_run_of_before_is_said_to_stand_as_it_does(state: str, said: str) -> None:
    run = SimpleNamespace(row_steps=[0, 7])
    job = SimpleNamespace(state=state, ended=state in ("stopped", "finished"))
    session: Any = SimpleNamespace(trained=run, job=job)
    assert said in _redrawn_text(session)
