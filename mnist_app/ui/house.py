"""House rules that hold for every page."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import streamlit as st
from streamlit import net_util

from mnist_app.errors import MnistAppError

_log = logging.getLogger(__name__)


def stay_offline() -> None:
    """Keep the server from asking an outside host for its own address.

    Streamlit does so, and halts all sessions meanwhile, whenever a web page of another origin
    tries to connect (``streamlit.web.server.server_util``). Such a page is refused either way.
    """
    net_util.get_external_ip = lambda: None
    net_util.get_internal_ip = lambda: None


@st.fragment(run_every=timedelta(days=1))
def catch_up_after_reconnecting() -> None:
    """Have the browser send what a person did while the connection was down.

    Streamlit's frontend drops a change that it cannot send, such as a stroke. When it has
    reconnected it sends all values again only where something on the page runs by itself
    (``handleConnectionStateChanged``): this does, once a day, and does nothing.
    """


@contextmanager
def plain_errors() -> Iterator[None]:
    """Show what went wrong in a sentence; the details stand in the terminal.

    The session and its drawing live on.
    """
    try:
        yield
    except MnistAppError as error:
        _log.exception("a page ended early")
        st.error(str(error))
    except Exception:  # noqa: BLE001 (whatever it was, the page stays)
        _log.exception("a page ended early")
        st.error(
            "Something went wrong on this page. Your drawing is kept: reload nothing, just draw "
            "on. If it happens again, the terminal that runs the app says why."
        )
