"""Page set-up and navigation: the script that Streamlit runs for every visitor."""

from pathlib import Path

import streamlit as st

from mnist_app.ui import invitation, language, lesson_panel, projector, runtime
from mnist_app.words import _

language.start_run()
UI = Path(__file__).parent
APP = _("Draw a digit")
PAGES = {
    "draw": _("Draw"),
    "numbers": _("Numbers"),
    "photo": _("Photo"),
    "compare": _("Compare"),
    "mistakes": _("Mistakes"),
    "inside": _("Inside"),
    "class": _("Class"),
    "lessons": _("Lessons"),
    "about": _("About"),
}
"""Titles by file and path; the first is the default page."""

pages = [
    st.Page(
        UI / "pages" / f"{name}_page.py",
        title=title,
        url_path=name,
        default=title == PAGES["draw"],
    )
    for name, title in PAGES.items()
]
page = st.navigation(pages, position="top")
st.set_page_config(
    page_title=APP if page.title == PAGES["draw"] else f"{page.title} · {APP}",
    page_icon=str(UI / "icon.png"),
    layout="centered",
)
st.html(UI / "style.css")
with st.container(horizontal=True, key="phone_navigation"):  # where Streamlit hides its own
    for one in pages:
        st.page_link(one, label=one.title)
with st.container(horizontal=True, vertical_alignment="center", key="tools"):
    projector.show_switch()
    invitation.show_invitation()
runtime.resend_after_reconnect()
with runtime.errors_as_sentences():
    lesson_panel.show_panel()
    page.run()
language.show_choice()
language.tell_browser()
