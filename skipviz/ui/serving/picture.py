"""The picture of a linked network, for previews of links: boxes and arcs as PNG, drawn by Pillow.

Chats show no SVG. Nothing is measured and nothing is trained for it: it is the drawing alone, made
in a thread, few at a time, and kept.
"""

import asyncio
import contextlib
import io
import re

from PIL import Image, ImageDraw, ImageFont
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from skipviz import link
from skipviz.language import SOURCE, _, language, speaking
from skipviz.link import LinkError
from skipviz.network import Network
from skipviz.text import layer_count_text, skip_count_text
from skipviz.ui.routing import paths_of
from skipviz.ui.session.recent import Recent

ADDRESS = "preview.png"  # relative to the address of the app
WIDTH, HEIGHT = 1200, 630  # what chats and networks ask for (ogp.me names no size)
MOST_BYTES = 8 * 2**20  # that are kept
AT_ONCE, MOST_WAITING = 2, 16
MOST_BOXES, MOST_ARCS = 120, 500
_SIDE, _CHAIN = 80, 420  # pixels from the left, and to the middle of the boxes
_PAPER, _INK, _BOX, _FORWARD, _BACK = "#FFFFFF", "#1F2430", "#DDE3EE", "#0B6BCB", "#B4540A"
_FONTS = ("NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "msyh.ttc", "PingFang.ttc")
"""Fonts of Chinese as systems call them; Pillow looks where the system keeps them."""
_TOKEN = re.compile(r"[A-Za-z0-9_=-]+")


def is_token(text: str) -> bool:
    """Whether it may be the token of a link: its length and letters, not what it holds."""
    return len(text) <= link.MAX_TOKEN and _TOKEN.fullmatch(text) is not None


def picture_address(token: str) -> str:
    """Where the picture of a token is, said in the language of this context."""
    spoken = language()
    return f"{ADDRESS}?n={token}" + ("" if spoken == SOURCE else f"&lang={spoken}")


class Pictures:
    """Answers with the picture of a token; with that of the app where it holds no network."""

    def __init__(self, instead: str) -> None:
        """`instead` is an address, relative to that of the picture."""
        self._instead = instead
        self._kept: Recent[tuple[str, str], bytes] = Recent(MOST_BYTES, len)
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def answer(self, request: Request) -> Response:
        """A PNG of 1200 × 630 pixels."""
        token = request.query_params.get("n", "")
        content = self._kept.find((token, language()))
        if content is None and is_token(token) and self._waiting < MOST_WAITING:
            content = await self._made(token)
        if content is None:
            return RedirectResponse(self._instead)
        day = {"cache-control": "public, max-age=86400"}
        return Response(content, media_type="image/png", headers=day)

    async def _made(self, token: str) -> bytes | None:
        self._waiting += 1
        try:
            async with self._turn:
                content = await asyncio.to_thread(_png, token)
        except LinkError:
            return None
        finally:
            self._waiting -= 1
        self._kept.keep((token, language()), content)
        return content


def routes(instead: str) -> list[Route]:
    """The pictures; `instead` as in `Pictures`."""
    pictures = Pictures(instead)
    return [Route(path, pictures.answer) for path in paths_of(ADDRESS)]


def _png(token: str) -> bytes:
    network, _ = link.decode(token)
    file = io.BytesIO()
    picture(network).save(file, "PNG")
    return file.getvalue()


def picture(network: Network) -> Image.Image:
    """Boxes 0..N+1 in a row, skips above them and feedback skips below, and what it is in words.

    Of many layers only some boxes are drawn, evenly spaced, of many skips the first 500.
    """
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    last = network.depth + 1
    spacing = (WIDTH - 2 * _SIDE) / last
    pen.line([(_SIDE, _CHAIN), (WIDTH - _SIDE, _CHAIN)], fill=_INK, width=2)
    for skip in network.skips[:MOST_ARCS]:
        _arc(pen, *(_SIDE + spacing * end for end in skip.ends))
    every = -(-(last + 1) // MOST_BOXES)
    side = min(44.0, 0.6 * spacing * every)
    for k in range(0, last + 1, every):
        x = _SIDE + spacing * k
        corners = (x - side / 2, _CHAIN - side / 2, x + side / 2, _CHAIN + side / 2)
        pen.rectangle(corners, fill=_BOX, outline=_INK, width=2 if side > 8 else 1)
    _words(pen, network)
    return image


def _words(pen: ImageDraw.ImageDraw, network: Network) -> None:
    """In the language of this context, where there is a font for it; else in English."""
    large, small = _font(56), _font(34)
    if large is None or small is None:
        with speaking(SOURCE):
            _words(pen, network)
        return
    layers = layer_count_text(network.depth)
    skips = skip_count_text(len(network.skips))
    about = _("{layers}, {skips}", layers=layers, skips=skips)
    pen.text((_SIDE, 36), about, fill=_INK, font=large)
    told = _("skipviz: train it with and without its skips")
    pen.text((_SIDE, HEIGHT - 76), told, fill=_INK, font=small)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont | None:
    """One with the letters of the language: Pillow's own has those of English alone."""
    if language() == SOURCE:
        return ImageFont.load_default(size)
    for name in _FONTS:
        with contextlib.suppress(OSError):
            return ImageFont.truetype(name, size)
    return None


def _arc(pen: ImageDraw.ImageDraw, start: float, end: float) -> None:
    """Half an ellipse; a skip from a layer to itself is a small loop below."""
    back = start >= end
    wide = max(abs(end - start), 20.0)
    middle, high = (start + end) / 2, min(0.7 * wide, 80.0 if back else 250.0)
    box = (middle - wide / 2, _CHAIN - high, middle + wide / 2, _CHAIN + high)
    turn = (0, 180) if back else (180, 360)
    pen.arc(box, *turn, fill=_BACK if back else _FORWARD, width=4)
