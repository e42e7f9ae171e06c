"""The models that a class has taught: their figures side by side, and what each has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from mnist_app import words
from mnist_app.classroom.judging import Score
from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.classroom.records import ClassRoom, Drawing, TaughtModel
from mnist_app.errors import TeachingError
from mnist_app.server.class_store import shared_store
from mnist_app.ui import gallery
from mnist_app.ui.classroom import texts
from mnist_app.ui.figures_table import show_table
from mnist_app.words import _

_LOOK: Final = "taught_look"
"""Key of the choice of a taught model."""
_PROBLEM: Final = "taught_problem"


@dataclass(frozen=True, eq=False)
class Taught:
    """A taught model and what its lesson has changed."""

    model: TaughtModel
    outcome: LessonOutcome


def look_at(name: str) -> None:
    """Choose the taught model that is shown; call it before `show_taught`."""
    st.session_state[_LOOK] = name


def show_taught(classroom: ClassRoom, drawings: Sequence[Drawing]) -> None:
    """Show the taught models of a class, the newest first; nothing if there are none."""
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        st.error(problem)
    found = _taught(classroom)
    if not found:
        return
    names = [one.model.name for one in found]
    if st.session_state.get(_LOOK) not in names:
        st.session_state[_LOOK] = names[0]
    st.divider()
    st.header(_("What changed"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(_("Taught model"), names, key=_LOOK, persist_state="session", width=340)
        chosen = found[names.index(name)]
        st.button(
            _("Delete this model"),
            key="taught_delete",
            icon=":material/delete:",
            on_click=_delete,
            args=(classroom, chosen.model),
        )
    _show_outcome(chosen.outcome, drawings)
    if len(found) > 1:
        _show_table(found)
    st.caption(
        _(
            "Everybody in this class finds the taught models in the choice of models on Draw, "
            "Compare and Inside. The address of those pages then opens them for everyone you send "
            "it to."
        )
    )


def _taught(classroom: ClassRoom) -> list[Taught]:
    found = []
    for model in reversed(shared_store.get().taught_models(classroom)):
        try:
            found.append(Taught(model, LessonOutcome.from_json(model.summary)))
        except TeachingError as error:
            st.warning(f"{texts.plain(model.name)}: {error}")
    return found


def _delete(classroom: ClassRoom, model: TaughtModel) -> None:
    st.session_state[_PROBLEM] = texts.problem_of(
        lambda: shared_store.get().delete_taught_model(classroom, model.id)
    )


def _show_outcome(outcome: LessonOutcome, drawings: Sequence[Drawing]) -> None:
    """Show the three figures side by side, and the drawings that changed."""
    st.markdown(texts.how_taught(outcome, texts.pupils(outcome.teachers)))
    pupils, mnist, changed = st.columns(3, gap="small")
    with pupils, st.container(border=True, height="stretch", key="taught_pupils"):
        st.markdown(_("**Each pupil in turn**") if outcome.each_in_turn else _("**Who tested**"))
        _show_change(outcome.before, outcome.after)
        st.caption(
            _(
                "Tested by {pupils}: none of these drawings has taught the model that reads them."
            ).format(pupils=texts.pupils(outcome.testers))
        )
    with mnist, st.container(border=True, height="stretch", key="taught_mnist"):
        st.markdown(_("**MNIST's test digits**"))
        _show_change(outcome.mnist_before, outcome.mnist_after)
        st.caption(
            _("What it learned from you made it forget some of these.")
            if outcome.mnist_after.right < outcome.mnist_before.right
            else _("It has forgotten none of these.")
        )
    with changed, st.container(border=True, height="stretch", key="taught_changed"):
        st.markdown(_("**Drawings that changed**"))
        gained, lost = len(outcome.gained), len(outcome.lost)
        st.markdown(_("## :green[+{gained}] and :orange[−{lost}]").format(gained=gained, lost=lost))
        st.markdown(
            _("{gained} from wrong to right, {lost} from right to wrong.").format(
                gained=texts.drawing_count(gained), lost=texts.drawing_count(lost)
            )
        )
    _show_pictures(
        _("From wrong to right"),
        outcome.gained,
        drawings,
        "taught_gained",
        _("{label}, was read as {digit} · pupil {number}"),
    )
    _show_pictures(
        _("From right to wrong"),
        outcome.lost,
        drawings,
        "taught_lost",
        _("{label}, now read as {digit} · pupil {number}"),
    )


def _show_change(before: Score, after: Score) -> None:
    """Show a score before and after, each with its interval in words."""
    st.markdown(f"## {_share(before)} → {_share(after)}")
    st.markdown(
        _("Before: {count}, {interval}.").format(
            count=texts.right_of_total(before), interval=before.in_words
        )
        + "  \n"
        + _("After: **{count}**, {interval}.").format(
            count=texts.right_of_total(after), interval=after.in_words
        )
    )


def _share(score: Score) -> str:
    return words.per_cent(score.share, 1)


def _show_pictures(
    title: str,
    changed: Sequence[tuple[int, ...]],
    drawings: Sequence[Drawing],
    key: str,
    caption: str,
) -> None:
    """Show the drawings that changed and were not removed since, each with a ``caption``."""
    by_id = {one.id: one for one in drawings}
    shown = [(by_id[number], digit) for number, digit in changed if number in by_id]
    if not shown:
        return
    st.markdown(f"**{title}**")
    captions = [
        caption.format(label=one.label, digit=digit, number=one.pupil_number)
        for one, digit in shown
    ]
    images = np.stack([one[0].image for one in shown])
    gallery.show(images, captions, key, _("A drawing of the class"))


def _show_table(found: Sequence[Taught]) -> None:
    """Show the figures of all taught models."""
    st.markdown(_("**All taught models**"))
    columns = (
        _("taught model"),
        _("taught by"),
        _("rehearsed"),
        _("bent copies"),
        _("tested by"),
        _("before"),
        _("after"),
        _("MNIST before"),
        _("MNIST after"),
    )
    rows = []
    for one in found:
        outcome = one.outcome
        scores = (outcome.before, outcome.after, outcome.mnist_before, outcome.mnist_after)
        testers = _("each in turn") if outcome.each_in_turn else texts.pupils(outcome.testers)
        switches = (outcome.options.rehearse, outcome.options.bend)
        rows.append(
            (
                one.model.name,
                texts.pupils(outcome.teachers),
                *(_("yes") if is_on else _("no") for is_on in switches),
                testers,
                *map(_share, scores),
            )
        )
    show_table(_("Figures of all taught models"), columns, rows)
    st.caption(_("Figures of models that other pupils tested cannot be compared digit for digit."))
