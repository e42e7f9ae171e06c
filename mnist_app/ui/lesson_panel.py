"""The panel of a lesson: one step at a time, beside the page that the step uses.

The address says which step: ``lesson=2.3``. Back and Next open the addresses of the neighbouring
steps, each with the page and the state that it needs, so a step that a teacher hands out, a step
after a reload and a step after Next are the same. The whole lesson is one entry of the browser's
history (``lesson_panel.js``).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st
from streamlit.components import v2 as components

from mnist_app.prediction import Prediction
from mnist_app.ui import url_state
from mnist_app.ui.lesson_text import PARAMETER, Step, StepNumber, find_step, read_lessons
from mnist_app.words import _

KEY: Final = "lesson_panel"
LAST_STEP_KEY: Final = "last_step"
"""Session-state key of the step that the session has seen last, a `StepNumber`."""
_HERE: Final = Path(__file__).parent
_HISTORY: Final = (_HERE / "lesson_history.js").read_text(encoding="utf-8")


def _script(name: str) -> str:
    return _HISTORY + (_HERE / name).read_text(encoding="utf-8")


_panel = components.component(
    "lesson_panel",
    html='<section class="lesson"></section>',
    css=(_HERE / "lesson_panel.css").read_text(encoding="utf-8"),
    js=_script("lesson_panel.js"),
    isolate_styles=False,
)
_state = components.component("lesson_state", js=_script("lesson_state.js"))
_links = components.component(
    "lesson_links",
    html="<p></p><ol></ol>",
    css=(_HERE / "lesson_links.css").read_text(encoding="utf-8"),
    js=_script("lesson_links.js"),
)


def show_panel() -> None:
    """Show the step that the address names, if it names one. Call it in every run, before a page.

    An address with nothing but the step's number, as a teacher writes it on the board, opens the
    page of the step in its state.
    """
    number = _current()
    if number is None:
        return
    st.session_state[LAST_STEP_KEY] = number
    with st.container(key="lesson", height="content"):
        _panel(data=_as_shown(number), key=KEY, height="content")


def show_state(readings: Sequence[Prediction]) -> None:
    """Tell the panel what the page reads: one reading of each model, or none of an empty canvas.

    Pages call it with every stroke; the panel itself only runs with the whole page.
    """
    number = _current()
    if number is None:
        return
    check = step_at(number).check
    with st.container(key="lesson_state"):
        _state(
            data={
                "step": str(number),
                "done": bool(check and check.condition.holds(readings)),
            },
            key="lesson_state_sent",
            height="content",
        )


def show_start(label: str, number: StepNumber, key: str) -> None:
    """Show a link to a step that looks like a button."""
    start = {"label": label, "address": step_address(number)}
    _links(data={"start": start, "links": []}, key=key, height="content")


def show_steps(number: int) -> None:
    """Show links to all steps of the lesson with this number."""
    titles = [step.title for step in read_lessons()[number - 1].steps]
    links = [
        {"label": title, "address": step_address(StepNumber(number, index))}
        for index, title in enumerate(titles, 1)
    ]
    _links(data={"start": None, "links": links}, key="lesson_steps", height="content")


def step_at(number: StepNumber) -> Step:
    """Return the step with this number, which must exist."""
    return read_lessons()[number.lesson - 1].steps[number.step - 1]


def step_address(number: StepNumber) -> str:
    """Return the address of a step from the root of the server: page and state."""
    step = step_at(number)
    state = ((key, url_state.in_words(value)) for key, value in step.query)
    query = urlencode([(PARAMETER, str(number)), *state])
    return f"{_base()}/{step.page}?{query}"


def _base() -> str:
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def _current() -> StepNumber | None:
    value = st.query_params.get(PARAMETER)
    return find_step(value, read_lessons()) if value else None  # other pages need no lessons


def _as_shown(number: StepNumber) -> Mapping[str, Any]:
    lesson = read_lessons()[number.lesson - 1]
    step = lesson.steps[number.step - 1]
    last = len(lesson.steps)
    before = StepNumber(number.lesson, number.step - 1) if number.step > 1 else None
    after = StepNumber(number.lesson, number.step + 1) if number.step < last else None
    lessons_page = f"{_base()}/lessons"
    return {
        "step": str(number),
        "address": step_address(number),
        "region": _("Lesson"),
        "lesson": _("Lesson {number}: {title}").format(number=number.lesson, title=lesson.title),
        "count": _("Step {number} of {count}").format(number=number.step, count=last),
        "title": step.title,
        "paragraphs": step.paragraphs,
        "message": step.check.message if step.check else None,
        "back": {"label": _("Back"), "address": before and step_address(before)},
        "next": {
            "label": _("Next") if after else _("Finish"),
            "address": step_address(after) if after else lessons_page,
        },
        "end": _("End the lesson"),
        "fold": _("The whole step"),
    }
