"""Page set-up and navigation: the script that Streamlit runs for every visitor."""

from pathlib import Path

import streamlit as st

from mnist_app.ui import runtime

UI = Path(__file__).parent
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

st.set_page_config(page_title="Draw a digit", page_icon=str(UI / "icon.png"), layout="centered")
st.html(UI / "style.css")
runtime.resend_after_reconnect()
page = st.navigation(
    [
        st.Page(
            UI / "pages" / f"{title.lower()}_page.py",
            title=title,
            url_path=title.lower(),
            default=title == "Draw",
        )
        for title in PAGES
    ],
    position="top",
)
with runtime.errors_as_sentences():
    page.run()
