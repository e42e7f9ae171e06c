"""The teacher's second step: how well the models read the class, beside MNIST."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import streamlit as st

from mnist_app import report_charts, words
from mnist_app.classroom.judging import Judgement, mnist_score
from mnist_app.classroom.records import ClassRoom, Drawing
from mnist_app.ui import gallery, models
from mnist_app.ui.charts.pupil_dots import pupil_dots
from mnist_app.ui.classroom import pupil_mark, texts
from mnist_app.ui.classroom.wall_view import readings_of, wall_of
from mnist_app.ui.figures_table import show_table
from mnist_app.ui.models import LoadedModel
from mnist_app.words import _, mark, ngettext

READ_AT_ONCE: Final = 50
"""Drawings that all models read until the progress is shown and others may read."""
FEW_DRAWINGS: Final = 30
"""Drawings of a class below which the page says that they prove little."""
FIRST: Final = "cnn"
"""The model that is looked at first: the class can teach it."""
MATRIX_WIDTH: Final = 430
ANY: Final = mark("any")
DIGITS: Final = (ANY, *map(str, range(10)))
_LABEL, _SAID = "judge_label", "judge_said"


def show_judge(classroom: ClassRoom) -> None:
    """Show the figures of all shipped models, and one of them in detail."""
    wall = wall_of(classroom)
    wall.update()
    drawings, loaded = wall.drawings(), models.all_models()
    st.header(_("How well do the models read us?"), anchor=False)
    if not drawings:
        st.info(
            _(
                "There are no drawings yet. The figures appear here as soon as the first pupil has "
                "drawn a digit; the step Collect shows how to join."
            ),
            icon=":material/hourglass_empty:",
        )
        return
    if not loaded:
        return
    judgements = _judgements(classroom, loaded, drawings)
    _show_models(loaded, judgements)
    if len(drawings) < FEW_DRAWINGS:
        st.caption(
            ngettext(
                "{count} drawing proves little: look how far apart the two ends of “between” are.",
                "{count} drawings prove little: look how far apart the two ends of “between” are.",
                len(drawings),
            ).format(count=len(drawings))
        )
    names = [model.name for model in loaded]
    name = st.selectbox(
        _("Look closer at"),
        names,
        names.index(FIRST) if FIRST in names else 0,
        key="judge_model",
        persist_state="session",
        format_func=lambda name: loaded[names.index(name)].full_name,
        width=380,
    )
    chosen = names.index(name) if name in names else 0
    _show_closer(classroom, loaded[chosen], judgements[chosen], drawings)


def _judgements(
    classroom: ClassRoom, loaded: Sequence[LoadedModel], drawings: Sequence[Drawing]
) -> list[Judgement]:
    """Return the judgement of each model; drawings that are new are read first."""
    readings = readings_of(classroom)
    recognizers = [model.recognizer for model in loaded]
    place = st.empty()
    count = 0
    while new := readings.read(recognizers, drawings, READ_AT_ONCE):
        count += new
        text = ngettext(
            "The models have read {count} new drawing …",
            "The models have read {count} new drawings …",
            count,
        ).format(count=count)
        place.progress(min(count / len(drawings), 1.0), text=text)
    place.empty()
    return readings.judgements([model.name for model in loaded], drawings)


def _show_models(loaded: Sequence[LoadedModel], judgements: Sequence[Judgement]) -> None:
    """Show right of how many for each model, of the class and of MNIST."""
    columns = (
        _("model"),
        _("our drawings"),
        _("with chance"),
        _("MNIST's test digits"),
        _("with chance"),
    )
    rows = []
    for model, judged in zip(loaded, judgements, strict=True):
        row = [model.full_name]
        for score in (judged.score, mnist_score(model.recognizer.bundle)):
            row += [texts.right_of_total(score), score.in_words]
        rows.append(row)
    show_table(_("How many drawings each model reads right"), columns, rows)
    st.caption(
        _(
            "How many are read right. “Between” says where the share of other drawings by the same "
            "pupils would probably lie, 95 times in 100: the more drawings, the closer the two "
            "ends. MNIST's digits were drawn by other people, over thirty years ago, with other "
            "pens."
        )
    )


def _show_closer(
    classroom: ClassRoom, model: LoadedModel, judged: Judgement, drawings: Sequence[Drawing]
) -> None:
    """Show one model's pupils and confusions, and the drawings behind them."""
    dots, matrix, mnist = st.columns(3, gap="medium")
    with dots, st.container(key="judge_pupils"):
        _show_pupils(classroom, judged)
    with matrix, st.container(key="judge_matrix"):
        st.markdown(_("**Which of our digits does it confuse?**"))
        label, said = _chosen_cell()
        _show_matrix(judged, label, said)
    with mnist:
        st.markdown(_("**And which of MNIST's?**"))
        st.vega_lite_chart(
            report_charts.confusion_matrix(model.report.test.confusion_matrix),
            width=MATRIX_WIDTH,
            key=f"judge-mnist-{model.name}",
        )
        st.caption(
            _(
                "The same for the {count} digits of MNIST's test. The page Mistakes shows them."
            ).format(count=words.number(model.report.test.images))
        )
    _show_drawings(judged, drawings)


