"""The app behind a real proxy: deploy/nginx.conf, two page servers and a browser, on the loopback.

python -m tools.proxy [--prefix lab]

nginx has to be installed (Debian, Ubuntu: apt-get install nginx). The configuration is the very
file, but for names, ports, and a smaller burst of requests. Every line that is printed was looked
at, and the first that does not hold ends it.
"""

import argparse
import asyncio
import contextlib
import http.client
import shutil
import signal
import socket
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from skipviz import link, presets
from skipviz.settings import Settings
from skipviz.ui.channel.route import ADDRESS
from tests.e2e.helpers import drag
from tools.browser import complains, opened_browser
from tools.dask_processes import wait_until
from tools.server import ROOT, free_port, running_app
from tools.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket

HELP = "nginx is not installed. Debian, Ubuntu: apt-get install nginx"
SNIPPET = ROOT / "deploy" / "nginx.conf"
PATIENCE = 180.0  # seconds
EACH = 4  # tabs that one address may have at a server
CLASS, SCHOOL, FLOOD = "127.0.0.1", "127.0.0.2", "127.0.0.3"
STEPS = 200
BURST = 300  # requests at once of one address: a tenth, for a busy machine answers few in a second
VISITORS = range(12)  # as cookies
NONE: Mapping[str, str] = {}
MAIN = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  log_format asked '$upstream_addr $cookie_skipviz_server';
  access_log {folder}/access.log asked;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxied;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/skipviz.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """Its address, what follows it before the path of a page, and the log of what was asked."""

    address: str
    prefix: str
    log: Path

    @property
    def app(self) -> str:
        """Where a browser finds the app."""
        return self.address + self.prefix

    def get(
        self, path: str, client: str = CLASS, body: bytes = b"", headers: Mapping[str, str] = NONE
    ) -> int:
        """Ask for a path; the status of the answer."""
        host = self.address.removeprefix("http://")
        asking = http.client.HTTPConnection(host, timeout=PATIENCE, source_address=(client, 0))
        with contextlib.closing(asking):
            asking.request("POST" if body else "GET", path, body or None, dict(headers))
            return asking.getresponse().status

    def servers_by_cookie(self) -> dict[str, set[str]]:
        """Which servers had the requests of a visitor, by its cookie."""
        found: dict[str, set[str]] = defaultdict(set)
        for line in self.log.read_text().splitlines():
            server, cookie = line.split()
            if "-" not in (server, cookie):
                found[cookie].add(server)
        return found


def main() -> None:
    """Everything the snippet is for, one after the other."""
    parser = argparse.ArgumentParser(description="The app behind nginx.")
    parser.add_argument("--prefix", default="", help="the path of the app, as lab")
    prefix = f"/{parser.parse_args().prefix}".rstrip("/")
    if not shutil.which("nginx"):
        raise SystemExit(HELP)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        told = {"SKIPVIZ_PROXIES": "1", "SKIPVIZ_MAX_TABS_EACH": str(EACH)}
        servers = [
            stack.enter_context(running_app(folder / f"{k}.log", None, prefix, **told))
            for k in (1, 2)
        ]
        ports = [int(address.rpartition(":")[2]) for address, _ in servers]
        proxy = stack.enter_context(_nginx(folder, ports, prefix))
        _limits(proxy)
        asyncio.run(_addresses(proxy))
        browser = stack.enter_context(opened_browser())
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        _visit(
            proxy, page, {port: process for port, (_, process) in zip(ports, servers, strict=True)}
        )
        flooded = _floods(proxy)  # last: servers that answer a flood are late with all else
        came_in = proxy.get(f"{prefix}/") == 200
        _shown("who floods is told 429, others are not", flooded and came_in)


@contextlib.contextmanager
def _nginx(folder: Path, ports: list[int], prefix: str) -> Iterator[Proxy]:
    port = free_port()
    text = SNIPPET.read_text().replace("listen 80;", f"listen 127.0.0.1:{port};")
    text = text.replace("burst=2000", f"burst={BURST}")
    for k, server in enumerate(ports, 1):
        text = text.replace(f"page-{k}:7860", f"127.0.0.1:{server}")
    (folder / "skipviz.conf").write_text(text)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    nginx = subprocess.Popen(["nginx", "-p", folder, "-c", folder / "nginx.conf"])
    proxy = Proxy(f"http://127.0.0.1:{port}", prefix, folder / "access.log")
    try:
        wait_until(lambda: nginx.poll() is not None or _answers(proxy))
        yield proxy
    finally:
        nginx.send_signal(signal.SIGTERM)
        nginx.wait(PATIENCE)


