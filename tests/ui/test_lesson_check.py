"""Conditions of lessons hold for the readings that their words describe."""

from types import SimpleNamespace

import pytest

from mnist_app.ui.lesson_check import read_condition


def readings(*digits):
    """Return readings that say these digits, None for no digit."""
    return [
        SimpleNamespace(digit=7 if digit is None else digit, accepted=digit is not None)
        for digit in digits
    ]


@pytest.mark.parametrize(
    ("words", "holding", "failing"),
    [
        ("a 3 is read", [(3,)], [(8,), (None,)]),
        ("an 8 is read", [(8,)], [(3,)]),
        ("a digit is read", [(3,), (8,)], [(None,)]),
        ("no digit is read", [(None,)], [(3,)]),
        ("all models read a 7", [(7,), (7, 7)], [(7, 1), (None, None), (7, None)]),
        ("a model no longer reads a 7", [(7, 1), (None, 7), (1, 1)], [(7, 7)]),
        ("no model reads a 7", [(1, 1), (None, None)], [(7, 1), (7, 7)]),
        ("the models disagree", [(7, 1), (7, None)], [(7, 7), (None, None)]),
    ],
)
def test_a_condition_holds_for_what_its_words_say(words, holding, failing):
    condition = read_condition(words)
    for digits in holding:
        assert condition.holds(readings(*digits))
    for digits in (*failing, ()):
        assert not condition.holds(readings(*digits))


def test_other_words_are_no_condition():
    assert read_condition("a 12 is read") is None
    assert read_condition("all models read") is None
