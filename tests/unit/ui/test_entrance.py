"""Who is turned away is told why, and who is inside stays."""

import asyncio
from typing import Any

import pytest

from skipviz.ui.serving.entrance import AGAIN, Entrance

PAGE, STREAM = "/learn", "/lab/_stcore/stream"
PATIENCE = 60  # seconds


class House:
    """A server with so many places; the app behind the entrance keeps every websocket open."""

    def __init__(self, most: int = 100, most_each: int = 100, room: bool = True) -> None:
        self.room = room
        self.leave = asyncio.Event()
        self.app = Entrance(self._behind, most, most_each, lambda: self.room)

    async def _behind(self, scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            await self.leave.wait()
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})

    async def ask(self, client: str, path: str = PAGE, method: str = "GET") -> list[dict[str, Any]]:
        """What is answered to a request for a page, or to a tab that wants to connect."""
        answers: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            answers.append(message)

        kind = "websocket" if path == STREAM else "http"
        scope = {"type": kind, "method": method, "path": path, "client": (client, 0), "headers": []}
        task = asyncio.create_task(self.app(scope, receive, send))
        while not answers:
            await asyncio.sleep(0)
        if kind == "http":
            await task
        return answers

    async def open(self, client: str, tabs: int) -> list[str]:
        return [(await self.ask(client, STREAM))[0]["type"] for _ in range(tabs)]


IN, OUT = "websocket.accept", "websocket.close"


def test_an_address_has_so_many_tabs_and_others_come_in() -> None:
    async def story() -> None:
        house = House(most_each=10)
        assert await house.open("a", 10) == [IN] * 10
        start, body = await house.ask("a")
        assert start["status"] == 503
        assert dict(start["headers"])[b"retry-after"] == str(AGAIN).encode()
        text = body["body"].decode()
        assert "From your internet address 10 tabs are open here" in text
        assert f'http-equiv="refresh" content="{AGAIN}"' in text
        assert (await house.ask("b"))[0]["status"] == 200
        assert await house.open("a", 2) == [IN, OUT]  # whoever was sent a page has a place
        assert await house.open("b", 1) == [IN]

    asyncio.run(asyncio.wait_for(story(), PATIENCE))


def test_a_place_is_free_again_once_a_tab_has_left() -> None:
    async def story() -> None:
        house = House(most_each=1)
        await house.open("a", 2)
        assert (await house.ask("a"))[0]["status"] == 503
        house.leave.set()
        while (await house.ask("a"))[0]["status"] != 200:
            pass
        assert await house.open("a", 1) == [IN]

    asyncio.run(asyncio.wait_for(story(), PATIENCE))


@pytest.mark.parametrize("caps", [{"most": 2}, {"room": False}])
def test_a_full_server_turns_away_whoever_comes(caps: dict[str, Any]) -> None:
    async def story() -> None:
        house = House(**caps)
        tabs = [await house.open(client, 1) for client in "abcd"]
        assert tabs.count([IN]) == (3 if house.room else 0)
        start, body = await house.ask("e")
        assert start["status"] == 503
        assert "As many people are here as this server has room for" in body["body"].decode()

    asyncio.run(asyncio.wait_for(story(), PATIENCE))


@pytest.mark.parametrize(
    ("path", "method"),
    [("/_stcore/health", "GET"), ("/static/js/index.js", "GET"), ("/learn", "HEAD"),
     ("/_stcore/upload_file/a/b", "PUT"), ("/_stcore/host-config", "GET")],
)  # fmt: skip
def test_what_who_is_inside_asks_for_passes_a_full_entrance(path: str, method: str) -> None:
    async def story() -> None:
        assert (await House(room=False).ask("a", path, method))[0]["status"] == 200

    asyncio.run(asyncio.wait_for(story(), PATIENCE))
