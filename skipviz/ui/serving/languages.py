"""The language of every answer, and the messages of a language for the scripts of the page."""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from skipviz.language import SOURCE, known, preferred, set_language, speaking
from skipviz.ui.components.languages import ADDRESS, messages_json
from skipviz.ui.routing import paths_of
from skipviz.ui.session.address import LANGUAGE

_WEEK = {"cache-control": "public, max-age=604800"}  # its address changes with what it says


class Languages:
    """Says everything in the language that the link names, or that the browser asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI: websockets pass, for their scripts run in threads of their own."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with speaking(language_of(scope)):
            await self._app(scope, receive, send)


def language_of(scope: Scope) -> str:
    """As a session of the same visitor begins (skipviz.ui.session.spoken)."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    named = known(query.get(LANGUAGE, [""])[-1]) or set_language()
    asked = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    return named or preferred(asked) or SOURCE


def routes() -> list[Route]:
    """The messages of every language."""
    return [Route(path, _messages) for path in paths_of(ADDRESS)]


def _messages(request: Request) -> Response:
    tag = known(request.query_params.get(LANGUAGE, ""))
    if tag is None:
        return PlainTextResponse("There is no such language.", 404)
    return Response(messages_json(tag), media_type="application/json", headers=_WEEK)
