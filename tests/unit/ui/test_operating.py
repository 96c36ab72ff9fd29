"""What an operator is told: how the server is, and nothing of it to visitors who need not know."""

import asyncio
import json
import logging
from typing import Any

import pytest

from skipviz.jobs import journal
from skipviz.ui.serving.operating import LOG, METRICS, Operating, watched, write_log

BUSY = {"sessions": 3, "running": 2, "waiting": 1}
PASSED = 299


async def behind(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": PASSED, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


def answered(path: str, counts: dict[str, int] = BUSY) -> tuple[int, Any, dict[bytes, bytes]]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    asyncio.run(Operating(behind, lambda: counts)(scope, behind, send))
    start, body = sent
    return start["status"], json.loads(body["body"]), dict(start["headers"])


@pytest.mark.parametrize("path", ["/health", "/lab/skipviz/health", "/health/"])
def test_health_says_how_busy_the_server_is(path: str) -> None:
    status, told, headers = answered(path)
    assert (status, told) == (200, {"status": "ok", **BUSY})
    assert headers[b"cache-control"] == b"no-store"


def test_a_server_that_still_loads_says_so() -> None:
    assert answered("/health", {})[:2] == (503, {"status": "starting"})


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/learn", "/static/js/index.js"])
def test_all_else_passes(path: str) -> None:
    assert answered(path)[0] == PASSED


def test_metrics_are_off_the_port_of_visitors_unless_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(METRICS, raising=False)
    assert answered("/_stcore/metrics")[0] == 404
    assert answered("/lab/_stcore/metrics/")[0] == 404
    monkeypatch.setenv(METRICS, "1")
    assert answered("/_stcore/metrics")[0] == PASSED


@pytest.fixture
def logger(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    made = logging.Logger("of this test")
    monkeypatch.setattr(journal, "LOGGER", made)
    return made


@pytest.mark.parametrize(("value", "written"), [("1", True), ("0", False), ("", False)])
def test_lines_are_written_where_the_variable_says_so(
    logger: logging.Logger,
    value: str,
    written: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger.setLevel(logging.WARNING)
    monkeypatch.setenv(LOG, value)
    write_log()
    write_log()  # a server that is started twice in a process writes each line once
    journal.write("tested", memory_mb=None, owner=3)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == written
    for line in lines:
        assert {**json.loads(line), "time": ""} == {"time": "", "event": "tested", "owner": 3}


def test_the_server_tells_of_itself(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    logger.setLevel(logging.INFO)
    logger.addHandler(caplog.handler)

    async def serve() -> None:
        async with watched(lambda: BUSY):
            while not caplog.records:
                await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(serve(), 60))
    line = json.loads(caplog.records[0].message)
    assert line["event"] == "server"
    assert {name: line[name] for name in BUSY} == BUSY
    assert line["threads"] > 0
