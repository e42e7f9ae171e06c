"""Page set-up and navigation: the script that Streamlit runs for every visitor."""

from pathlib import Path

import streamlit as st

from mnist_app.ui import runtime

UI = Path(__file__).parent
APP = "Draw a digit"
PAGES = (
    "Draw",
    "Numbers",
    "Photo",
    "Compare",
    "Mistakes",
    "Inside",
    "Class",
    "Lessons",
    "About",
)

page = st.navigation(
    [
        st.Page(
            UI / "pages" / f"{title.lower()}_page.py",
            title=title,
            url_path=title.lower(),
            default=title == PAGES[0],
        )
        for title in PAGES
    ],
    position="top",
)
st.set_page_config(
    page_title=APP if page.title == PAGES[0] else f"{page.title} · {APP}",
    page_icon=str(UI / "icon.png"),
    layout="centered",
)
st.html(UI / "style.css")
runtime.resend_after_reconnect()
with runtime.errors_as_sentences():
    page.run()
