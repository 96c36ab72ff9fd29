"""Scripts and styles are compressed once, kept by browsers, and the same as ever inside."""

import asyncio
import gzip
from typing import Any

import pytest

from skipviz.ui.routing import KEEP
from skipviz.ui.serving.files import Files

SCRIPT = b"const word = 'word';\n" * 200
PATH = "/static/js/index.DormvYxC.js"


class Behind:
    """Streamlit, as far as it serves one file in two parts; it counts how often it is asked."""

    def __init__(self, status: int = 200, kind: str = "text/javascript", size: int = 0) -> None:
        self.asked: list[dict[bytes, bytes]] = []
        length = str(size or len(SCRIPT)).encode()
        headers = [(b"content-type", kind.encode()), (b"content-length", length), (b"etag", b"x")]
        self._start = {"type": "http.response.start", "status": status, "headers": headers}

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        self.asked.append(dict(scope["headers"]))
        await send(self._start)
        await send({"type": "http.response.body", "body": SCRIPT[:50], "more_body": True})
        await send({"type": "http.response.body", "body": SCRIPT[50:]})


def answered(
    files: Files, path: str = PATH, method: str = "GET", **headers: str
) -> tuple[int, dict[bytes, bytes], bytes]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    given = {"accept_encoding": "gzip, br"} | headers
    pairs = [(name.replace("_", "-").encode(), text.encode()) for name, text in given.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": pairs}
    asyncio.run(files(scope, receive, send))
    body = b"".join(message["body"] for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


@pytest.mark.parametrize(
    "path",
    [PATH, "/lab/static/css/index.C1JORDN2.css", "/app/static/plotly-7.1.0.min.js"],
)
def test_a_file_is_compressed_once_and_kept(path: str) -> None:
    behind = Behind()
    files = Files(behind)
    first, again = answered(files, path), answered(files, path)
    assert first == again
    status, headers, body = first
    assert status == 200
    assert gzip.decompress(body) == SCRIPT
    assert headers[b"content-length"] == str(len(body)).encode()
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"cache-control"] == KEEP.encode()
    assert [b"accept-encoding" in asked for asked in behind.asked] == [False]


@pytest.mark.parametrize(
    ("behind", "asking"),
    [
        (Behind(status=404), {}),
        (Behind(kind="text/html"), {}),
        (Behind(size=9_000_000), {}),
        (Behind(), {"accept_encoding": "br"}),
        (Behind(), {"range": "bytes=0-3"}),
        (Behind(), {"if_none_match": "x"}),
        (Behind(), {"method": "HEAD"}),
        (Behind(), {"path": "/static/js/main.js"}),
        (Behind(), {"path": "/app/static/picture.png"}),
        (Behind(), {"path": "/_stcore/health"}),
    ],
)
def test_everything_else_passes_as_it_is(behind: Behind, asking: dict[str, str]) -> None:
    files = Files(behind)
    for _ in range(2):
        _, headers, body = answered(files, **asking)
        assert body == SCRIPT
        assert b"content-encoding" not in headers
    assert len(behind.asked) == 2


def test_what_is_kept_is_bounded() -> None:
    behind = Behind()
    one = len(answered(Files(Behind()))[2])
    files = Files(behind, most=2 * one)
    paths = [f"/static/js/part.{name * 8}.js" for name in "abc"]
    for path in (*paths, paths[2], paths[0]):
        answered(files, path)
    assert len(behind.asked) == 4  # the first one had gone
