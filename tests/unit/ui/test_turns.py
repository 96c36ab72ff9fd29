"""Tabs are drawn so many at once, by address in turn, and nobody waits for who has left."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from skipviz.ui.serving.turns import AHEAD, Drawing, Turns

Order = list[tuple[str, int]]


def run(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 30))


async def settled() -> None:
    """Until every task has gone as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def waits(turns: Turns, client: str, place: int, order: Order) -> None:
    await turns.take(client)
    order.append((client, place))


def test_so_many_at_once_and_one_place_is_left_for_another_address() -> None:
    async def story() -> None:
        turns, order = Turns(3), Order()
        tasks = [asyncio.create_task(waits(turns, "a", place, order)) for place in range(5)]
        await settled()
        assert order == [("a", 0), ("a", 1)]
        await waits(turns, "b", 0, order)  # at once
        late = asyncio.create_task(waits(turns, "c", 0, order))
        await settled()
        assert len(order) == 3  # no more than three
        turns.give("b")
        await late
        turns.give("a")
        await settled()
        assert order[3:] == [("c", 0), ("a", 2)]
        for task in tasks:
            task.cancel()

    run(story)


def test_addresses_have_their_turns_one_after_the_other() -> None:
    async def story() -> None:
        turns, order = Turns(1), Order()
        await turns.take("x")
        asked = [*[("a", place) for place in range(4)], ("b", 0), ("b", 1), ("c", 0)]
        tasks = [asyncio.create_task(waits(turns, *each, order)) for each in asked]
        await settled()
        client = "x"
        for _ in asked:
            turns.give(client)
            await settled()
            client = order[-1][0]
        assert order == [("a", 0), ("b", 0), ("c", 0), ("a", 1), ("b", 1), ("a", 2), ("a", 3)]
        await asyncio.gather(*tasks)

    run(story)


def test_the_turn_of_who_leaves_goes_to_the_next() -> None:
    async def story() -> None:
        turns, order = Turns(1), Order()
        await turns.take("x")
        tasks = [asyncio.create_task(waits(turns, each, 0, order)) for each in "abc"]
        await settled()
        tasks[0].cancel()  # while it waits
        await settled()
        turns.give("x")
        tasks[1].cancel()  # it was let in, and has not heard of it
        await settled()
        assert order == [("c", 0)]

    run(story)


def asks(fragment: str = "") -> dict[str, Any]:
    said = BackMsg()
    said.rerun_script.fragment_id = fragment
    return {"type": "websocket.receive", "bytes": said.SerializeToString()}


def ends(how: Any = ForwardMsg.FINISHED_SUCCESSFULLY) -> dict[str, Any]:
    said = ForwardMsg()
    said.script_finished = how
    return {"type": "websocket.send", "bytes": said.SerializeToString()}


class Tab:
    """A websocket at the door; the app behind it is played by the test."""

    def __init__(self, turns: Turns, client: str, longest: float = 60.0) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: list[dict[str, Any]] = []
        self.left = False
        self.say: Any = None

        async def app(_scope: Any, receive: Any, send: Any) -> None:
            self.say = send
            while (message := await receive())["type"] != "websocket.disconnect":
                self.heard.append(message)
            self.left = True

        async def out(message: Any) -> None:
            pass

        scope = {"type": "websocket", "path": "/lab/_stcore/stream", "client": (client, 0)}
        door = Drawing(app, turns, longest)
        self.serving = asyncio.create_task(door(scope, self.inbox.get, out))

    def ask(self, message: dict[str, Any]) -> None:
        self.inbox.put_nowait(message)


def test_a_tab_has_its_turn_until_its_run_has_ended() -> None:
    async def story() -> None:
        turns = Turns(1)
        first, second = Tab(turns, "a"), Tab(turns, "b")
        first.ask(asks())
        await settled()
        second.ask(asks())
        first.ask(asks("part"))  # passes: Streamlit makes one run of both
        await settled()
        assert (len(first.heard), len(second.heard)) == (2, 0)
        await first.say(ends(ForwardMsg.FINISHED_EARLY_FOR_RERUN))  # it goes on
        await first.say({"type": "websocket.send", "bytes": b"x" * 5_000})  # whatever is drawn
        await settled()
        assert not second.heard
        await first.say(ends())
        await settled()
        assert len(second.heard) == 1

    run(story)


@pytest.mark.parametrize("how", ["leaves", "takes long"])
def test_a_tab_that_says_no_more_does_not_keep_its_turn(how: str) -> None:
    async def story() -> None:
        turns = Turns(1)
        first = Tab(turns, "a", 0.0 if how == "takes long" else 60.0)
        second = Tab(turns, "b")
        first.ask(asks())
        await settled()
        second.ask(asks())
        if how == "leaves":
            first.ask({"type": "websocket.disconnect"})
        while not second.heard:
            await asyncio.sleep(0)

    run(story)


def test_who_waits_is_heard_up_to_a_bound() -> None:
    """uvicorn takes no answer to its pings from a tab that is not listened to, and cuts it off."""

    async def story() -> None:
        turns = Turns(1)
        await turns.take("x")
        tab = Tab(turns, "a")
        said = [asks(), asks("part"), {"type": "websocket.receive", "bytes": b"x" * AHEAD}, asks()]
        for message in said:
            tab.ask(message)
        await settled()
        assert (tab.heard, tab.inbox.qsize()) == ([], 1)
        turns.give("x")
        await settled()
        assert tab.heard == said

    run(story)


@pytest.mark.parametrize("turn_comes", [False, True])
def test_who_leaves_while_it_waits_is_drawn_no_more(turn_comes: bool) -> None:
    async def story() -> None:
        turns = Turns(1)
        await turns.take("x")
        tab = Tab(turns, "a")
        tab.ask(asks())
        await settled()
        tab.ask({"type": "websocket.disconnect"})
        if turn_comes:
            turns.give("x")
        await settled()
        assert tab.left
        assert not tab.heard
        if not turn_comes:
            turns.give("x")
        await turns.take("b")  # nobody holds the one place

    run(story)


@pytest.mark.parametrize(
    "message",
    [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "hello"},
        {"type": "websocket.receive", "bytes": b"\xff\xff\xff\xff"},
        {"type": "websocket.receive", "bytes": BackMsg(stop_script=True).SerializeToString()},
    ],
)
def test_what_asks_for_no_run_waits_for_nobody(message: dict[str, Any]) -> None:
    async def story() -> None:
        turns = Turns(1)
        await turns.take("x")
        tab = Tab(turns, "a")
        tab.ask(message)
        await settled()
        assert tab.heard == [message]

    run(story)


@pytest.mark.parametrize("scope", [{"type": "http", "path": "/_stcore/stream"},
                                   {"type": "websocket", "path": "/live"}])  # fmt: skip
def test_all_else_passes(scope: dict[str, Any]) -> None:
    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        met.append(receive)

    met: list[Any] = []
    asyncio.run(Drawing(app, Turns(1))(scope, run, run))
    assert met == [run]
