"""A session leaves no more than a few files on the server, whatever it sends."""

import asyncio
from typing import Any

import pytest
from streamlit import config

from skipviz.ui.serving import uploads
from skipviz.ui.serving.uploads import FILES, Uploads

LARGEST = 10 * 2**20


@pytest.fixture(autouse=True)
def ten_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "get_option", {"server.maxUploadSize": 10}.__getitem__)


class Server:
    """Takes whatever reaches it, unless it is told to refuse."""

    def __init__(self) -> None:
        self.status = 204
        self.door = Uploads(self._take)

    async def _take(self, _scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def ask(self, file: str, size: int | None, session: str = "a", method: str = "PUT") -> int:
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [] if size is None else [(b"content-length", str(size).encode())]
        path = f"/lab/_stcore/upload_file/{session}/{file}"
        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        asyncio.run(self.door(scope, send, send))
        status: int = sent[0]["status"]
        return status


@pytest.fixture
def server() -> Server:
    return Server()


def test_forty_files_are_not_taken(server: Server) -> None:
    answers = [server.ask(f"file{number}", LARGEST) for number in range(40)]
    assert answers == [204] * FILES + [413] * (40 - FILES)
    assert server.ask("theirs", LARGEST, session="b") == 204


def test_who_removes_a_file_has_room_again(server: Server) -> None:
    for number in range(FILES):
        server.ask(f"file{number}", LARGEST)
    assert server.ask("more", 1) == 413
    assert server.ask("file0", None, method="DELETE") == 204
    assert server.ask("more", LARGEST) == 204
    assert server.ask("more", LARGEST) == 204  # the same file anew


@pytest.mark.parametrize("size", [None, "-5", "9" * 20, "x"])
def test_who_does_not_say_how_much_is_taken_to_send_the_most(server: Server, size: Any) -> None:
    assert [server.ask(str(number), size) for number in range(FILES + 1)][-1] == 413


def test_what_the_server_refused_is_not_counted(server: Server) -> None:
    server.status = 400
    assert {server.ask(str(number), LARGEST) for number in range(20)} == {400}
    server.status = 204
    assert server.ask("good", LARGEST) == 204


def test_sessions_do_not_pile_up(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "SESSIONS", 3)
    for number in range(10):
        server.ask("file", 1, session=str(number))
    assert list(server.door._held) == ["7", "8", "9"]


def test_all_else_passes(server: Server) -> None:
    assert server.ask("file", 99 * LARGEST, method="OPTIONS") == 204