def _answers(proxy: Proxy) -> bool:
    with contextlib.suppress(OSError):
        return proxy.get(f"{proxy.prefix}/") == 200
    return False


def _limits(proxy: Proxy) -> None:
    """What the proxy itself refuses, and what it lets pass."""
    page = f"{proxy.prefix}/"
    _shown("a link of 8 kB arrives", proxy.get(f"{page}?n={'x' * 8192}") == 200)
    _shown("health is not for visitors", proxy.get("/health") == 404)
    upload = f"{page}_stcore/upload_file/a/b"
    _shown("13 MB are refused", proxy.get(upload, body=bytes(13 * 2**20)) == 413)
    _shown("11 MB reach a server", proxy.get(upload, body=bytes(11 * 2**20)) != 413)


def _floods(proxy: Proxy) -> bool:
    """Whether an address is refused before it has asked 4,000 times, over twenty connections."""
    host, port = proxy.address.removeprefix("http://").split(":")
    ask = f"GET {proxy.prefix}/_stcore/health HTTP/1.1\r\nHost: {host}:{port}\r\n"
    asked = f"{ask}\r\n" * 199 + f"{ask}Connection: close\r\n\r\n"
    with contextlib.ExitStack() as stack:
        flood = [
            stack.enter_context(socket.create_connection((host, int(port)), PATIENCE, (FLOOD, 0)))
            for _ in range(20)
        ]
        for each in flood:
            each.sendall(asked.encode())
        return any(b"HTTP/1.1 429" in each.makefile("rb").read() for each in flood)


async def _addresses(proxy: Proxy) -> None:
    """Tabs are counted by the address that the proxy was asked from, whatever a visitor claims."""
    at = f"{proxy.prefix}/"
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(EACH + 1):
            await stack.enter_async_context(Visitor(proxy.app, "", SCHOOL))
        asked = [{"X-Forwarded-For": "9.9.9.9", "Cookie": f"skipviz_server={k}"} for k in VISITORS]
        told = {
            client: {proxy.get(at, client, headers=each) for each in asked}
            for client in (SCHOOL, CLASS)
        }
    _shown(
        f"an address with all its tabs is refused there, and nowhere else: {told[SCHOOL]}",
        told[SCHOOL] == {200, 503},
    )
    _shown("another address comes in", told[CLASS] == {200})
    by_cookie = proxy.servers_by_cookie()
    mine = [by_cookie[str(k)] for k in VISITORS]
    _shown("a visitor always comes to the same server", all(len(each) == 1 for each in mine))
    _shown("visitors come to both servers", len(set.union(*mine)) == 2)


def _visit(proxy: Proxy, page: "Page", processes: dict[int, int]) -> None:
    """Draw, train, reload; then the visitor's server dies, and the other one goes on."""
    steps: list[int] = []
    complaints: list[str] = []
    page.set_default_timeout(PATIENCE * 1e3)
    page.on("console", lambda said: complaints.append(said.text) if complains(said) else None)
    page.on("websocket", lambda socket: _count(socket, steps))
    token = link.encode(presets.load("default"), Settings(steps=STEPS))
    page.goto(f"{proxy.app}/?n={token}")
    page.locator("[data-layer]").first.wait_for()
    drag(page, *(page.locator(f'[data-layer="{k}"]') for k in (2, 10)))
    page.locator('[data-skip="2-10"]').wait_for()
    _shown("the page opens, and a skip can be drawn", True)
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("· finished").wait_for()
    _shown(
        f"a run is watched by the websocket: {len(steps)} messages of {STEPS} steps", bool(steps)
    )
    page.reload()
    page.get_by_text("· finished").wait_for()
    page.locator('[data-skip="2-10"]').wait_for()
    _shown("after a reload drawing and run are there: the same server", True)
    cookie = next(each for each in page.context.cookies() if each["name"] == "skipviz_server")
    servers = proxy.servers_by_cookie()[cookie["value"]]
    _shown("all of it came to one server", len(servers) == 1)
    _shown("nothing on the console", not complaints)
    psutil.Process(processes[int(servers.pop().rpartition(":")[2])]).kill()
    page.get_by_text("· finished").wait_for(state="detached")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("· finished").wait_for()
    page.locator('[data-skip="2-10"]').wait_for()
    _shown("its server killed, the other one has the drawing, and trains", True)


def _count(socket: "WebSocket", steps: list[int]) -> None:
    if socket.url.rstrip("/").endswith(f"/{ADDRESS}"):
        socket.on("framereceived", lambda content: steps.append(len(content)))


def _shown(what: str, holds: bool) -> None:
    print(f"{'yes' if holds else 'NO '}  {what}", flush=True)
    if not holds:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
