"""A feed draws the newest step and none of those before it, once for all who watch."""

import asyncio
import json

import pytest

from skipviz.runs.run import Run
from skipviz.ui.channel import feed as feeds
from skipviz.ui.channel.feed import Feed
from skipviz.ui.channel.moment import Moment
from tests.unit.ui.channel.jobs import Told, draw


def step(message: bytes) -> int:
    length = int.from_bytes(message[:4], "little")
    found: int = json.loads(message[4 : 4 + length])["step"]
    return found


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST", 10_000)


def test_of_many_steps_that_came_meanwhile_only_the_newest_is_sent() -> None:
    told = Told()

    async def watch() -> list[int]:
        told.make(1)
        seen = []
        async for moment in Feed(told.job, draw).moments():
            seen.append(step(moment))
            if seen == [1]:
                for _ in range(5):
                    told.make(1)
            else:
                told.end()
        return seen

    assert asyncio.run(watch()) == [1, 6]
    assert told.listeners == []


def test_the_last_step_is_sent_though_the_job_has_ended_with_it() -> None:
    told = Told()

    async def watch() -> list[int]:
        told.make(3)
        moments = Feed(told.job, draw).moments()
        seen = [step(await anext(moments))]
        told.run.steps += 1
        told.end()
        return seen + [step(moment) async for moment in moments]

    assert asyncio.run(watch()) == [3, 4]


def test_a_step_is_drawn_once_for_all_and_anew_where_the_page_shows_something_else() -> None:
    told, drawn = Told(), []

    def noted(run: Run) -> Moment:
        drawn.append(run.steps)
        return draw(run)

    told.make(2)
    feed = Feed(told.job, noted)
    assert feed.newest()[0] == feed.newest()[0] == 2
    assert drawn == [2]
    feed.show(lambda run: noted(run))
    feed.newest()
    assert drawn == [2, 2]


def test_nothing_is_sent_before_there_is_a_step() -> None:
    told = Told()

    async def watch() -> list[int]:
        moments = Feed(told.job, draw).moments()
        first = asyncio.ensure_future(anext(moments))
        await asyncio.sleep(0)
        assert not first.done()
        told.make(1)
        return [step(await first)]

    assert asyncio.run(watch()) == [1]
