"""What the address of the page holds, and what it hides."""

from streamlit.testing.v1 import AppTest

from skipviz import link, presets
from skipviz.settings import Settings
from skipviz.ui.session.lesson import PARTS
from tests.app.helpers import button, gone_back, opened, ran, session

LABELS = {
    "export": lambda page: [each.proto.popover.label for each in page.get("popover")],
    "form": lambda page: [each.label for each in page.expander],
    "layers": lambda page: [each.label for each in page.expander],
    "training": lambda page: [each.label for each in page.number_input],
    "data": lambda page: [each.label for each in page.selectbox],
}
SHOWN = {
    "export": "Export", "form": "Edit without dragging", "layers": "Inspect and change",
    "training": "Steps", "data": "Data",
}  # fmt: skip


def token(page: AppTest) -> str:
    """What the address holds of the drawing."""
    held = page.query_params["n"]
    return held if isinstance(held, str) else held[0]


def test_a_lesson_hides_the_parts_it_names_and_nothing_else() -> None:
    page = opened(link.encode(presets.load("forward_skip"), Settings()))
    for part, label in SHOWN.items():
        assert label in LABELS[part](page)
    page.query_params["hide"] = ",".join(SHOWN)
    ran(page)
    for part, label in SHOWN.items():
        assert label not in LABELS[part](page)
    assert button(page, "Train")
    assert session(page).address.hidden == set(SHOWN)


def test_a_lesson_says_its_title_and_task_as_text_and_undo_does_not_lead_out_of_it() -> None:
    page = opened()
    session(page).draw(presets.load("plain"))
    page.query_params["title"], page.query_params["task"] = "Why **skips**?", "Drag [one](x)."
    page.query_params["n"] = link.encode(presets.load("forward_skip"), Settings())
    ran(page)
    said = [each.value for each in page.markdown]
    assert any("Why" in each and "\\*\\*skips" in each for each in said)
    assert any("Drag" in each and "[one](x)" not in each for each in said)
    assert session(page).network == presets.load("forward_skip")
    assert button(page, "Undo").disabled


def test_unknown_parts_are_ignored() -> None:
    page = opened()
    page.query_params["hide"] = "<script>,export," + "x," * 1000
    ran(page)
    assert session(page).address.hidden == {"export"}
    assert session(page).address.hidden <= PARTS.keys()


def test_what_every_visitor_begins_with_is_not_in_the_address() -> None:
    page = opened()
    assert "n" not in page.query_params
    button(page, "Add skip").click()
    ran(page)
    assert "n" in page.query_params
    button(page, "Undo").click()
    ran(page)
    assert token(page) == link.encode(presets.load("default"), Settings())


def test_undo_does_not_lead_out_of_the_link_that_was_opened() -> None:
    page = opened(link.encode(presets.load("forward_skip"), Settings()))
    assert button(page, "Undo").disabled
    assert session(page).network == presets.load("forward_skip")


def test_an_address_left_by_the_back_button_is_opened() -> None:
    page = opened(link.encode(presets.load("forward_skip"), Settings()))
    before = token(page)
    button(page, "Add skip").click()
    ran(page)
    ran(page)  # the browser shows the new address
    page.query_params["n"] = before
    ran(page)
    assert session(page).network == presets.load("forward_skip")


def test_an_address_that_was_just_replaced_is_no_link() -> None:
    page = opened(link.encode(presets.load("default"), Settings()))
    before = token(page)
    button(page, "Add skip").click()
    ran(page)
    page.query_params["n"] = before
    ran(page)
    assert len(session(page).network.skips) == 20
    assert token(page) != before


def test_back_is_no_echo_however_late_the_browser_is() -> None:
    page = opened()
    button(page, "Add skip").click()
    drawn = token(ran(page))
    gone_back(page, n=link.encode(presets.load("forward_skip"), Settings()), view="states")
    assert session(page).network == presets.load("forward_skip")
    assert session(page).address.view == "states"
    gone_back(page, n=drawn)  # which no browser has said to have read
    assert len(session(page).network.skips) == 20
    assert session(page).address.view == ""
    gone_back(page)
    assert session(page).network == presets.load("default")
    assert "n" not in page.query_params


def test_what_belongs_to_other_pages_is_taken_out_of_the_address() -> None:
    page = opened()
    page.query_params.update(view="states", chapter="claims", e="g1", s="depth", of="a teacher")
    session(page).address.view = "states"
    assert set(ran(page).query_params) == {"view", "of"}
    page.switch_page("pages/learn.py")
    page.query_params.update(view="states", chapter="claims", s="depth")
    assert set(ran(page).query_params) == {"chapter", "of"}


def test_a_damaged_link_stays_in_the_address_until_something_changes() -> None:
    page = opened("rubbish")
    assert token(ran(page)) == "rubbish"
    session(page).address.view = "states"
    assert token(ran(page)) == "rubbish"
    button(page, "Add skip").click()
    drawn = token(ran(page))
    assert link.decode(drawn) == (session(page).network, Settings())
    button(page, "Undo").click()
    assert link.decode(token(ran(page))) == (presets.load("default"), Settings())
    page.query_params["n"] = "rubbish"  # by the back button
    assert token(ran(page)) == "rubbish"
    session(page).settings = Settings(seed=7)
    assert link.decode(token(ran(page)))[1].seed == 7
