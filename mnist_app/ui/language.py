"""The language of a session: the browser's, unless the person or a link chooses another."""

from typing import Final

import streamlit as st
from streamlit.components import v2 as components
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mnist_app import words
from mnist_app.ui import url_state
from mnist_app.words import _

KEY: Final = "lang"

_page = components.component(
    "page_language",
    html="<span></span>",
    js="export default ({ data }) => { document.documentElement.lang = data.language; };",
)


def of_session() -> str:
    """Return the language of the session whose script runs in this thread, otherwise English."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return words.ENGLISH
    chosen = st.session_state.get(KEY) or st.query_params.get(KEY)
    return chosen if chosen in words.LANGUAGES else _of_browser()


def _of_browser() -> str:
    """Return the browser's language if there are texts in it, otherwise English."""
    code = (st.context.locale or "").partition("-")[0].lower()
    return code if code in words.LANGUAGES else words.ENGLISH


def start_run() -> None:
    """Find the language of this run. Call it before the first text of the main script."""
    words.follow(of_session)
    words.start_run()


def tell_browser() -> None:
    """Tell the browser the language of the page: for screen readers and for our scripts."""
    with st.container(key="page_language"):
        _page(data={"language": words.language()}, key="page_language_told", height="content")


def show_choice() -> None:
    """Show the choice of the language."""
    codes = tuple(words.LANGUAGES)
    default = _of_browser()
    with st.container(key="language", horizontal=True, vertical_alignment="center"):
        st.caption(_("Language"), width="content")
        st.segmented_control(
            _("Language"),
            codes,
            default=default,
            required=True,
            label_visibility="collapsed",
            **url_state.bound(KEY, codes, default, _("the language")),
        )
