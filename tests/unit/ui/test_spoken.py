"""Which language a visitor reads, in the page and in all that the server sends before it."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest

from skipviz.language import VARIABLE, _, again, language, preferred, speaking
from skipviz.ui.channel.moment import Moment
from skipviz.ui.channel.tokens import Tokens
from skipviz.ui.components.languages import head_script, messages_json
from skipviz.ui.serving.entrance import turned_away
from skipviz.ui.serving.languages import Languages, language_of
from skipviz.ui.serving.pages import preview
from skipviz.ui.serving.picture import picture_address
from skipviz.ui.session import spoken
from skipviz.ui.session.address import Address, Trail


def scope(query: str = "", accepted: str | None = None) -> dict[str, Any]:
    headers = [] if accepted is None else [(b"accept-language", accepted.encode())]
    return {"type": "http", "query_string": query.encode(), "headers": headers}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,zh;q=0.9", "en"),
        ("fr-FR, zh-Hant;q=0.3", "zh"),
        ("fr, *;q=0.5", None),
        ("zh;q=0, en;q=0.1", "en"),
        ("", None),
        ("zh;q=1.2.3, ;;,=", None),
    ],
)
def test_the_browser_is_asked(header: str, expected: str | None) -> None:
    assert preferred(header) == expected


def test_a_link_goes_before_the_server_and_that_before_the_browser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert language_of(scope()) == "en"
    assert language_of(scope(accepted="zh-CN")) == "zh"
    assert language_of(scope("lang=en", "zh-CN")) == "en"
    assert language_of(scope("lang=xx&lang=zh_CN", "en")) == "zh"
    monkeypatch.setenv(VARIABLE, "zh-CN")
    assert language_of(scope(accepted="en")) == "zh"
    assert language_of(scope("lang=en")) == "en"
    assert language() == "zh"
    assert Address(preferred="en").spoken == "zh"
    assert Address(language="en").spoken == "en"
    monkeypatch.setattr(spoken, "get_script_run_ctx", lambda **_: object())
    monkeypatch.setattr(spoken, "st", SimpleNamespace(session_state={}))
    monkeypatch.setattr(spoken, "_accepted", lambda: "en")
    monkeypatch.setattr(spoken, "given", lambda _name: "")
    assert spoken.of_visitor() == "zh", "the titles of the pages are said before there is a session"


class Heard:
    """A browser's address and what it asks for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.address = Address()
        self.monkeypatch = monkeypatch

    def __call__(self, said: str, accepted: str = "en") -> str:
        self.monkeypatch.setattr(spoken, "given", lambda _name: said)
        self.monkeypatch.setattr(spoken, "_accepted", lambda: accepted)
        spoken.hear(self.address)
        return self.address.spoken


def test_what_was_chosen_stays_until_an_address_names_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = Heard(monkeypatch)
    assert heard("", "zh-CN") == "zh"
    spoken.choose(heard.address, "en")
    assert heard("", "zh-CN") == "en", "the address is late, or a link within the app"
    spoken.choose(heard.address, "zh")
    spoken.choose(heard.address, "en")
    assert heard("zh") == "en", "an echo of what was chosen meanwhile"
    assert heard("en") == "en"
    assert heard("zh") == "zh", "the back button"
    assert heard("<script>") == "zh"


def test_what_is_no_language_is_not_chosen() -> None:
    address = Address(languages=Trail())
    for said in ("xx", None, 3, ["zh"]):
        spoken.choose(address, said)
    assert address.language == ""


def test_everything_of_an_answer_is_said_in_its_language() -> None:
    async def behind(_scope: Any, _receive: Any, send: Any) -> None:
        await send(await asyncio.to_thread(language))

    sent: list[Any] = []

    async def ask(asked: dict[str, Any]) -> None:
        async def send(message: Any) -> None:
            sent.append(message)

        await Languages(behind)(asked, None, send)  # type: ignore[arg-type]

    asyncio.run(ask(scope(accepted="zh")))
    asyncio.run(ask(scope(accepted="de")))
    asyncio.run(ask(scope(accepted="zh") | {"type": "websocket"}))
    assert sent == ["zh", "en", "en"]
    assert language() == "en"


def test_a_full_server_and_the_preview_of_a_link_are_said_in_it() -> None:
    with speaking("zh"):
        full = bytes(turned_away("满").body).decode()
        shown = preview("https://here", "n=abc&lang=zh")
        assert picture_address("abc") == "preview.png?n=abc&lang=zh"
    assert '<html lang="zh-CN">' in full
    assert "Nothing in your link" not in full
    assert "Draw a neural" not in shown
    assert "lang=zh" in shown
    assert picture_address("abc") == "preview.png?n=abc"


def test_the_page_begins_with_the_messages_of_its_scripts_alone() -> None:
    assert head_script() == ""
    with speaking("zh"):
        script = head_script()
    assert script.startswith("<script>")
    assert "<" not in script[8:-9]
    known = json.loads(messages_json("zh"))
    assert known["Zoom in"] == "放大"
    assert "Train" not in known
    assert json.loads(messages_json("en")) == {}


class Job:
    """One that goes on."""

    id, ended, run = "job", False, None


def test_steps_are_drawn_in_the_language_of_who_watches() -> None:
    tokens, said = Tokens(), []

    def draw(_run: Any) -> Moment:
        said.append(language())
        return Moment(0, {}, {})

    for tag in ("zh", "en"):
        with speaking(tag):
            granted = tokens.feed(tokens.grant("session", Job(), draw))  # type: ignore[arg-type]
        assert granted is not None
        granted[1]._draw(None)
    assert said == ["zh", "en"]


def test_an_error_says_its_sentence_again() -> None:
    error = ValueError(_("Every kept run has a name of its own."))
    with speaking("zh"):
        assert again(str(error)) == "每次留存的训练都要有自己的名称。"
