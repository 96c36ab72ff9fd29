"""Keeping runs: what the tray says of them and gives back."""

import pytest

from skipviz import link, presets
from skipviz.settings import Settings
from skipviz.ui.playground.tray_panel import drawn_difference, settings_difference
from skipviz.ui.session.tray import MOST, Kept, Tray, from_links
from tests.app.helpers import button, opened, ran, session

START = presets.load("forward_skip")


def test_a_run_is_kept_compared_opened_and_forgotten() -> None:
    page = opened(link.encode(START, Settings(steps=2)))
    button(page, "Train").click()
    ran(page)
    job = session(page).job
    assert job is not None
    assert job.wait_until_ended(60)
    ran(page)
    button(page, "Keep").click()
    ran(page)
    tray = session(page).tray
    assert [kept.name for kept in tray.runs] == ["A"]
    assert tray.overlaid == ("A",)
    assert "step 2" in tray.runs[0].result

    name = next(each for each in page.text_input if each.label == "Name" and each.value == "A")
    name.set_value("with <b>one</b> skip")
    ran(page)
    assert [kept.name for kept in tray.runs] == ["with bone/b skip"]
    assert tray.overlaid == ("with bone/b skip",)

    session(page).draw(START.add_skip(1, 9))
    ran(page)
    assert any("1 skip added; the same settings" in each.value for each in page.caption)
    button(page, "Show the difference").click()
    ran(page)
    assert drawn_difference(session(page)) == {"added": [[1, 9]], "removed": []}
    button(page, "Open").click()
    ran(page)
    assert session(page).network == START
    button(page, "Forget").click()
    ran(page)
    assert session(page).tray.runs == []
    assert drawn_difference(session(page)) is None


def test_a_kept_run_keeps_its_name_where_another_has_the_new_one() -> None:
    tray = Tray([Kept("A", START, Settings()), Kept("B", START, Settings())], compared="A")
    for taken in ("B", " ", "[]", "before"):
        with pytest.raises(ValueError, match="name of its own"):
            tray.rename("A", taken)
    tray.rename("A", "A")
    tray.rename("A", "deep")
    assert [kept.name for kept in tray.runs] == ["deep", "B"]
    assert tray.compared == "deep"


def test_a_kept_run_of_own_data_that_are_gone_opens_on_data_that_are_there() -> None:
    page = opened(link.encode(START, Settings(steps=2)))
    token = link.encode(START.add_skip(1, 9), Settings(data="own", steps=3))
    session(page).tray = from_links([["A", token]])
    ran(page)
    button(page, "Open").click()
    ran(page)
    assert session(page).network == START.add_skip(1, 9)
    assert session(page).settings == Settings(steps=3)


def test_the_difference_of_settings_is_said_in_words() -> None:
    changed = Settings(seed=3, learning_rate=0.1, arms=("skip",))
    assert settings_difference(Settings(), changed) == (
        "arms skip, plain → skip, seed 0 → 3, learning rate 0.02 → 0.1"
    )


def test_changes_of_the_rate_are_said_with_their_steps() -> None:
    changed = Settings(rate_changes=((120, 0.05), (1500, 0.1)))
    said = "rate changes none → 0.05 from step 120 on, 0.1 from step 1,500 on"
    assert settings_difference(Settings(), changed) == said


def test_a_tray_comes_back_from_its_links_and_rubbish_is_left_out() -> None:
    token = link.encode(START, Settings(seed=5))
    tray = from_links([["A", token], ["A", token], ["B", "rubbish"], 7, ["C"], ["D", token]])
    assert [kept.name for kept in tray.runs] == ["A", "D"]
    assert tray.runs[0].settings.seed == 5
    assert tray.links() == [["A", token], ["D", token]]
    assert from_links({"not": "a list"}) == Tray()
    assert len(from_links([[str(n), token] for n in range(50)]).runs) == MOST
