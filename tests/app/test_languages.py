"""The page in another language, without a browser: what it says, and that nothing is lost.

AppTest names options outside of the script: so this thread speaks what the page was drawn in.
"""

from skipviz import presets
from skipviz.language import speaking
from skipviz.ui.session.spoken import choose
from tests.app.helpers import button, component, opened, ran, session


def test_the_link_chooses_the_language_also_of_what_a_click_says() -> None:
    page = opened(unfolded=False)
    page.query_params["lang"] = "zh"
    ran(page)
    with speaking("zh"):
        assert button(page, "训练")
        assert "zh" in page.query_params["lang"]
        page.session_state["session"].limits = page.session_state["session"].limits.model_copy(
            update={"steps": 10}
        )
        button(page, "训练").click().run()
    said = [each.value for each in page.toast]
    assert said
    assert not [each for each in said if each.isascii()]


def test_another_language_loses_nothing() -> None:
    page = opened()
    session(page).draw(presets.load("plain"))
    ran(page)
    button(page, "Train").click().run()
    job = session(page).job
    assert job is not None
    choose(session(page).address, "zh")
    ran(page)
    with speaking("zh"):
        assert session(page).job is job
        assert session(page).network == presets.load("plain")
        assert not button(page, "撤销").disabled
        assert component(page, "skipviz_languages")["spoken"]["tag"] == "zh"
        assert component(page, "skipviz_editor")["arms"][0]["label"] == "这个网络"
        assert next(each for each in page.selectbox if each.label == "激活函数").value == "relu"
        choose(session(page).address, "en")
        ran(page)
    assert next(each for each in page.selectbox if each.label == "Activation").value == "relu"
    assert session(page).job is job
