"""What a person drew, tapped below the reading, and the score of the session."""

import datetime as dt
from typing import Final

import streamlit as st

from mnist_app.arrays import Image
from mnist_app.prediction import Prediction, percentage
from mnist_app.ui.digit_reading import DigitDrawing
from mnist_app.ui.downloads import Download, show_links
from mnist_app.ui.figures_table import show_table
from mnist_app.ui.image_row import show_row
from mnist_app.ui.kept_files import kept_file
from mnist_app.ui.marks import truth_row
from mnist_app.ui.marks.marks_table import marks_table
from mnist_app.ui.marks.scorebook import (
    MarkOutcome,
    ReadingMark,
    Scorebook,
    fingerprint_of,
)
from mnist_app.ui.models import LoadedModel
from mnist_app.ui.picture_strip import WRONG, Tile, draw_strip
from mnist_app.ui.truths import in_words
from mnist_app.words import _, pgettext

_BOOK: Final = "scorebook"
_PICTURE: Final = "scorebook_picture"
"""Session-state keys of the score and of its picture."""
WRONG_SHOWN: Final = 24
"""Number of misread drawings on the page and in the picture, the latest first."""
_WIDTH: Final = 96


def show_marks(model: LoadedModel | None, drawn: DigitDrawing) -> None:
    """Show the row in which one taps what ``drawn`` is, and below it the score so far."""
    with st.container(key="marks", gap="xsmall"):
        if model is not None and drawn.ink is not None and drawn.prediction is not None:
            _show_truths(model.name, drawn.ink, drawn.prediction)
        book = _book()
        if book.marks:
            _show_score(book)


def _show_truths(model: str, ink: Image, prediction: Prediction) -> None:
    drawing = fingerprint_of(ink)
    marked = _book().truth(drawing, model)

    def take(truth: int) -> None:
        """Keep what was tapped; a second tap on the same takes it back."""
        if truth == marked:
            book = _book().without(drawing, model)
        else:
            book = _book().marked(ReadingMark.of(ink, prediction, model, truth))
        st.session_state[_BOOK] = book

    truth_row.show_row(marked, take)


def _book() -> Scorebook:
    book = st.session_state.get(_BOOK)
    return book if isinstance(book, Scorebook) else Scorebook()


def _forget() -> None:
    st.session_state[_BOOK] = Scorebook()


def _show_score(book: Scorebook) -> None:
    fold = st.expander(
        score_in_words(book), icon=":material/checklist:", key="score", on_change="rerun"
    )
    if not fold.open:
        return
    with fold:
        show_table(
            _("The score of each digit"),
            (
                _("You drew"),
                pgettext("reading", "right"),
                pgettext("reading", "wrong"),
                _("not sure"),
            ),
            [
                (in_words(truth), *(str(counts[outcome]) for outcome in MarkOutcome))
                for truth, counts in book.counts_by_truth().items()
            ],
        )
        wrong = book.wrong[: -WRONG_SHOWN - 1 : -1]
        show_row(
            [(mark.attempt.ink, _caption(mark), _("Your drawing")) for mark in wrong],
            _WIDTH,
            key="misread",
            gap="xsmall",
        )
        _show_files(book)
        st.caption(
            _(
                "The score stays here until this tab is closed, as your drawings do. The files go "
                "to your device and nowhere else."
            )
        )
        st.button(_("Start the score again"), key="score_forget", type="tertiary", on_click=_forget)


def _show_files(book: Scorebook) -> None:
    table = marks_table(dt.datetime.now().astimezone().date(), book.marks)
    files = [Download(_("All marks (CSV)"), "score.csv", "text/csv", table.encode("utf-8"))]
    if book.wrong:
        picture = kept_file(_PICTURE, book, lambda: picture_of(book))
        files.insert(0, Download(_("It got me wrong (PNG)"), "wrong.png", "image/png", picture))
    show_links(files, key="score_download")


def picture_of(book: Scorebook) -> bytes:
    """Return a PNG of the drawings that were misread, the latest first."""
    tiles = [
        Tile(
            mark.attempt.ink,
            WRONG,
            _("{truth}, said {answer}").format(
                truth=in_words(mark.truth), answer=mark.attempt.prediction.digit
            ),
            percentage(mark.attempt.prediction.certainty),
        )
        for mark in book.wrong[: -WRONG_SHOWN - 1 : -1]
    ]
    models = ", ".join(sorted({mark.model for mark in book.wrong}))
    return draw_strip(
        _("It got me wrong"),
        tiles,
        _("{score}. Read by: {models}").format(score=score_in_words(book), models=models),
    )


def score_in_words(book: Scorebook) -> str:
    """Return the score: "Your score: 7 right, 2 wrong, 1 not sure"."""
    counts = book.counts()
    return _("Your score: {right} right, {wrong} wrong, {not_sure} not sure").format(
        right=counts[MarkOutcome.RIGHT],
        wrong=counts[MarkOutcome.WRONG],
        not_sure=counts[MarkOutcome.NOT_SURE],
    )


def _caption(mark: ReadingMark) -> str:
    reading = mark.attempt.prediction
    sure = percentage(reading.certainty)
    return _("{truth} → said {digit}, {share} sure").format(
        truth=in_words(mark.truth), digit=reading.digit, share=sure
    )
