"""What ``streamlit run app.py`` opens: page set-up and navigation, nothing else."""

from pathlib import Path

import streamlit as st

from mnist_app.ui import runtime

UI = Path(__file__).parent / "mnist_app" / "ui"
PAGES = ("Draw", "Numbers", "Photo", "Compare", "Mistakes", "Inside", "Lessons", "About")

st.set_page_config(page_title="Draw a digit", page_icon=str(UI / "icon.png"), layout="centered")
st.html(UI / "style.css")
runtime.stay_offline()
runtime.one_thread_for_opencv()
runtime.catch_up_after_reconnecting()
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
with runtime.plain_errors():
    page.run()
