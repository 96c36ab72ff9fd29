"""The preview of a link shows the network of the link, within bounds."""

import asyncio
import io
import subprocess
import sys

import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response

import skipviz as sv
from skipviz.ui.serving import picture
from skipviz.ui.serving.picture import HEIGHT, WIDTH, Pictures

CHAIN = sv.Network.mlp(depth=10, width=8)


def token_of(network: sv.Network) -> str:
    return sv.link.encode(network, sv.Settings())


def asked(pictures: Pictures, query: str) -> Response:
    scope = {"type": "http", "query_string": query.encode(), "headers": [], "path": "/preview.png"}
    return asyncio.run(pictures.answer(Request(scope)))


def colours(network: sv.Network) -> set[tuple[int, ...]]:
    found = picture.picture(network).getcolors(WIDTH * HEIGHT)
    return {colour for _, colour in found}


def test_it_is_a_png_of_the_size_that_chats_ask_for() -> None:
    answer = asked(Pictures("other"), f"n={token_of(CHAIN)}")
    assert (answer.status_code, answer.media_type) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.body)).size == (1200, 630)
    assert len(answer.body) < 100_000


def test_skips_and_feedback_skips_show_in_their_colours() -> None:
    forward, back = (11, 107, 203), (180, 84, 10)
    assert not {forward, back} & colours(CHAIN)
    assert {forward, back} & colours(CHAIN.add_skip(2, 6)) == {forward}
    looped = CHAIN.set_time_steps(2).add_skip(6, 2).add_skip(4, 4)
    assert {forward, back} & colours(looped) == {back}


def test_every_size_of_network_is_drawn() -> None:
    for depth in (1, 2, 200, 1000):
        skips = tuple((k, k + 2) for k in range(depth - 1))[:2000]
        assert picture.picture(sv.Network.mlp(depth, 4, skips=skips)).size == (WIDTH, HEIGHT)


@pytest.mark.parametrize("query", ["", "n=", "n=abc", "n=%3Cscript%3E", "n=" + "a" * 100_000])
def test_what_holds_no_network_leads_to_the_picture_of_the_app(query: str) -> None:
    answer = asked(Pictures("app/static/a.png"), query)
    assert (answer.status_code, answer.headers["location"]) == (307, "app/static/a.png")


def test_a_picture_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    draw = picture._png
    monkeypatch.setattr(picture, "_png", lambda token: drawn.append(token) or draw(token))
    pictures, token = Pictures("other"), token_of(CHAIN)
    assert asked(pictures, f"n={token}").body == asked(pictures, f"n={token}").body
    assert drawn == [token]


def test_few_are_drawn_at_once_and_who_waits_too_long_a_queue_gets_the_other() -> None:
    pictures = Pictures("other")
    pictures._waiting = picture.MOST_WAITING
    assert asked(pictures, f"n={token_of(CHAIN)}").status_code == 307


def test_drawing_loads_no_torch() -> None:
    code = "import sys, skipviz.ui.serving.picture; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
