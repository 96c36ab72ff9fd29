"""Which address is an echo of the server's own, and which was opened. No clock decides."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from skipviz.ui.session.address import LONGEST_TRAIL, Trail

ACTS = st.lists(st.sampled_from(["edit", "browser reads", "browser sends", "server hears"]))


class Browser:
    """Shows what reached it last, and sends it with whatever is clicked; both lines are slow."""

    def __init__(self) -> None:
        self.shown = "0"
        self.coming: deque[str] = deque()
        self.going: deque[str] = deque()


@given(ACTS)
def test_however_slow_the_lines_no_echo_is_taken_for_a_link(acts: list[str]) -> None:
    browser, trail, written = Browser(), Trail(["0"]), 0
    for act in acts:
        if act == "edit":
            written += 1
            trail.given(str(written))
            browser.coming.append(str(written))
        elif act == "browser reads" and browser.coming:
            browser.shown = browser.coming.popleft()
        elif act == "browser sends":
            browser.going.append(browser.shown)
        elif act == "server hears" and browser.going:
            assert trail.echoes(browser.going.popleft())


@given(st.integers(1, 9), st.data())
def test_the_back_button_is_no_echo(edits: int, data: st.DataObject) -> None:
    trail = Trail(["0"])
    for number in range(1, edits + 1):
        trail.given(str(number))
    assert trail.echoes(str(edits))
    back = data.draw(st.integers(0, edits - 1))
    assert not trail.echoes(str(back))


def test_an_edit_undone_at_once_leads_no_echo_astray() -> None:
    trail = Trail(["a"])
    for token in "ba":
        trail.given(token)
    assert trail.echoes("a")  # the first of the two: what was sent before b arrived
    assert trail.echoes("b")
    assert trail.echoes("a")
    assert not trail.echoes("b")


def test_a_link_is_no_echo_and_a_trail_does_not_grow_without_end() -> None:
    trail = Trail()
    assert not trail.echoes("a link")
    for number in range(3 * LONGEST_TRAIL):
        trail.given(str(number))
    assert len(trail.ahead) == LONGEST_TRAIL
