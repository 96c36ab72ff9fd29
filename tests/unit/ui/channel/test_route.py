"""The websocket lets in who shows a token, and says nothing to anybody else."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.applications import Starlette

from skipviz.ui.channel import route as routing
from skipviz.ui.channel.access import Seats
from skipviz.ui.channel.route import Door, routes
from skipviz.ui.channel.tokens import Tokens
from tests.unit.ui.channel.jobs import Told, draw

HERE = {"origin": "https://here.org", "host": "here.org"}


class Client:
    """One end of a socket; the other is the app."""

    def __init__(self, app: Any, path: str = "/live", **headers: str) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        pairs = [(name.encode(), value.encode()) for name, value in (headers or HERE).items()]
        scope = {"type": "websocket", "path": path, "headers": pairs, "query_string": b""}
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.serving = asyncio.ensure_future(app(scope, self.inbox.get, self.outbox.put))

    def say(self, **message: Any) -> None:
        self.inbox.put_nowait({"type": "websocket.receive", **message})

    def leave(self) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def hears(self) -> Any:
        """What kind of message comes next; of a close its code."""
        message = await self.outbox.get()
        return message.get("code", message["type"].removeprefix("websocket."))


def run(visit: Callable[[Tokens, Told, Any], Awaitable[None]], **door: Any) -> None:
    """Visit an app with one running job."""

    async def visited() -> None:
        tokens, told = Tokens(), Told()
        told.make(1)
        app = Starlette(routes=routes(lambda: tokens))
        if door:
            entered = Door(lambda: tokens, **door).enter
            app = Starlette(routes=[routing.WebSocketRoute("/live", entered)])
        await asyncio.wait_for(visit(tokens, told, app), 30)

    asyncio.run(visited())


@pytest.mark.parametrize("path", ["/live", "/behind/a/proxy/live"])
def test_who_shows_a_token_first_gets_every_step_until_the_job_ends(path: str) -> None:
    async def visit(tokens: Tokens, told: Told, app: Any) -> None:
        client = Client(app, path)
        assert await client.hears() == "accept"
        client.say(text=tokens.grant("me", told.job, draw))
        assert await client.hears() == "send"
        told.make(1)
        assert await client.hears() == "send"
        told.end()
        assert await client.hears() == 1000

    run(visit)


@pytest.mark.parametrize("message", [{"text": "guessed"}, {"bytes": b"guessed"}])
def test_who_shows_none_is_sent_away(message: dict[str, Any]) -> None:
    async def visit(tokens: Tokens, told: Told, app: Any) -> None:
        tokens.grant("me", told.job, draw)
        client = Client(app)
        assert await client.hears() == "accept"
        client.say(**message)
        assert await client.hears() == 1008

    run(visit)


def test_who_says_nothing_is_sent_away() -> None:
    async def visit(_tokens: Tokens, _told: Told, app: Any) -> None:
        client = Client(app)
        assert [await client.hears(), await client.hears()] == ["accept", 1008]

    run(visit, patience=0.01)


def test_a_page_of_another_site_is_not_even_asked() -> None:
    async def visit(_tokens: Tokens, _told: Told, app: Any) -> None:
        assert await Client(app, origin="https://evil.org", host="here.org").hears() == 1008

    run(visit)


def test_whoever_talks_on_is_sent_away() -> None:
    async def visit(tokens: Tokens, told: Told, app: Any) -> None:
        client = Client(app)
        client.say(text=tokens.grant("me", told.job, draw))
        assert [await client.hears(), await client.hears()] == ["accept", "send"]
        client.say(text="stop the job")
        assert await client.hears() == 1008
        assert told.listeners == []

    run(visit)


def test_seats_are_given_back_by_who_leaves() -> None:
    async def visit(tokens: Tokens, told: Told, app: Any) -> None:
        token = tokens.grant("me", told.job, draw)

        async def heard() -> list[Any]:
            client = Client(app)
            client.say(text=token)
            clients.append(client)
            return [await client.hears(), await client.hears()]

        clients: list[Client] = []
        assert await heard() == ["accept", "send"]
        assert await heard() == ["accept", 1008]
        clients[0].leave()
        await clients[0].serving
        assert await heard() == ["accept", "send"]
        assert len(told.listeners) == 1

    run(visit, watching=Seats(5, 1))


def test_sockets_without_a_token_do_not_take_the_places_of_others() -> None:
    async def visit(tokens: Tokens, told: Told, app: Any) -> None:
        first = Client(app)
        assert await first.hears() == "accept"
        assert await Client(app).hears() == 1008
        first.say(text=tokens.grant("me", told.job, draw))
        assert await first.hears() == "send"
        assert await Client(app).hears() == "accept"

    run(visit, waiting=Seats(1, 1))
