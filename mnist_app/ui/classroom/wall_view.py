"""The wall: the drawings of a class as they arrive, one group for each pupil.

One component of our own shows it: a widget for each of some thousand drawings would be sent anew
with every change.
"""

import base64
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import streamlit as st
from streamlit.components import v2 as components

from mnist_app import words
from mnist_app.arrays import DIGITS, Image
from mnist_app.classroom.class_readings import ClassReadings
from mnist_app.classroom.records import Changes, ClassRoom, Drawing
from mnist_app.classroom.wall import Wall
from mnist_app.errors import ClassroomError, UnknownClassError
from mnist_app.server.class_store import shared_store
from mnist_app.ui import models, runtime
from mnist_app.ui.classroom import pupil_mark, texts
from mnist_app.words import _

UPDATE_SECONDS: Final = 1.0
"""Time between two looks for what has arrived, so that walls agree within two seconds."""
OVERLAP_SECONDS: Final = 10.0
"""What has arrived in this time is sent again with every update, so that an update that the browser
has missed does not matter. A browser that has missed more asks for everything."""
SHOWN_DRAWINGS: Final = 5_000
"""Drawings on the wall, the newest: each is half a kilobyte of a page. 100 pupils with 50 each."""
READ_PER_UPDATE: Final = 40
"""New drawings that the models read in one update; reading one takes all models a few
milliseconds."""
_KEY: Final = "class_wall"
_STATE: Final = "class_wall_state"
_HERE: Final = Path(__file__).with_name("wall.py")
_component = components.component(
    "class_wall",
    html='<div class="wall"></div>',
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js")
    .read_text(encoding="utf-8")
    .replace("MARK_COLOURS", json.dumps(pupil_mark.HEX))
    .replace("MARK_PATHS", json.dumps(pupil_mark.PATHS)),
)


@dataclass
class Shown:
    """What one browser shows of a class: ``looks`` are times and revisions of the last updates.

    ``removed`` is what can be put back: ("drawing" or "pupil", its number in the store, words).
    """

    class_id: int
    looks: list[tuple[float, int]] = field(default_factory=list)
    removed: list[tuple[str, int, str]] = field(default_factory=list)
    problem: str | None = None

    def next_update(self, revision: int) -> int:
        """Note an update to ``revision``; return the revision after which changes are sent."""
        now = time.monotonic()
        old = [look for look in self.looks if look[0] < now - OVERLAP_SECONDS]
        recent = [look for look in self.looks if look[0] >= now - OVERLAP_SECONDS]
        self.looks = [*old[-1:], *recent, (now, revision)]
        return old[-1][1] if old else -1


@st.cache_resource(max_entries=8, show_spinner=False)
def _wall_and_readings(class_id: int, _classroom: ClassRoom) -> tuple[Wall, ClassReadings]:  # noqa: ARG001
    return Wall(shared_store.get(), _classroom), ClassReadings()


def wall_of(classroom: ClassRoom) -> Wall:
    """Return the wall of a class, the same in all sessions. `Wall.update` reads what is new."""
    return _wall_and_readings(classroom.id, classroom)[0]


def readings_of(classroom: ClassRoom) -> ClassReadings:
    """Return what the shipped models read in the drawings of a class, the same in all sessions."""
    return _wall_and_readings(classroom.id, classroom)[1]


def forget_wall(classroom: ClassRoom) -> None:
    """Drop the drawings of a class from memory, after it was deleted."""
    _wall_and_readings.clear(classroom.id)
    st.session_state.pop(_STATE, None)


def _show_wall(classroom: ClassRoom) -> None:
    """Show the counts and the wall; see `show_wall`."""
    shown = _shown(classroom)
    wall, readings = _wall_and_readings(classroom.id, classroom)
    try:
        revision = wall.update()
    except UnknownClassError as error:
        forget_wall(classroom)
        st.warning(str(error))
        return
    except ClassroomError as error:
        st.error(str(error), icon=":material/cloud_off:")
        revision = wall.since(0).revision
    if shown.problem:
        st.error(shown.problem)
    drawings = wall.drawings()
    _show_counts(len(wall.pupils()), wall)
    recognizers = [model.recognizer for model in models.all_models()] if drawings else []
    readings.read(recognizers, drawings, READ_PER_UPDATE, until_right=True)
    start = shown.next_update(revision)
    _component(
        data={
            "start": start,
            **_as_sent(wall.since(start)),
            "doubts": [
                [drawing.id, digits_in_words(said)] for drawing, said in readings.doubted(drawings)
            ],
            "undo": shown.removed[-1][2] if shown.removed else None,
            "words": script_words(),
        },
        key=_KEY,
        height="content",
        on_drawing_change=lambda: _remove(classroom, "drawing"),
        on_pupil_change=lambda: _remove(classroom, "pupil"),
        on_undo_change=lambda: _undo(classroom),
        on_behind_change=shown.looks.clear,
    )


