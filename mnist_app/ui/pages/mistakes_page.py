"""The Mistakes page: which test images a model misreads, how it does by digit, and its training."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from mnist_app import report_charts, words
from mnist_app.bundle import KNOWN_LABEL_ERRORS, shipped_names
from mnist_app.model_report import DigitFigures
from mnist_app.ui import gallery, models, url_state
from mnist_app.ui.figures_table import show_table
from mnist_app.ui.formatting import escaped
from mnist_app.ui.models import LoadedModel
from mnist_app.words import _, mark

ANY: Final = mark("any")
DIGITS: Final = (ANY, *map(str, range(10)))
WHO: Final = (
    mark("Only the first is wrong"),
    mark("Only the second is wrong"),
    mark("Both are wrong"),
)
"""In the order of the groups of `gallery.compare`."""
MATRIX_WIDTH: Final = 430


def show_page() -> None:
    """Show the whole page. Only the tab that is open is computed."""
    model = models.show_head(_("Mistakes"))
    if model is None:
        return
    st.markdown(f"{model.mistakes_in_words}.")
    labels = url_state.tab_labels("view", VIEWS, _("the tab"))
    tabs = st.tabs(labels, key="view", bind="query-params")
    for tab, show in zip(tabs, VIEWS.values(), strict=True):
        if tab.open:
            with tab:
                show(model)


def show_gallery(model: LoadedModel) -> None:
    """Show the mistakes that match the filters, and the confusion matrix that sets them."""
    matrix, filters = st.columns([3, 2], gap="medium")
    with filters:
        label = choose_digit("label", _("The label says"))
        predicted = choose_digit("said", _("The model read"))
        minimum_confidence, only_doubtful = choose_confidence()
    with matrix:
        show_matrix(model, label, predicted)
    misread = model.misread
    indices = gallery.select(
        misread,
        label=label,
        predicted=predicted,
        minimum_confidence=minimum_confidence,
        only_doubtful=only_doubtful,
    )
    st.markdown(
        _("**{count} of {total} mistakes**, the most confident first").format(
            count=len(indices), total=len(misread.labels)
        )
    )
    captions = [gallery.caption(misread, index) for index in indices]
    gallery.show(misread.images[indices], captions, "gallery", _("Test image"))
    if gallery.doubtful(misread)[indices].any():
        st.info(
            _(
                "**Is the model wrong, or the label?** People looked at MNIST's test images again "
                "and found {count} labels that are wrong or that nobody can decide (Northcutt and "
                "others, 2021). Here they are marked as **label in doubt**."
            ).format(count=len(KNOWN_LABEL_ERRORS)),
            icon=":material/help:",
        )


def choose_digit(key: str, title: str) -> int | None:
    """Show the choice of a digit; return it, or None for any."""
    choice = st.selectbox(
        title,
        DIGITS,
        on_change=_to_first_page,
        **url_state.bound_options(key, DIGITS, ANY, _("the digit")),
    )
    return None if choice == ANY else int(choice)


def choose_confidence() -> tuple[float, bool]:
    """Show the other filters; return the minimum confidence and whether labels must be in doubt."""
    per_cent = st.slider(
        _("At least this sure"),
        0,
        95,
        0,
        5,
        format="%d %%",
        on_change=_to_first_page,
        **url_state.bound("sure", range(0, 100, 5), 0, _("the slider's value")),
    )
    only_doubtful = st.toggle(
        _("Only labels in doubt"),
        on_change=_to_first_page,
        **url_state.bound("doubt", (True, False), False, _("the switch's position")),
    )
    return per_cent / 100, only_doubtful


def show_matrix(model: LoadedModel, label: int | None, predicted: int | None) -> None:
    """Show the confusion matrix; a click on a cell sets the filters, a second click resets them."""
    chosen = (label, predicted)
    # Each choice has a chart of its own, so that a second click on a cell is a new selection.
    key = f"matrix-{label}-{predicted}"
    st.vega_lite_chart(
        report_charts.confusion_matrix(model.report.test.confusion_matrix, chosen),
        width=MATRIX_WIDTH,
        key=key,
        on_select=lambda: _filter_by_cell(key, chosen),
        selection_mode="cell",
    )
    st.caption(_("A row is what the label says, a column what the model read. Choose a cell."))


def _filter_by_cell(key: str, chosen: tuple[int | None, int | None]) -> None:
    """Set the filters to the selected cell; right readings, on the diagonal, are no mistakes."""
    cells = st.session_state[key]["selection"]["cell"]
    if not cells or cells[0]["label"] == cells[0]["predicted"]:
        return
    cell = (int(cells[0]["label"]), int(cells[0]["predicted"]))
    label, predicted = (ANY, ANY) if cell == chosen else cell
    st.session_state["label"], st.session_state["said"] = str(label), str(predicted)
    _to_first_page()


def _to_first_page() -> None:
    for key in ("gallery", "two"):
        st.session_state[f"{key}_page"] = 1


def show_two_models(model: LoadedModel) -> None:
    """Show which images one of two models reads right and the other wrong."""
    names = [name for name in shipped_names() if name != model.name]
    if not names:
        st.markdown(_("There is no other model to compare this one with."))
        return
    name = st.selectbox(
        _("The second model"),
        names,
        on_change=_to_first_page,
        **url_state.bound("other", names, names[0], _("the other model")),
    )
    second = models.load_model(name)
    groups = gallery.compare(model.misread, second.misread)
    counts = [max(map(len, pair)) for pair in groups]
    st.markdown(
        _(
            "**{first}** images are misread only by the first, {model}; **{second}** only by the "
            "second, {other}; **{both}** by both."
        ).format(
            first=counts[0],
            model=escaped(model.full_name),
            second=counts[1],
            other=escaped(second.full_name),
            both=counts[2],
        )
    )
    who = st.segmented_control(
        _("Show images where"),
        WHO,
        default=WHO[0],
        required=True,
        on_change=_to_first_page,
        **url_state.bound_options("who", WHO, WHO[0], _("the choice")),
    )
    in_first, in_second = groups[WHO.index(who)]
    misread, indices = model.misread, in_first
    if who == WHO[1]:
        misread, indices = second.misread, in_second
    captions = [gallery.caption(misread, index) for index in indices]
    if who == WHO[2]:
        digits = second.misread.probabilities[in_second].argmax(axis=1)
        second_says = _("{caption}. Second: {digit}")
        captions = [
            second_says.format(caption=text, digit=n)
            for text, n in zip(captions, digits, strict=True)
        ]
    gallery.show(misread.images[indices], captions, "two", _("Test image"))


def show_digits(model: LoadedModel) -> None:
    """Show the recall and the precision of each digit."""
    digits = model.report.test.digits
    weakest = {
        key: min(digits, key=lambda row: getattr(row, key)).digit for key in ("recall", "precision")
    }

    def share(row: DigitFigures, key: str) -> str:
        text = words.per_cent(getattr(row, key), 1)
        return _("lowest {share}").format(share=text) if row.digit == weakest[key] else text

    columns = (
        _("digit"),
        _("test images"),
        _("read right (recall)"),
        _("right when said (precision)"),
    )
    rows = [
        (str(row.digit), words.number(row.images), share(row, "recall"), share(row, "precision"))
        for row in digits
    ]
    show_table(_("Recall and precision of each digit"), columns, rows)
    st.markdown(
        _(
            "**Recall**: of all images that are a 4, how many does it read as a 4? **Precision**: "
            "of all images that it calls a 4, how many are a 4? A model that calls everything a 4 "
            "has a recall of 100 % there, and a poor precision."
        )
    )


def show_confidence(model: LoadedModel) -> None:
    """Show the reliability diagram and the expected calibration error."""
    test = model.report.test
    st.markdown(
        _(
            "When a model says “80 % sure” a hundred times, it should be right about 80 times. "
            "Each bar gathers the test images of which it was about equally sure; the number says "
            "how many there are. On the dashed line it is **honest**; below it, it is too sure of "
            "itself; where there are only a few images, chance plays a part."
        )
    )
    st.markdown(_("How often it is right:"))
    st.vega_lite_chart(report_charts.reliability(test.reliability), width="stretch")
    gap = 100 * test.expected_calibration_error
    st.markdown(
        _(
            "On average, what it says and how often it is right are **{gap} percentage points** "
            "apart (expected calibration error)."
        ).format(gap=words.number(gap, 1))
    )


def show_training(model: LoadedModel) -> None:
    """Show accuracy and loss of the training, epoch by epoch."""
    curves = model.report.curves
    if not curves.loss:
        st.info(
            _("How this model got better from epoch to epoch was not recorded. Choose another one.")
        )
        return
    st.markdown(
        _(
            "In an **epoch** the model sees all its training images once. What counts is how it "
            "does on **validation** images, which it does not learn from: when they no longer get "
            "better while the training images do, it is starting to memorise."
        )
    )
    if model.report.recipe.watched_test_images:
        st.markdown(
            _(
                "This recipe watched the test images in place of validation images, as the project "
                "that it follows did. That makes its test result look better than it is."
            )
        )
    for title, training, validation, unit in (
        (_("Read right, in %"), curves.accuracy, curves.validation_accuracy, "%"),
        (_("Loss"), curves.loss, curves.validation_loss, ""),
    ):
        st.header(title, anchor=False)
        chart = report_charts.training_curve(training, validation, unit)
        st.vega_lite_chart(chart, width="stretch")
    st.caption(
        _(
            "Loss is what training makes small: it grows when the model gives the right digit "
            "little probability. Networks with dropout do worse on training images than on "
            "validation images at first, because parts of them are switched off while they learn."
        )
    )


VIEWS: Final[dict[str, Callable[[LoadedModel], None]]] = {
    mark("Gallery"): show_gallery,
    mark("Two models"): show_two_models,
    mark("Digits"): show_digits,
    mark("Confidence"): show_confidence,
    mark("Training"): show_training,
}

show_page()
