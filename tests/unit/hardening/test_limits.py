"""The limits of a server: read from its environment, held to, and said in words."""

from pathlib import Path

import pytest

from skipviz import presets
from skipviz.limits import (
    LEAST_MEMORY,
    SERVER_MEMORY,
    LimitsError,
    ServerLimits,
    cores,
    from_environment,
    variable,
)
from skipviz.network import Network
from skipviz.settings import UNTIL_STOPPED, Settings

HOSTING = Path(__file__).parents[3] / "docs" / "hosting.md"
COMPUTED = {
    "jobs": "the cores there are; of a cluster, the threads of its workers",
    "memory_mb": "the machine's memory but 1 GB, shared by four processes a core",
}
NETWORK = Network.mlp(depth=3, width=8)


def test_without_variables_one_run_a_core() -> None:
    limits = from_environment({"PATH": "/bin", "SKIPVIZ_BROWSER": "chromium"})
    assert limits.jobs == cores() >= 1


@pytest.mark.parametrize(
    ("machine", "given", "processes", "memory"),
    [
        (24_000, 0, 8, (24_000 - SERVER_MEMORY) // 8),
        (24_000, 8_000, 2, 8_000),  # two that work may take as much as there is
        (24_000, 4_000, 5, 4_000),
        (2_700, 0, 3, (2_700 - SERVER_MEMORY) // 3),
        (900, 0, 2, LEAST_MEMORY),  # less than a run needs is given to none
        (None, 0, 8, None),
        (None, 700, 8, 700),
    ],
)
def test_all_processes_together_leave_room_for_the_server(
    machine: int | None,
    given: int,
    processes: int,
    memory: int | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("skipviz.limits.memory_of_machine", lambda: machine)
    limits = ServerLimits(jobs=2, memory_mb=given)
    assert (limits.processes, limits.memory) == (processes, memory)
    if machine and memory and memory > LEAST_MEMORY:
        assert SERVER_MEMORY + processes * memory <= machine


def test_every_cap_has_its_variable() -> None:
    for field, info in ServerLimits.model_fields.items():
        assert variable(field) == f"SKIPVIZ_MAX_{field.upper()}"
        assert info.description
        assert getattr(from_environment({variable(field): "7"}), field) == 7


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"SKIPVIZ_MAX_JOBS": "many"}, "SKIPVIZ_MAX_JOBS is 'many'. Input should be a valid int"),
        ({"SKIPVIZ_MAX_JOBS": "0"}, "SKIPVIZ_MAX_JOBS is '0'. Input should be greater than or"),
        ({"SKIPVIZ_MAX_SECONDS": "nan"}, "SKIPVIZ_MAX_SECONDS is 'nan'"),
        ({"SKIPVIZ_MAX_JOB": "2"}, "SKIPVIZ_MAX_JOB sets nothing; did you mean SKIPVIZ_MAX_JOBS?"),
        ({"SKIPVIZ_MAX_": "2"}, "SKIPVIZ_MAX_ sets nothing"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(environment: dict[str, str], message: str) -> None:
    with pytest.raises(LimitsError) as caught:
        from_environment(environment)
    assert message in str(caught.value)


def test_all_bad_variables_are_listed_at_once() -> None:
    with pytest.raises(LimitsError) as caught:
        from_environment({"SKIPVIZ_MAX_JOBS": "x", "SKIPVIZ_MAX_QUEUE": "-1"})
    assert len(str(caught.value).splitlines()) == 2


def test_the_caps_of_a_network_are_those_of_its_check() -> None:
    problems = NETWORK.check((64,), 10, ServerLimits(parameters=100, layers=3).network)
    assert [str(problem) for problem in problems] == [
        "The network has 754 parameters; at most 100 are allowed."
    ]


def test_a_run_without_an_end_is_ended_by_its_time() -> None:
    limits = ServerLimits(steps=100, replicas=4)
    assert limits.problems(NETWORK, Settings(steps=UNTIL_STOPPED)) == []
    assert len(limits.problems(NETWORK, Settings(steps=UNTIL_STOPPED, seeds=3))) == 1


def test_too_many_steps_and_replicas_are_refused_together() -> None:
    limits = ServerLimits(steps=100, replicas=4)
    assert limits.problems(NETWORK, Settings(steps=100, seeds=2)) == []
    assert [str(each) for each in limits.problems(NETWORK, Settings(steps=101, seeds=3))] == [
        "A run has 101 steps; at most 100 are allowed here.",
        "A run has 6 replicas (arms times seeds); at most 4 are allowed here.",
    ]


def test_the_cap_on_replicas_is_set_by_its_former_name_too() -> None:
    assert from_environment({"SKIPVIZ_MAX_COPIES": "4"}) == ServerLimits(replicas=4)
    assert from_environment({"SKIPVIZ_MAX_REPLICAS": "4"}) == ServerLimits(replicas=4)


def test_what_the_settings_themselves_refuse_is_told_as_well() -> None:
    settings = Settings(arms=("leave_one_out",))
    assert "needs a network with a skip" in str(ServerLimits().problems(NETWORK, settings)[0])
    assert ServerLimits().problems(presets.load("default"), settings) == []


def row(field: str) -> str:
    """What docs/hosting.md says of a cap."""
    info = ServerLimits.model_fields[field]
    default = COMPUTED.get(field) or f"{info.default:,}"
    return f"| `{variable(field)}` | {default} | {info.description} |"


def test_the_table_of_limits_is_that_of_the_code() -> None:
    lines = HOSTING.read_text().splitlines()
    first = lines.index("| variable | default | what it caps |") + 2
    rows = [row(field) for field in ServerLimits.model_fields]
    assert lines[first : first + len(rows) + 1] == [*rows, ""]
