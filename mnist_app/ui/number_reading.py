"""The reading of a whole number, shown for drawings and photos alike."""

from typing import Final

import streamlit as st

from mnist_app.prediction import OVER_FROM, NumberReading, Prediction, percentage
from mnist_app.ui.image_row import show_row
from mnist_app.ui.pictures import BoxLabel
from mnist_app.words import _, ngettext

MAXIMUM_IMAGES: Final = 40
"""Number of digits whose 28×28 image a page shows."""


def show_number(number: NumberReading, nothing: str) -> None:
    """Show the number in large type and how sure the network is; ``nothing`` if it is empty."""
    if not number.digits:
        with st.container(key="hint"):
            st.markdown(nothing)
        return
    with st.container(key="number_text"):
        st.markdown("  \n".join("".join(map(_digit, line)) for line in number.lines))
    with st.container(key="sentence"):
        st.markdown(_sentence(number))


def spoken(number: NumberReading, nothing: str) -> str:
    """Return what `show_number` shows as plain text in one line, for `announcement.announce`."""
    if not number.digits:
        return nothing
    text = " ".join("".join(map(_digit, line)) for line in number.lines)
    return f"{text}: {_sentence(number)}"


def show_digit_images(number: NumberReading) -> None:
    """Show the images that the network saw, one for each digit, in reading order."""
    st.header(_("What the network saw"), anchor=False)
    shown = number.digits[:MAXIMUM_IMAGES]
    alt = _("Sign {number}, 28×28 pixels")
    images = [
        (digit.image, digit.sentence, alt.format(number=position))
        for position, digit in enumerate(shown, 1)
    ]
    show_row(images, 140, key="seen")
    if len(number.digits) > MAXIMUM_IMAGES:
        st.caption(
            _("These are the first {count} of {total}.").format(
                count=MAXIMUM_IMAGES, total=len(number.digits)
            )
        )


def box_labels(number: NumberReading, *, with_confidence: bool) -> list[BoxLabel]:
    """Return the box of each digit with what to write at it, for `pictures.with_boxes`."""
    return [
        BoxLabel(
            digit.box or (0, 0, 0, 0),
            _digit(digit),
            digit.accepted,
            _short_confidence(digit) if with_confidence else "",
        )
        for digit in number.digits
    ]


def _sentence(number: NumberReading) -> str:
    """Return in a sentence how sure the network is of the whole number."""
    count = len(number.digits)
    doubtful = sum(not digit.accepted for digit in number.digits)
    if count == 1:
        return number.digits[0].sentence
    if doubtful:
        sentence = ngettext(
            "{doubtful} of {count} signs doesn't look like a digit.",
            "{doubtful} of {count} signs don't look like digits.",
            doubtful,
        ).format(doubtful=doubtful, count=count)
        text = " ".join(number.text.split())
        perhaps = _("{number}, perhaps?").format(number=text)
        return f"{sentence} {perhaps}" if number.is_likely else sentence
    least = min(digit.certainty for digit in number.digits)
    sentence = (
        _("{count} digits, each {certainty} sure")
        if least >= OVER_FROM
        else _("{count} digits, each at least {certainty} sure")
    )
    return sentence.format(count=count, certainty=percentage(least))


def _digit(digit: Prediction) -> str:
    """Return the digit, or "?" if it is not accepted."""
    return str(digit.digit) if digit.accepted else "?"


def _short_confidence(digit: Prediction) -> str:
    """Return the confidence, short enough for a box: "98 %", ">99 %", "no digit"."""
    if not digit.accepted:
        return _("no digit")
    return ">99 %" if digit.certainty >= OVER_FROM else percentage(digit.certainty)