show_wall = runtime.isolated_fragment(_show_wall, UPDATE_SECONDS)
"""Show the wall of a class, which updates itself."""


def _show_counts(pupils: int, wall: Wall) -> None:
    per_digit = wall.per_digit()
    total = sum(per_digit.values())
    with st.container(key="class_counts"):
        st.markdown(f"**{texts.pupil_count(pupils)}** · **{texts.drawing_count(total)}**")
        if total:
            row = " · ".join(f"{digit}: **{per_digit[digit]}**" for digit in range(DIGITS))
            st.markdown(_("Of each digit: {counts}").format(counts=row))


def _as_sent(changes: Changes) -> dict[str, Any]:
    """Return changes as the component gets them: plain lists, images as base64 of `packed`."""
    drawings = changes.drawings[-SHOWN_DRAWINGS:]
    return {
        "revision": changes.revision,
        "pupils": [
            [one.id, one.number, one.colour, one.shape, not one.is_removed]
            for one in changes.pupils
        ],
        "drawings": [
            [one.id, one.pupil_id, one.label, packed(one.image) if one.is_visible else None]
            for one in drawings
        ],
    }


def packed(image: Image) -> str:
    """Return ``image``, uint8 (28, 28), in base64: 16 grey levels, two pixels a byte."""
    levels = (image.reshape(-1, 2) // 16).astype(np.uint8)
    return base64.b64encode((levels[:, 0] << 4 | levels[:, 1]).tobytes()).decode("ascii")


def digits_in_words(said: Sequence[int]) -> str:
    """Return which digits the models read: "9", or "4 or 9"."""
    return words.either([str(digit) for digit in sorted(set(said))])


def script_words() -> dict[str, str]:
    """Return the texts of the wall's script; it fills the placeholders."""
    return {
        "undo": _("Undo"),
        "removeDrawing": _("Remove this {digit} of pupil {number}"),
        "pupil": _("pupil {number}"),
        "remove": _("Remove"),
        "removePupil": _("Remove pupil {number} with all drawings"),
        "doubted": _("Are these right?"),
        "doubts": _("All models read something else. Remove what was drawn by mistake."),
        "oneDrawing": texts.drawing_count(1),
        "drawings": _("{count} drawings"),
        "tap": _("Tap a drawing to remove it. You can undo that."),
        "empty": _("Drawings arrive here by themselves."),
    }


def _shown(classroom: ClassRoom) -> Shown:
    shown = st.session_state.get(_STATE)
    if not isinstance(shown, Shown) or shown.class_id != classroom.id:
        shown = st.session_state[_STATE] = Shown(classroom.id)
    return shown


def read_number(value: object, name: str) -> int | None:
    """Return the number in the component's value; None for anything else, which no page sends."""
    sent = value.get(name) if isinstance(value, Mapping) else None
    return sent if isinstance(sent, int) and not isinstance(sent, bool) else None


def _remove(classroom: ClassRoom, kind: str) -> None:
    shown, wall = _shown(classroom), wall_of(classroom)
    number = read_number(st.session_state.get(_KEY), kind)
    sentence = _sentence_on(wall, kind, number)
    if number is None or sentence is None:
        return
    store = shared_store.get()
    try:
        if kind == "drawing":
            store.remove_drawing(classroom, number)
        else:
            store.remove_pupil(classroom, number)
    except ClassroomError as error:
        shown.problem = str(error)
        shown.looks.clear()  # the browser has taken it off already
        return
    shown.problem = None
    shown.removed.append((kind, number, sentence))


def _sentence_on(wall: Wall, kind: str, number: int | None) -> str | None:
    """Return what is removed in words, None if it is not on the wall."""
    if kind == "drawing":
        found: list[Drawing] = [one for one in wall.drawings() if one.id == number]
        return (
            _("A drawing of pupil {number} was removed: {digit}.").format(
                number=found[0].pupil_number, digit=found[0].label
            )
            if found
            else None
        )
    pupils = [one for one in wall.pupils() if one.id == number]
    if not pupils:
        return None
    sentence = _("Pupil {number} was removed with all drawings.")
    return sentence.format(number=pupils[0].number)


def _undo(classroom: ClassRoom) -> None:
    shown = _shown(classroom)
    if not shown.removed:
        return
    kind, number, _ = shown.removed[-1]
    store = shared_store.get()
    try:
        if kind == "drawing":
            store.restore_drawing(classroom, number)
        else:
            store.restore_pupil(classroom, number)
    except ClassroomError as error:
        shown.problem = str(error)
        return
    shown.problem = None
    shown.removed.pop()
