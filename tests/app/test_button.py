"""A click is not lost where the page is drawn anew before its button is reached."""

from streamlit.testing.v1 import AppTest

from tests.app.helpers import button, ran


def refreshing() -> None:
    import streamlit as st

    from skipviz.ui.components.auto_refresh import auto_refreshed
    from skipviz.ui.components.button import clicked, forget_clicks

    states: list[str] = st.session_state.setdefault("states", [])

    def part() -> None:
        if st.session_state.get("shown", True) and clicked("Go", key="go"):
            st.session_state["went"] = st.session_state.get("went", 0) + 1

    auto_refreshed(part, None, lambda: states.pop(0) if states else None)()
    forget_clicks()


def click_as_it_ends(page: AppTest) -> None:
    """Click in a run that finds the computation ended as it comes to the part."""
    page.session_state["states"] = ["going", "ended"]
    button(page, "Go").click()
    ran(page)


def test_a_click_acts_once_though_the_page_is_drawn_anew_before_it() -> None:
    page = ran(AppTest.from_function(refreshing))
    click_as_it_ends(page)
    ran(page)
    assert page.session_state["went"] == 1


def test_a_click_on_a_button_that_is_gone_does_not_wait_for_its_return() -> None:
    page = ran(AppTest.from_function(refreshing))
    page.session_state["shown"] = False
    click_as_it_ends(page)
    page.session_state["shown"] = True
    ran(page)
    assert "went" not in page.session_state
