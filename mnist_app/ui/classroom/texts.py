"""Sentences and small parts that the views of the page Class share."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import streamlit as st

from mnist_app.errors import ClassroomError, StoreError
from mnist_app.ui.classroom import address

PRIVACY: Final = (
    "The class keeps the drawings with their digit, the number of the pupil and the time, on the "
    "computer that runs this app. There are no names and no accounts. Only who has the teacher's "
    "link sees them all; a pupil sees its own."
)
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+.!|<>~:$-])")


def plain(text: str) -> str:
    """Return what a person typed, escaped so that Markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", text)


def count(number: int, noun: str) -> str:
    """Return a number of things: "1 pupil", "2 pupils"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def pupils(numbers: Sequence[int]) -> str:
    """Return the numbers of pupils, at least one, ascending: "pupil 3", "pupils 1-4 and 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [
        part
        for run in runs
        for part in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run))  # noqa: PLR2004
    ]
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    return f"{'pupil' if len(numbers) == 1 else 'pupils'} {listed}"


def day(when: date) -> str:
    """Return a date as people of all countries read it alike: "5 March 2026"."""
    return f"{when.day} {when:%B %Y}"


def show_privacy(delete_on: date | None = None) -> None:
    """Say what is stored, where, who sees it and when it is deleted."""
    until = (
        "on the day that the teacher chooses" if delete_on is None else f"after {day(delete_on)}"
    )
    st.caption(f"{PRIVACY} All of it is deleted {until}.")


def show_leave(label: str) -> None:
    """Show the button that leads back to the entrance."""
    st.button(label, key="leave", type="tertiary", icon=":material/logout:", on_click=address.leave)


def show_problem(error: ClassroomError) -> None:
    """Say what cannot be done and what to do; `StoreError` comes with a button to try again."""
    if isinstance(error, StoreError):
        st.error(str(error), icon=":material/cloud_off:")
        st.button("Try again", key="try_again", icon=":material/refresh:")
    else:
        st.warning(str(error), icon=":material/info:")


def problem_of(action: Callable[[], object]) -> str | None:
    """Do ``action``; return the sentence of its `ClassroomError`, None if it was done.

    Callbacks of widgets call it: they run before the page and cannot show anything themselves.
    """
    try:
        action()
    except ClassroomError as error:
        return str(error)
    return None
