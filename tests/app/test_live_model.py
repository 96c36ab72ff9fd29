"""The page of a model that runs in another process, as Streamlit runs it: here the process is that
of the test."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from skipviz.own_model.live.messages import LiveFrame, Part, Steer, Switch
from skipviz.own_model.live.page_server import VARIABLE
from skipviz.own_model.live.source import Source
from skipviz.own_model.structure import Layer, Skip, Structure
from skipviz.ui.model import followed
from tests.app.helpers import APP, button, component, ran
from tests.bounded import wait_until

TOKEN = "the-word"
STRUCTURE = Structure(
    model="Net",
    layers=tuple(Layer(name=f"h.{k}", weights=(f"h.{k}.w",), depth=k + 1) for k in range(4)),
    skips=tuple(
        Skip(index=k, merge=k, kind="add", source=f"h.{k}", target=f"h.{k + 1}", operation="add",
             file="net.py", line=9, span=1, from_depth=k + 1, to_depth=k + 2, shut=("h.0.scale",))
        for k in range(3)
    ),
)  # fmt: skip


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    """A model that has made a step; without its skips the first layer gets nothing."""
    made = Source()
    address = {"server.address": "127.0.0.1"}
    monkeypatch.setenv(VARIABLE, f"{made.port} {made.key} {TOKEN}")
    monkeypatch.setattr(followed, "config", SimpleNamespace(get_option=address.get))
    monkeypatch.setattr(followed, "_end_after", lambda _: None)
    followed.followed.clear()
    made.tell_state(steers=True, arm="plain", cut=None)
    made.tell_structure(STRUCTURE)
    tell(made, 0)
    yield made
    made.close("The test is over.", timeout=0)
    followed.followed.clear()


def tell(source: Source, step: int, first: float = 0.0) -> None:
    whole = Part(arm="skip", cut=(), loss=0.5, norms=(1.0,) * 4)
    cut = Part(arm="plain", loss=0.25, norms=(first, 1.0, 1.0, 1.0))
    source.tell_frame(LiveFrame(step=step, seconds=0.1, parts=(whole, cut)))


def opened(word: str = TOKEN) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.query_params["watch"] = word
    page.switch_page("pages/model.py")
    ran(page)
    if (found := followed.followed()) is not None:
        found.reader.wait_until(lambda: found.reader.run is not None, 30)
        ran(page)
    return page


def said(page: AppTest) -> str:
    html = [each.proto.body for each in page.get("html")]
    return " ".join([*html, *(each.value for each in (*page.markdown, *page.caption, *page.info))])


def models(page: AppTest) -> list[str]:
    return list(page.get("button_group")[0].options)


def asked(source: Source) -> Switch:
    """The switch that has come; the page waits for it to be answered, so it has been sent."""
    return wait_until(source.desk.switch)


@pytest.mark.usefixtures("source")
def test_who_has_the_word_sees_it_first() -> None:
    page = opened()
    assert models(page)[0] == "Your model, live"
    assert "with the skips cut, at the same weights, it is" in said(page).replace("</span>", "")
    assert "The model is trained as it is" in said(page)
    assert "Running · step 0" in said(page)
    assert "All skips are cut." in said(page)
    assert component(page, "skipviz_model_drawing")["svg"].count('aria-pressed="true"') == 3


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize("word", ["", "another", "ё"])
def test_who_has_not_sees_what_every_server_shows(word: str) -> None:
    page = opened(word)
    assert "Your model, live" not in models(page)
    assert 'class="switch"' not in component(page, "skipviz_model_drawing")["svg"]


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize("address", [None, "0.0.0.0", "localhost"])
def test_a_server_that_listens_elsewhere_follows_nothing(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    monkeypatch.setattr(followed, "config", SimpleNamespace(get_option=lambda _: address))
    followed.followed.clear()
    assert "Your model, live" not in models(opened())


def test_a_server_that_was_started_for_none_follows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    followed.followed.clear()
    assert "Your model, live" not in models(opened())


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Cut none", Switch(cut=())),
        ("Take branch scales for 1", Switch(arm="plain_unscaled", cut=None)),
    ],
)
def test_buttons_switch(source: Source, label: str, expected: Switch) -> None:
    page = opened()
    button(page, label).click()
    ran(page)
    assert asked(source) == expected


def test_skips_are_cut_by_their_names(source: Source) -> None:
    page = opened()
    field = next(each for each in page.text_input if each.label == "Cut those that end in")
    field.set_value("h.[12]")
    ran(page)
    assert asked(source) == Switch(cut=(0, 1))
    assert "2 of 3 skips are cut." in said(page)


def test_a_name_of_no_skip_is_told(source: Source, toasts: list[str]) -> None:
    page = opened()
    field = next(each for each in page.text_input if each.label == "Cut those that end in")
    field.set_value("encoder.*")
    ran(page)
    ran(page)
    assert any("No skip ends in" in text for text in toasts)
    assert source.desk.switch() is None


@pytest.mark.usefixtures("source")
def test_what_is_dead_by_construction_is_said() -> None:
    page = opened()
    assert "1 layer of 4 gets a gradient of exactly 0, with the skips not" in said(page)
    assert "h.0.scale" in said(page)


def test_pause_is_asked_for(source: Source) -> None:
    page = opened()
    button(page, "Pause").click()
    ran(page)
    wait_until(lambda: source.desk.paused)
    source.tell_state(doing="paused")
    found = followed.followed()
    assert found is not None
    assert found.reader.wait_until(lambda: found.reader.state.doing == "paused", 30)
    ran(page)
    assert "Paused · step 0" in said(page)
    assert button(page, "Resume")
    found.reader.ask(Steer(do="resume"))


def test_an_end_is_told_and_what_was_measured_stays(source: Source) -> None:
    page = opened()
    found = followed.followed()
    source.close("Finished: 1 step.")
    assert found is not None
    assert found.reader.wait_until(lambda: found.reader.ended, 30)
    ran(page)
    assert "Ended · step 0 · Finished: 1 step." in said(page)
    assert [each.label for each in page.button if each.label in ("Pause", "Stop")] == []
    assert "at the same weights" in said(page)
