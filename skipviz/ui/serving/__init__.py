"""What the server does beside Streamlit: what is put into its pages, loading before the first
visitor, and the websocket by which a run is watched (skipviz.ui.channel).
"""

import contextlib
import importlib
import shutil
import sys
import threading
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware
from streamlit.starlette import App

from skipviz.limits import LimitsError, ServerLimits, server_limits
from skipviz.ui.channel.route import routes
from skipviz.ui.components import served_script
from skipviz.ui.serving import languages, picture
from skipviz.ui.serving.clients import Clients
from skipviz.ui.serving.entrance import Entrance
from skipviz.ui.serving.files import Files
from skipviz.ui.serving.headers import Headers
from skipviz.ui.serving.incoming import Incoming
from skipviz.ui.serving.languages import Languages
from skipviz.ui.serving.operating import Operating, watched, write_log
from skipviz.ui.serving.pages import PICTURE, Pages
from skipviz.ui.serving.turns import Drawing, Turns
from skipviz.ui.serving.uploads import Uploads
from skipviz.ui.shell.locations import app_folder

if TYPE_CHECKING:
    from skipviz.ui.channel.tokens import Tokens


FILES = 65_536  # descriptors that the server asks its system for
_loaded = threading.Event()


@contextlib.asynccontextmanager
async def started(_: App) -> AsyncIterator[dict[str, Any]]:
    """Before the first visitor: the picture of the previews, and whatever takes time to load."""
    _allow_many_files()
    write_log()
    threading.Thread(target=_load, daemon=True).start()
    _put_picture()
    async with watched(_counts):
        yield {}


def _allow_many_files() -> None:
    """Every visitor and every run takes some descriptors; a shell gives a program 1024."""
    if sys.platform == "win32":
        return
    import resource

    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    asked = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    with contextlib.suppress(OSError, ValueError):  # a system may allow less than it says
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, asked), most))


def _load() -> None:
    """The modules of the page that opens, and the process that workers are forked from."""
    importlib.import_module("skipviz.ui.model.followed").followed()
    importlib.import_module("skipviz.ui.playground.page")
    importlib.import_module("skipviz.ui.session.shared").pool()
    paint = importlib.import_module("skipviz.ui.serving.paint")
    _loaded.set()
    paint.measure_default()


def _first_paint(query: str) -> tuple[str, str]:
    """Nothing until all is loaded: nobody waits for a picture longer than for the page."""
    if not _loaded.is_set():
        return "", ""
    painted: tuple[str, str] = importlib.import_module("skipviz.ui.serving.paint").first_paint(
        query
    )
    return painted


def _counts() -> dict[str, int]:
    """How busy the server is; empty until all is loaded."""
    if not _loaded.is_set():
        return {}
    shared = importlib.import_module("skipviz.ui.session.shared")
    running, waiting = shared.pool().crowd()
    return {"sessions": shared.registry().count, "running": running, "waiting": waiting}


def _tokens() -> "Tokens":
    found: Tokens = importlib.import_module("skipviz.ui.session.shared").tokens()
    return found


def _put_picture() -> None:
    """Put it where Streamlit serves files from; a preview can do without."""
    static = app_folder() / "static"
    with contextlib.suppress(OSError):
        static.mkdir(exist_ok=True)
        shutil.copyfile(app_folder() / "assets" / PICTURE, static / PICTURE)


def _limits() -> ServerLimits:
    """Those of this server; where they cannot be used its pages say so, and nothing runs."""
    try:
        return server_limits()
    except LimitsError:
        return ServerLimits()


def _middleware(limits: ServerLimits) -> list[Middleware]:
    """What every request passes, the first first."""
    drawn, painted = Turns(limits.pages), Turns(limits.pages)
    return [
        Middleware(Incoming),
        Middleware(Headers),
        Middleware(Clients),
        Middleware(Languages),
        Middleware(Operating, counts=_counts),
        Middleware(Entrance, most=limits.tabs, most_each=limits.tabs_each),
        Middleware(Drawing, turns=drawn),
        Middleware(Uploads),
        Middleware(Files),
        Middleware(Pages, paint=_first_paint, turns=painted),
    ]


SERVED: dict[str, Any] = {
    "middleware": _middleware(_limits()),
    "lifespan": started,
    "routes": [
        *routes(_tokens),
        *picture.routes(f"app/static/{PICTURE}"),
        *languages.routes(),
        *served_script.routes(),
    ],
}
"""What `streamlit.starlette.App` is given besides the script, however the server is started."""
