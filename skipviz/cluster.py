"""A way to a Dask scheduler, for studies and for the jobs of the page. Dask is an optional extra.

How it is encrypted is up to Dask's own configuration: `DASK_DISTRIBUTED__COMM__TLS__CA_FILE` and
its like, or a file in `~/.config/dask`.
"""

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from skipviz.language import _

if TYPE_CHECKING:
    from distributed import Client

VARIABLE = "SKIPVIZ_CLUSTER"
"""The variable that names the scheduler on whose workers a server trains."""


class ClusterError(ConnectionError):
    """There is no way to the workers of a cluster; the message is for who runs it."""


def connected(address: str, patience: float) -> "Client":
    """A client of the scheduler at an address; ClusterError when `patience` seconds do not do."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(_("A cluster needs Dask: pip install 'skipviz[cluster]'.")) from None
    require_address(address)
    try:
        return Client(address, timeout=patience, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # TypeError: a certificate is missing
        raise ClusterError(
            _("There is no scheduler at {address}: {why}.", address=address, why=error)
        ) from None


def require_address(address: str) -> None:
    """ClusterError for what leads nowhere; Dask would try it for long and end in tracebacks."""
    try:
        place = urlsplit(address)
        if not (place.scheme and place.hostname and place.port):
            raise ValueError(_("write it like tcp://10.0.0.1:8786"))
        socket.getaddrinfo(place.hostname, place.port)
    except (OSError, ValueError) as error:
        raise ClusterError(
            _("There is no scheduler at {address}: {why}.", address=address, why=error)
        ) from None
