"""Scripts of components as files that browsers keep.

Streamlit sends a component's script as text with every run of the page, and its browser side hashes
that text each time. What is sent here instead is a few lines that import the script from an address
which changes with it.
"""

import functools
import hashlib
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from skipviz.ui.routing import KEEP, paths_of

FOLDER = "scripts"  # relative to the address of the app
SMALL = 4_000  # characters: fewer are sent as they are, for a request costs as much

_LOADER = """\
const address = new URL("ADDRESS", document.baseURI).href;
const TRIES = 3;

async function loaded(attempt) {
  try {
    return await import(attempt ? `${address}?again=${attempt}` : address);
  } catch (error) {
    if (attempt + 1 === TRIES) throw error;
    await new Promise((resolve) => setTimeout(resolve, 1000 * (attempt + 1)));
    return loaded(attempt + 1);
  }
}

export default (await loaded(0)).default;
"""


_texts: dict[str, str] = {}


@dataclass(frozen=True)
class ServedScript:
    """An ES module with a default export, and a name for its address."""

    name: str
    text: str

    @functools.cached_property
    def sent(self) -> str:
        """What Streamlit is given: lines that import it, if they are shorter.

        >>> ServedScript("small", "export default function mount() {}").sent
        'export default function mount() {}'
        """
        if len(self.text) < SMALL:
            return self.text
        return _LOADER.replace("ADDRESS", self.address)

    @functools.cached_property
    def address(self) -> str:
        """Where it is served from now on, relative to the address of the app."""
        file = f"{self.name}-{hashlib.sha256(self.text.encode()).hexdigest()[:12]}.js"
        _texts[file] = self.text
        return f"{FOLDER}/{file}"


def routes() -> list[Route]:
    """The scripts whose addresses were asked for."""
    return [Route(path, _answer) for path in paths_of(f"{FOLDER}/{{file}}")]


def _answer(request: Request) -> Response:
    text = _texts.get(request.path_params["file"])
    if text is None:
        return PlainTextResponse("There is no such script.", 404)
    return Response(text, media_type="text/javascript", headers={"cache-control": KEEP})
