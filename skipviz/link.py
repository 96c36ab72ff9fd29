"""A network and its settings in the token of a link: versioned JSON, deflated, base64url.

Decoding is bounded everywhere, for a token may come from anybody.
"""

import base64
import binascii
import zlib

from pydantic import Field, ValidationError

from skipviz.language import _
from skipviz.network import Network
from skipviz.network.given import takes_network
from skipviz.network.wording import readable
from skipviz.settings import Settings
from skipviz.spec import Spec

VERSION = 1
MAX_TOKEN = 8_192  # characters; hosted proxies seldom let longer addresses through
MAX_TEXT = 262_144  # bytes of JSON


class LinkError(ValueError):
    """A token that cannot be read; the message says why."""


class Shared(Spec):
    """What a link holds."""

    v: int = Field(default=VERSION, ge=1, le=1_000_000)
    network: Network
    settings: Settings = Settings()


@takes_network
def encode(network: Network, settings: Settings | None = None) -> str:
    """The token of a network and its settings; the same content always gives the same token.

    `settings` None are those of the page. It may be too large for a link: `fits` says.

    >>> import skipviz as sv
    >>> token = sv.link.encode(sv.Network.mlp(depth=3, width=8), sv.Settings(seed=7))
    >>> sv.link.fits(token)
    True
    """
    shared = Shared(network=network, settings=settings or Settings())
    body = shared.model_dump_json(exclude_defaults=True, exclude_none=True)
    text = f'{{"v":{VERSION},{body[1:]}'
    packed = zlib.compress(text.encode(), level=9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def fits(token: str) -> bool:
    """Whether `decode` reads a token of `encode`: it does unless the network is too large."""
    try:
        _inflate(token)
    except LinkError:
        return False
    return True


def decode(token: str) -> tuple[Network, Settings]:
    """The network and settings of a token; LinkError when it is damaged, too large or foreign.

    >>> import skipviz as sv
    >>> token = sv.link.encode(sv.Network.mlp(depth=3, width=8), sv.Settings(seed=7))
    >>> network, settings = sv.link.decode(token)
    >>> network.depth, settings.seed
    (3, 7)
    """
    text = _inflate(token)
    try:
        shared = Shared.model_validate_json(text)
    except ValidationError as error:
        why = readable(error).args[0]
        raise LinkError(_("The link holds no sound network.\n{why}", why=why)) from None
    if shared.v != VERSION:
        raise LinkError(
            _(
                "The link is of version {version}; this app reads version {known}.",
                version=shared.v,
                known=VERSION,
            )
        )
    return shared.network, shared.settings


def _inflate(token: str) -> bytes:
    if len(token) > MAX_TOKEN:
        raise LinkError(_("The link is longer than {most} characters.", most=MAX_TOKEN))
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        inflater = zlib.decompressobj()
        text = inflater.decompress(packed, MAX_TEXT)
    except (binascii.Error, zlib.error, ValueError):
        raise LinkError(_("The link is damaged; ask for it again.")) from None
    if inflater.unconsumed_tail:
        raise LinkError(_("The link unpacks to more than {most} bytes.", most=MAX_TEXT))
    if not inflater.eof:
        raise LinkError(_("The link is cut off; ask for it again."))
    return text
