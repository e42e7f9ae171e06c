"""Run-time behaviour and error handling that all pages share."""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_app.errors import MnistAppError
from mnist_app.words import _

_log = logging.getLogger(__name__)
_Arguments = ParamSpec("_Arguments")


@st.fragment(run_every=timedelta(days=1))
def resend_after_reconnect() -> None:
    """Make the browser send again what was drawn while the connection was down.

    Streamlit's frontend drops a change that it cannot send, such as a stroke. After reconnecting
    it sends all values again only if some fragment of the page runs on a timer
    (``handleConnectionStateChanged``). This fragment does, once a day, and shows nothing.
    """


def uploaded_file(file_id: str) -> bytes | None:
    """Return the content of a file that this session has uploaded, None if it is not kept any more.

    Only the server's store counts and limits uploads, so pages keep the id, not the content.
    """
    context = get_script_run_ctx()
    if context is None:
        return None
    files = context.uploaded_file_mgr.get_files(context.session_id, [file_id])
    return files[0].data if files else None


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Show an exception as one sentence on the page and log the details to the terminal.

    The session and its drawing are kept.
    """
    try:
        yield
    except MnistAppError as error:
        _log.exception("a page ended early")
        st.error(str(error))
    except Exception:  # noqa: BLE001 (any other error is a bug; the page stays usable)
        _log.exception("a page ended early")
        st.error(
            _(
                "Something went wrong on this page. Your drawing is kept: do not reload, just draw "
                "on. If it happens again, the terminal that runs the app says why."
            )
        )


def isolated_fragment(
    show: Callable[_Arguments, None], run_every: float | None = None
) -> Callable[_Arguments, None]:
    """Decorate a part of a page that runs again without the rest of the page.

    It is a Streamlit fragment that shows its own errors as sentences. Running the navigation, the
    choice of the model and the misread images with every stroke doubles the server's work, which
    limits how many pupils can draw at once (measured by benchmarks.load_test). It also runs again
    by itself every ``run_every`` seconds, if that is given.
    """

    @st.fragment(run_every=run_every)
    @functools.wraps(show)
    def fragment(*args: _Arguments.args, **others: _Arguments.kwargs) -> None:
        with errors_as_sentences():  # a fragment's own run does not pass through main.py
            show(*args, **others)

    return fragment
