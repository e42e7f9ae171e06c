"""Sentences and small parts that the views of the page Class share."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import streamlit as st

from mnist_app import words
from mnist_app.classroom.judging import Score
from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.errors import ClassroomError, StoreError
from mnist_app.ui.classroom import address
from mnist_app.words import _, mark, ngettext

PRIVACY: Final = mark(
    "The class keeps the drawings with their digit, the number of the pupil and the time, on the "
    "computer that runs this app. There are no names and no accounts. Only who has the teacher's "
    "link sees them all; a pupil sees its own."
)
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+.!|<>~:$-])")


def plain(text: str) -> str:
    """Return what a person typed, escaped so that Markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", text)


def pupil_count(count: int) -> str:
    """Return a number of pupils: "1 pupil", "2 pupils"."""
    return ngettext("{count} pupil", "{count} pupils", count).format(count=words.number(count))


def drawing_count(count: int) -> str:
    """Return a number of drawings: "1 drawing", "2 drawings"."""
    return ngettext("{count} drawing", "{count} drawings", count).format(count=words.number(count))


def right_of_total(score: Score) -> str:
    """Return how many drawings are read right: "190 of 200"."""
    return _("{right} of {total}").format(
        right=words.number(score.right), total=words.number(score.total)
    )


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
    # Translators: numbers of pupils, such as "pupil 3" and "pupils 1-4 and 7".
    return ngettext("pupil {numbers}", "pupils {numbers}", len(numbers)).format(
        numbers=words.both(parts)
    )


def how_taught(outcome: LessonOutcome, teachers: str) -> str:
    """Return in a sentence by whom a model was taught, in the words ``teachers``, and how."""
    options = outcome.options
    ways = [
        _("with MNIST rehearsed") if options.rehearse else _("without rehearsing MNIST"),
        _("with bent copies") if options.bend else _("without bent copies"),
    ]
    # Translators: the ways are "with MNIST rehearsed and without bent copies" and the like.
    return _("{model}, taught by {pupils} with {drawings}, {ways}.").format(
        model=outcome.base,
        pupils=teachers,
        drawings=drawing_count(outcome.lessons),
        ways=words.both(ways),
    )


def show_privacy(delete_on: date | None = None) -> None:
    """Say what is stored, where, who sees it and when it is deleted."""
    until = (
        _("All of it is deleted on the day that the teacher chooses.")
        if delete_on is None
        else _("All of it is deleted after {day}.").format(day=words.day(delete_on))
    )
    st.caption(f"{_(PRIVACY)} {until}")


def show_leave(label: str) -> None:
    """Show the button that leads back to the entrance."""
    st.button(label, key="leave", type="tertiary", icon=":material/logout:", on_click=address.leave)


def show_problem(error: ClassroomError) -> None:
    """Say what cannot be done and what to do; `StoreError` comes with a button to try again."""
    if isinstance(error, StoreError):
        st.error(str(error), icon=":material/cloud_off:")
        st.button(_("Try again"), key="try_again", icon=":material/refresh:")
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
