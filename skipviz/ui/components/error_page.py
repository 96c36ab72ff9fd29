"""What a visitor reads when the app itself fails.

Streamlit would say that the message was redacted. Here the page says what is safe and what to do;
the traceback is in the log of the server.
"""

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

from skipviz.language import N_, _

APOLOGY = N_(
    "**Something in skipviz itself went wrong here.** Your network and its settings are in the "
    "address of this page: reload it to go on. The server's log holds the details; please report "
    "them with the address."
)
_P = ParamSpec("_P")
_LOG = logging.getLogger(__name__)


def guarded(draw: Callable[_P, None]) -> Callable[_P, None]:
    """`draw`, with an apology in the place of whatever it fails to draw."""

    @functools.wraps(draw)
    def drawn(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except Exception as error:
            show_error(error)

    return drawn


def show_error(error: Exception) -> None:
    """Say it on the page and in the log."""
    _LOG.error("A page could not be drawn.", exc_info=error)
    st.error(_(APOLOGY), icon=":material/error:")