def _show_pupils(classroom: ClassRoom, judged: Judgement) -> None:
    scores = judged.by_pupil()
    st.markdown(_("**Whose handwriting does it read worst?**"))
    marks = {pupil.number: pupil_mark.data_url(pupil) for pupil in wall_of(classroom).pupils()}
    st.vega_lite_chart(
        pupil_dots([one for one in scores if one.pupil in marks], marks), width="stretch"
    )
    if len(scores) == 1:
        st.caption(_("Only one pupil has drawn so far: there is nobody to compare with yet."))
    else:
        st.caption(
            _(
                "The line is where chance alone may put the sign. Where two lines overlap, the "
                "difference between the two pupils may be chance."
            )
        )


def _chosen_cell() -> tuple[int | None, int | None]:
    """Return the label and the digit said that are chosen below the matrix, None for any."""
    label, said = (st.session_state.get(key, ANY) for key in (_LABEL, _SAID))
    return (None if label == ANY else int(label)), (None if said == ANY else int(said))


def _show_matrix(judged: Judgement, label: int | None, said: int | None) -> None:
    # Each choice has a chart of its own, so that a second click on a cell is a new selection.
    key = f"judge-matrix-{judged.model}-{label}-{said}"
    st.vega_lite_chart(
        report_charts.confusion_matrix(judged.confusion_matrix().tolist(), (label, said)),
        width=MATRIX_WIDTH,
        key=key,
        on_select=lambda: _choose_cell(key, (label, said)),
        selection_mode="cell",
    )
    st.caption(_("A row is the digit that was asked for, a column what was read. Choose a cell."))


def _choose_cell(key: str, chosen: tuple[int | None, int | None]) -> None:
    """Show the drawings behind the selected cell, or all mistakes if it was chosen before."""
    cells = st.session_state[key]["selection"]["cell"]
    if not cells:
        return
    cell = (int(cells[0]["label"]), int(cells[0]["predicted"]))
    label, said = (ANY, ANY) if cell == chosen else cell
    st.session_state[_LABEL], st.session_state[_SAID] = str(label), str(said)
    _to_first_page()


def _to_first_page() -> None:
    st.session_state["judge_page"] = 1


def _show_drawings(judged: Judgement, drawings: Sequence[Drawing]) -> None:
    """Show the class's drawings behind a cell; without a choice, all that are misread."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="judge_choice"):
        for key, title in ((_LABEL, _("The class drew")), (_SAID, _("The model read"))):
            st.selectbox(
                title,
                DIGITS,
                format_func=_,
                key=key,
                persist_state="session",
                width=150,
                on_change=_to_first_page,
            )
    label, said = _chosen_cell()
    wanted = np.ones(len(drawings), np.bool_) if (label, said) != (None, None) else ~judged.right
    if label is not None:
        wanted &= judged.labels == label
    if said is not None:
        wanted &= judged.read == said
    found = np.flatnonzero(wanted).tolist()
    count = texts.drawing_count(len(found))
    if (label, said) == (None, None):
        st.markdown(_("**{drawings}** of ours misread").format(drawings=count))
    else:
        st.markdown(_("**{drawings}** of ours").format(drawings=count))
    caption = _("{label} → said {digit} · pupil {number}")
    captions = [
        caption.format(label=judged.labels[i], digit=judged.read[i], number=judged.pupils[i])
        for i in found
    ]
    images = np.stack([drawing.image for drawing in drawings])
    gallery.show(images[found], captions, "judge", _("A drawing of the class"))
