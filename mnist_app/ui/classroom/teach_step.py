"""The teacher's third step: some pupils teach a model, the others test it."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from mnist_app.classroom.class_drawings import halves
from mnist_app.classroom.lesson_plan import LessonPlan
from mnist_app.classroom.records import ClassRoom, Drawing
from mnist_app.classroom.taught_layer import TeachingOptions
from mnist_app.classroom.taught_models import clean_name
from mnist_app.errors import ClassroomError
from mnist_app.server.class_store import shared_store
from mnist_app.server.lesson_runner import TeachingRun, lesson_runner
from mnist_app.ui import models, runtime, url_state
from mnist_app.ui.classroom import taught_view, texts
from mnist_app.ui.classroom.wall_view import wall_of
from mnist_app.words import _, mark

PROGRESS_SECONDS: Final = 0.7
"""Time between two looks at how far a lesson is."""
FIRST: Final = "cnn"
"""The model that is taught first."""
HALF, CHOSEN, IN_TURN = mark("Half and half"), mark("I choose"), mark("Each in turn")
_NAME: Final = "teach_name"
_PUPILS: Final = "teach_pupils"
_PROBLEM: Final = "teach_problem"
_SEEN: Final = "teach_seen"
"""Session-state key of the lesson whose end this session has shown."""


def show_teach(classroom: ClassRoom) -> None:
    """Show who teaches which model and how; below it, the models that were taught."""
    wall = wall_of(classroom)
    wall.update()
    drawings = wall.drawings()
    st.header(_("Teach a model our digits"), anchor=False)
    lesson = lesson_runner.of_class(classroom)
    if lesson is not None and not lesson.is_over:
        _show_progress(lesson)
    elif not drawings:
        st.info(
            _("There are no drawings yet to teach with. The step Collect shows how pupils join."),
            icon=":material/hourglass_empty:",
        )
    elif len({one.pupil_number for one in drawings}) == 1:
        st.info(
            _(
                "Only one pupil has drawn so far. Teaching needs two: one who teaches and one who "
                "tests what the model has learned."
            ),
            icon=":material/group:",
        )
    else:
        _show_choice(classroom, drawings)
    if lesson is not None and lesson.is_over and st.session_state.get(_SEEN) is not lesson:
        st.session_state[_SEEN] = lesson
        if lesson.taught is not None:
            taught_view.look_at(lesson.taught)
        if lesson.problem is not None:
            st.session_state[_PROBLEM] = str(lesson.problem)
            st.rerun()
    taught_view.show_taught(classroom, drawings)


def _show_choice(classroom: ClassRoom, drawings: Sequence[Drawing]) -> None:
    problem = st.session_state.get(_PROBLEM)
    if problem:
        st.warning(problem, icon=":material/info:")
    st.markdown(
        _(
            "Some pupils teach, the others test: how well a model reads those whom it has learned "
            "from says nothing about anybody else."
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        model = _choose_model()
        st.text_input(
            _("Name of the taught model"),
            key=_NAME,
            max_chars=60,
            placeholder=_("made from the choices"),
            width=300,
            autocomplete="off",
        )
    teachers, is_possible = _choose_teachers(drawings)
    with st.container(horizontal=True, gap="medium"):
        rehearse = st.toggle(
            _("Rehearse MNIST"),
            value=True,
            **url_state.bound("teach_rehearse", (True, False), True, _("the switch's position")),
            help=_(
                "The model goes over some of the digits that it knew before, too. Otherwise it "
                "learns yours and forgets those."
            ),
        )
        bend = st.toggle(
            _("Bent copies"),
            value=True,
            **url_state.bound("teach_bend", (True, False), True, _("the switch's position")),
            help=_(
                "Ten copies of each drawing are learned as well, a little turned, slanted and "
                "shifted. The model sees more ways to write, although nobody draws more."
            ),
        )
    st.button(
        _("Teach"),
        key="teach",
        type="primary",
        icon=":material/school:",
        disabled=model is None or not is_possible,
        on_click=_start,
        args=(
            classroom,
            drawings,
            model,
            teachers,
            TeachingOptions(rehearse=rehearse, bend=bend),
        ),
    )


def _choose_model() -> str | None:
    names = [
        one.name for one in models.all_models() if one.recognizer.bundle.teaching_bytes is not None
    ]
    if not names:
        st.error(_("None of the models here can be taught. Install the model cnn again."))
        return None
    chosen: str | None = st.selectbox(
        _("Model"),
        names,
        names.index(FIRST) if FIRST in names else 0,
        key="teach_model",
        persist_state="session",
        width=172,
        help=_("Models that a class can teach: their last layer learns anew from your drawings."),
    )
    return chosen


def _choose_teachers(drawings: Sequence[Drawing]) -> tuple[tuple[int, ...] | None, bool]:
    """Return the pupils who teach, None for each in turn; and whether that is possible."""
    pupils = tuple(sorted({one.pupil_number for one in drawings}))
    who = st.segmented_control(
        _("Who teaches, who tests?"),
        (HALF, CHOSEN, IN_TURN),
        format_func=_,
        default=HALF,
        required=True,
        key="teach_who",
        persist_state="session",
        help=_(
            "Half and half: a lot decides, the same every time. Each in turn: every pupil tests a "
            "model that all others have taught; it takes longer."
        ),
    )
    if who == IN_TURN:
        st.markdown(
            _(
                "Each of the {count} pupils tests a model that the others have taught. The model "
                "that is kept is taught by all."
            ).format(count=len(pupils))
        )
        return None, True
    teachers, testers = halves(pupils, 0)
    if who == CHOSEN:
        kept = [one for one in st.session_state.get(_PUPILS, teachers) if one in pupils]
        st.session_state[_PUPILS] = kept
        teachers = tuple(
            sorted(
                st.multiselect(
                    _("Pupils who teach"),
                    pupils,
                    format_func=lambda number: _("pupil {number}").format(number=number),
                    key=_PUPILS,
                    persist_state="session",
                )
            )
        )
        testers = tuple(one for one in pupils if one not in teachers)
    if not teachers or not testers:
        st.markdown(_("At least one pupil must teach, and at least one must test."))
        return teachers, False
    lessons = sum(one.pupil_number in teachers for one in drawings)
    tests = len(drawings) - lessons
    st.markdown(
        _(
            "To teach: **{teachers}** with {teaching}. To test: **{testers}** with {testing}."
        ).format(
            teachers=texts.pupils(teachers),
            teaching=texts.drawing_count(lessons),
            testers=texts.pupils(testers),
            testing=texts.drawing_count(tests),
        )
    )
    return teachers, True


def _start(
    classroom: ClassRoom,
    drawings: Sequence[Drawing],
    model: str | None,
    teachers: tuple[int, ...] | None,
    options: TeachingOptions,
) -> None:
    """Begin the lesson; if that is not possible, the page says why."""
    if model is None:
        return
    by = len({one.pupil_number for one in drawings} if teachers is None else teachers)
    plan = LessonPlan.of(model, drawings, teachers, options)
    usual = _("{model}, taught by {pupils}").format(model=model, pupils=texts.pupil_count(by))
    wanted = clean_name(st.session_state[_NAME]) or usual
    try:
        lesson_runner.start(shared_store.get(), classroom, plan, wanted)
    except ClassroomError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    st.session_state[_PROBLEM] = None
    st.session_state[_NAME] = ""


def _show_progress_once(lesson: TeachingRun) -> None:
    if lesson.is_over:
        st.rerun()
    st.progress(lesson.share, text=_("The model is learning. Pupils can draw on meanwhile."))


_show_progress = runtime.isolated_fragment(_show_progress_once, PROGRESS_SECONDS)
"""Show how far a lesson is, until it is over."""
