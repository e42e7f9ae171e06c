"""Names of taught models."""

from hypothesis import given
from hypothesis import strategies as st

from mnist_app.classroom.class_limits import MAXIMUM_TITLE
from mnist_app.classroom.taught_models import clean_name, free_name


def test_names_are_not_given_twice():
    assert free_name("a", []) == "a"
    assert free_name("a", ["a"]) == "a (2)"
    assert free_name("a", ["a (2)", "a"]) == "a (3)"
    assert len(free_name("a" * MAXIMUM_TITLE, ["a" * MAXIMUM_TITLE])) <= MAXIMUM_TITLE


def test_names_are_short_and_without_markdown():
    assert clean_name(" cnn,  taught by 7b ") == "cnn, taught by 7b"
    assert clean_name("**![a](b)**\u202e :red[c]") == "!a(b) redc"
    assert clean_name("a" * 200) == "a" * MAXIMUM_TITLE


@given(st.text())
def test_a_clean_name_stays_as_it_is(text):
    name = clean_name(text)
    assert clean_name(name) == name
    assert name.isprintable()
