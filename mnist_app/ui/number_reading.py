"""What the network makes of a whole number, the same for drawings and photos."""

from typing import Final

import streamlit as st

from mnist_app.recognizer import NumberReading, Prediction, percentage
from mnist_app.ui import pictures

MOST_SHOWN: Final = 40
"""Digits of which a page shows what the network saw."""


def show_number(number: NumberReading, nothing: str) -> None:
    """Show the whole number, large, and how sure the network is; or say ``nothing``."""
    if not number.digits:
        with st.container(key="hint"):
            st.markdown(nothing)
        return
    with st.container(key="number_text"):
        st.markdown("  \n".join("".join(map(sign, line)) for line in number.lines))
    with st.container(key="sentence"):
        st.markdown(sentence(number))


def show_seen(number: NumberReading) -> None:
    """Show the images that the network saw, one for each digit, in reading order."""
    st.subheader("What the network saw", anchor=False)
    with st.container(horizontal=True, gap="small", key="seen"):
        for digit in number.digits[:MOST_SHOWN]:
            st.image(pictures.data_url(digit.image), caption=digit.sentence, width=140)
    if len(number.digits) > MOST_SHOWN:
        st.caption(f"These are the first {MOST_SHOWN} of {len(number.digits)}.")


def sentence(number: NumberReading) -> str:
    """Return how sure the network is of the whole number, in words."""
    count = len(number.digits)
    doubts = sum(not digit.accepted for digit in number.digits)
    if count == 1:
        return number.digits[0].sentence
    if doubts:
        return (
            f"I'm not sure of {doubts} of {count} signs. {' '.join(number.text.split())}, perhaps?"
        )
    least = min(digit.confidence for digit in number.digits)
    return f"{count} digits, the least sure one {percentage(least)}"


def sign(digit: Prediction) -> str:
    """Return the digit, or "?" where the network is not sure."""
    return str(digit.digit) if digit.accepted else "?"


def note(digit: Prediction) -> str:
    """Return how sure the network is in the few letters that fit a box: "98 %", ">99 %"."""
    if not digit.accepted:
        return "not sure"
    return percentage(digit.confidence).replace("over ", ">").replace("under ", "<")
