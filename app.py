"""What ``streamlit run app.py`` opens: page set-up and navigation, nothing else."""

from pathlib import Path

import streamlit as st

from mnist_app.ui import house

PAGES = Path(__file__).parent / "mnist_app" / "ui"

st.set_page_config(page_title="Draw a digit", page_icon=str(PAGES / "icon.png"), layout="centered")
st.html(PAGES / "style.css")
house.stay_offline()
house.one_thread_for_opencv()
house.catch_up_after_reconnecting()
page = st.navigation(
    [
        st.Page(PAGES / "draw.py", title="Draw", default=True),
        st.Page(PAGES / "numbers.py", title="Numbers"),
        st.Page(PAGES / "photo.py", title="Photo"),
        st.Page(PAGES / "compare.py", title="Compare"),
        st.Page(PAGES / "mistakes.py", title="Mistakes"),
        st.Page(PAGES / "inside.py", title="Inside"),
        st.Page(PAGES / "lessons.py", title="Lessons"),
        st.Page(PAGES / "about.py", title="About", url_path="about"),
    ],
    position="top",
)
with house.plain_errors():
    page.run()
