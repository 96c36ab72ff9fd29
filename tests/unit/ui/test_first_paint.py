"""What the page holds before Streamlit runs: the linked network, measured where it was before."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skipviz import link, presets
from skipviz.answers import answer
from skipviz.jobs import JobPool, TrainingJob
from skipviz.network import Network
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.ui.playground import first_paint
from skipviz.ui.playground.first_paint import body_html, head_html
from skipviz.ui.serving import paint
from skipviz.ui.session import shared
from skipviz.ui.session.first_pictures import FirstPictures
from skipviz.ui.session.history import History
from skipviz.ui.session.session import Session

PATIENCE = 60  # seconds
NETWORK = Network.mlp(5, 8, activation="tanh", skips=((1, 3), (3, 5)))
HEADLINE = 'class="verdict"'
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def measured() -> Iterator[TrainingJob]:
    pool = JobPool(answer, running=1)
    job = pool.submit(Training(NETWORK, Settings(steps=0)))
    assert job.wait_until_ended(PATIENCE)
    yield job
    pool.close()


@pytest.fixture
def pictures(measured: TrainingJob, monkeypatch: pytest.MonkeyPatch) -> FirstPictures:
    """The memory of a server that has measured NETWORK."""
    known = FirstPictures()
    known.note(measured)
    monkeypatch.setattr(shared, "first_pictures", lambda: known)
    return known


def given(body: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', body)
    assert found is not None
    return json.loads(found[1])


def view_in(body: str) -> Any:
    return given(body, "first-view")


def drawn(body: str) -> tuple[int, set[tuple[int, int]]]:
    view = view_in(body)
    return len(view["layers"]), {(s["source"], s["target"]) for s in view["skips"]}


@pytest.mark.usefixtures("pictures")
def test_a_link_shows_its_network_with_its_headline_and_its_gradient() -> None:
    _, body = paint.first_paint(f"n={link.encode(NETWORK, Settings(steps=77))}")
    assert drawn(body) == (5, {(1, 3), (3, 5)})
    assert view_in(body)["gradients"] is not None
    assert "Initial weights (pytorch init), seed 0, Digits 8×8" in body
    assert "Gradient of weights, per layer" in body
    (light, dark), (losses, _) = given(body, "first-figures")
    for figure in (light, dark):
        assert [len(trace["y"]) for trace in figure["data"]] == [5, 5]  # layers, in two arms
    assert light["data"][0]["line"]["color"] != dark["data"][0]["line"]["color"]
    assert losses["data"][0]["x"] == [0]


@pytest.mark.usefixtures("pictures")
def test_a_network_that_was_not_measured_is_drawn_alone() -> None:
    _, body = paint.first_paint(f"n={link.encode(Network.mlp(3, 7))}")
    assert drawn(body) == (3, set())
    assert view_in(body)["gradients"] is None
    assert HEADLINE not in body
    assert "<figure" not in body


@pytest.mark.usefixtures("pictures")
@pytest.mark.parametrize("query", ["", "n=", "n=%3Cscript%3E", "n=AAAA", "view=states&x=%ff"])
def test_without_a_sound_link_it_is_the_network_the_page_opens_with(
    query: str,
) -> None:
    _, body = paint.first_paint(query)
    default = presets.load("default")
    assert drawn(body) == (default.depth, {skip.ends for skip in default.skips})


@pytest.mark.usefixtures("pictures")
def test_of_several_networks_in_an_address_the_last_one_counts() -> None:
    first, last = (link.encode(Network.mlp(depth, 4)) for depth in (2, 3))
    assert drawn(paint.first_paint(f"n={first}&n={last}")[1])[0] == 3


@pytest.mark.usefixtures("pictures")
def test_the_charts_are_those_of_the_view_in_the_address() -> None:
    token = link.encode(NETWORK)
    _, body = paint.first_paint(f"n={token}&view=states")
    assert HEADLINE in body
    assert "<figure" not in body


@pytest.mark.parametrize("query", ["hide=build", "hide=tray,data", "embed=true"])
def test_where_the_drawing_stands_elsewhere_nothing_is_drawn(query: str) -> None:
    assert paint.first_paint(query) == ("", "")


@pytest.mark.usefixtures("pictures")
def test_a_lesson_that_hides_other_parts_has_its_picture() -> None:
    assert drawn(paint.first_paint("hide=tray,export")[1])[0] == 40


def test_what_was_drawn_alone_is_measured_once_the_server_knows_more(
    measured: TrainingJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = FirstPictures()
    monkeypatch.setattr(shared, "first_pictures", lambda: known)
    query = f"n={link.encode(NETWORK)}"
    assert HEADLINE not in paint.first_paint(query)[1]
    known.note(measured)
    assert HEADLINE in paint.first_paint(query)[1]


def test_the_memory_of_what_was_drawn_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Network] = []

    def body(session: Session) -> str:
        made.append(session.network)
        return str(session.network.depth)

    monkeypatch.setattr(paint, "body_html", body)
    monkeypatch.setattr(paint, "MOST", 2)
    memory = paint._Drawn()
    sessions = [Session(History(Network.mlp(depth, 4))) for depth in (1, 2, 3)]
    assert [memory.of(each) for each in (*sessions, sessions[2], sessions[0])] == list("12331")
    assert [network.depth for network in made] == [1, 2, 3, 1]


def test_no_text_of_a_link_can_end_its_element(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = {"title": "</script><img src=x onerror=alert(1)><!--"}
    monkeypatch.setattr(first_paint, "editor_view", lambda *_: hostile)
    body = body_html(Session(History(NETWORK)))
    assert view_in(body) == hostile
    assert "<img" not in body
    assert body.count("<script") == body.count("</script>") == 3


@pytest.mark.usefixtures("pictures")
def test_headline_and_charts_are_neither_read_out_nor_reached() -> None:
    _, body = paint.first_paint(f"n={link.encode(NETWORK)}")
    for part in ("head", "skipviz-charts"):
        assert f'<div class="{part}" aria-hidden="true" inert>' in body


def test_its_colours_are_those_of_both_themes_in_the_settings() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    head = head_html()
    for name, option in first_paint._THEME.items():
        pair = f"light-dark({theme['light'][option]},{theme['dark'][option]})"
        assert f"--st-{name}:{pair};" in head
