"""The rail of the data: what it sends, and what a click on it does."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from skipviz import data, link, presets
from skipviz.data import from_npz
from skipviz.network import Network
from skipviz.settings import Settings
from skipviz.ui.playground.data_rail import take_choice, view_of
from skipviz.ui.session.history import History
from skipviz.ui.session.lesson import Lesson
from skipviz.ui.session.session import Session
from tests.app.helpers import component, opened, ran, session
from tests.unit.data.test_own_data import npz

NETWORK = Network.mlp(3, 8)


def of(network: Network = NETWORK, **settings: str) -> Session:
    return Session(History(network), settings=Settings.model_validate(settings))


def pressed(visitor: Session) -> list[str]:
    return [each["name"] for each in view_of(visitor, "light")["sets"] if each["chosen"]]


def own_images() -> data.OwnData:
    x = np.random.default_rng(0).random((20, 3, 18, 18))
    return from_npz(npz(x=x, y=np.arange(20) % 2), "photographs.npz")


def data_box(page: AppTest) -> str:
    return str(next(each for each in page.selectbox if each.label == "Data").value)


def test_the_rail_shows_the_data_chosen_and_follows_the_select_box() -> None:
    page = opened(link.encode(NETWORK, Settings()), unfolded=False)
    sent = component(page, "data_rail")
    assert (sent["title"], sent["line"]) == ("Digits 8×8", "1,797 images 8×8, 10 classes")
    next(each for each in page.selectbox if each.label == "Data").set_value("wine")
    ran(page)
    sent = component(page, "data_rail")
    assert (sent["title"], sent["line"]) == ("Wine", "178 wines by 13 numbers, 3 classes")


def test_a_click_chooses_data_and_the_select_box_follows() -> None:
    page = opened(link.encode(NETWORK, Settings()), unfolded=False)
    take_choice(session(page), "circles")
    ran(page)
    assert session(page).settings.data == data_box(page) == "circles"
    assert component(page, "data_rail")["line"] == "1,000 points, 2 classes"


@pytest.mark.parametrize("name", data.names())
def test_no_set_sends_much_and_the_one_chosen_is_marked(name: str) -> None:
    visitor = of(data=name)
    assert len(json.dumps(view_of(visitor, "light"))) < 15_000
    family = {"digits_images": "digits", "digits_rows": "digits", "digits_pixels": "digits"}
    assert set(pressed(visitor)) <= {family.get(name, name)}


def test_own_data_get_a_button_of_their_own_beside_the_others() -> None:
    visitor = of()
    visitor.take_data(own_images())
    view = view_of(visitor, "light")
    assert pressed(visitor) == ["own"]
    assert (view["title"], view["line"]) == (
        "photographs.npz",
        "20 images 18×18 in colour, 2 classes",
    )
    assert len(json.dumps(view)) < 15_000
    take_choice(visitor, "xor")
    assert pressed(visitor) == ["xor"]
    take_choice(visitor, "own")
    assert visitor.settings.data == "own"


def test_before_there_are_own_data_the_button_opens_the_part_that_takes_them() -> None:
    page = opened(link.encode(NETWORK, Settings()), unfolded=False)
    page.session_state["part_own"] = False
    ran(page)
    assert not page.get("file_uploader")
    button = next(each for each in component(page, "data_rail")["sets"] if each["name"] == "own")
    assert button["chosen"] is None
    page.session_state["part_own"] = True  # what a click does, before the page is drawn
    ran(page)
    assert page.get("file_uploader")
    assert session(page).settings.data == "digits"


def test_a_link_that_hides_own_data_has_no_button_for_them() -> None:
    visitor = of()
    visitor.address.lesson = Lesson(hidden=frozenset({"own"}))
    assert "own" not in [each["name"] for each in view_of(visitor, "light")["sets"]]


@pytest.mark.parametrize(
    ("preset", "shape"),
    [
        ("default", "digits"),
        ("resnet8_digits", "digits_images"),
        ("transformer_preln_digits", "digits_rows"),
    ],
)
def test_the_digits_come_in_the_shape_that_the_drawing_reads(preset: str, shape: str) -> None:
    visitor = of(presets.load(preset), data="circles")
    take_choice(visitor, "digits")
    assert visitor.settings.data == shape
    assert pressed(visitor) == ["digits"]


@pytest.mark.parametrize("sent", [None, 3, ["xor"], "cifar10", "nothing"])
def test_anything_else_that_a_browser_sends_is_passed_over(sent: object) -> None:
    visitor = of()
    take_choice(visitor, sent)
    assert visitor.settings.data == "digits"


def test_of_data_that_are_not_here_it_says_so(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("empty")
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(home))
    view = view_of(of(data="cifar10"), "light")
    assert view["picture"] is None
    assert view["line"] == "CIFAR-10: not downloaded yet"
    assert "Train downloads it from openml.org" in view["note"]
    assert not list(home.iterdir())
