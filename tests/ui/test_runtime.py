"""Errors become sentences, and a fragment runs without the rest of its page."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.page_runner import SCRIPT_SECONDS

TORN = """
import streamlit as st
from mnist_app.errors import BundleError
from mnist_app.ui import runtime

@runtime.isolated_fragment
def part(error):
    st.markdown("above")
    raise error

with runtime.errors_as_sentences():
    part({error})
st.markdown("below")
"""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("BundleError('Train it again.')", "Train it again."),
        ("RuntimeError('/home/me/secret')", "Something went wrong on this page."),
    ],
)
def test_an_error_in_a_fragment_is_a_sentence_and_the_rest_is_shown(error, said, caplog):
    with caplog.at_level(logging.ERROR):
        app = AppTest.from_string(
            TORN.replace("{error}", error), default_timeout=SCRIPT_SECONDS
        ).run()
    assert not app.exception
    assert [text.value for text in app.markdown] == ["above", "below"]
    (sentence,) = (box.value for box in app.error)
    assert sentence.startswith(said)
    assert "secret" not in sentence
    assert "a page ended early" in caplog.text, "the terminal says why"
