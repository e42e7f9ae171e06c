"""House rules that hold for every page."""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import ParamSpec

import cv2
import streamlit as st
from streamlit import net_util

from mnist_app.errors import MnistAppError

_log = logging.getLogger(__name__)
_Arguments = ParamSpec("_Arguments")


def stay_offline() -> None:
    """Keep the server from asking an outside host for its own address.

    Streamlit does so, and halts all sessions meanwhile, whenever a web page of another origin
    tries to connect (``streamlit.web.server.server_util``). Such a page is refused either way.
    """
    net_util.get_external_ip = lambda: None
    net_util.get_internal_ip = lambda: None


def one_thread_for_opencv() -> None:
    """Keep OpenCV from sharing one picture out among threads of its own.

    It keeps nearly a kilobyte for every thread that ever had it do so (OpenCV's issues 9745 and
    23912), and Streamlit starts a thread for every stroke of every pupil. Sessions share the
    processors anyway.
    """
    cv2.setNumThreads(1)


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


def runs_alone(show: Callable[_Arguments, None]) -> Callable[_Arguments, None]:
    """Make a part of a page run without the rest when something on it is changed or drawn.

    With a class, what a stroke costs the server is what all others wait for
    (benchmarks/classroom.py): running navigation, choice of model and the test set's mistakes with
    it doubles that.
    """

    @st.fragment
    @functools.wraps(show)
    def shown(*args: _Arguments.args, **others: _Arguments.kwargs) -> None:
        with plain_errors():  # app.py, which does the same, has not been run then
            show(*args, **others)

    return shown
