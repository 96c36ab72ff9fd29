"""A real server that is full: who comes is told so, and who is there is served as before."""

import asyncio
import http.client
import sys
from collections.abc import Iterator

import psutil
import pytest

from skipviz import link
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.ui.serving.entrance import RESERVE
from tools.server import running_app
from tools.visitor import Visitor

PATIENCE = 120.0
SHORT = "n=" + link.encode(Network.mlp(depth=2, width=8), Settings(steps=5))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    log = tmp_path_factory.mktemp("server") / "app.log"
    with running_app(log, SKIPVIZ_MAX_TABS_EACH="3") as running:
        yield running


def page(address: str, client: str = "127.0.0.1") -> tuple[int, str, str]:
    """Status, Retry-After and text of the page."""
    host = address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=PATIENCE, source_address=(client, 0))
    connection.request("GET", "/")
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("retry-after", ""), text


async def opened(visitor: Visitor) -> None:
    await visitor.see(lambda text: text.startswith("Not trained"), PATIENCE)


async def trains(visitor: Visitor) -> None:
    """What only a tab can do that is served as before."""
    await opened(visitor)
    await visitor.click("Train", lambda text: "finished" in text, PATIENCE)


def test_an_address_with_too_many_tabs_is_turned_away_and_others_come_in(
    server: tuple[str, int],
) -> None:
    address, _ = server

    async def story() -> None:
        async with Visitor(address, SHORT) as first, Visitor(address), Visitor(address):
            status, again, text = await asyncio.to_thread(page, address)
            assert (status, again) == (503, "15")
            assert "From your internet address 3 tabs are open here" in text
            if sys.platform == "linux":  # elsewhere the loopback network has one address
                assert (await asyncio.to_thread(page, address, "127.0.0.2"))[0] == 200
                async with Visitor(address, SHORT, "127.0.0.2") as other:
                    await trains(other)
            await trains(first)

    asyncio.run(story())


def test_without_descriptors_who_comes_reads_why_and_who_is_there_goes_on(
    server: tuple[str, int],
) -> None:
    address, process = server
    held = psutil.Process(process)

    async def story() -> None:
        async with Visitor(address, SHORT) as inside:
            await opened(inside)
            before = held.rlimit(psutil.RLIMIT_NOFILE)
            most = held.num_fds() + RESERVE - 1
            held.rlimit(psutil.RLIMIT_NOFILE, (most, before[1]))
            try:
                status, again, text = await asyncio.to_thread(page, address)
                assert (status, again) == (503, "15")
                assert "As many people are here as this server has room for" in text
                await trains(inside)
            finally:
                held.rlimit(psutil.RLIMIT_NOFILE, before)
            assert (await asyncio.to_thread(page, address))[0] == 200

    asyncio.run(story())


def test_a_server_asks_for_as_many_descriptors_as_it_may_have(server: tuple[str, int]) -> None:
    now, most = psutil.Process(server[1]).rlimit(psutil.RLIMIT_NOFILE)
    assert now >= min(most, 65_536)
