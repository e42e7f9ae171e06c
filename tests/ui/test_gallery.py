"""Filters of mistakes, captions, and the mistakes that two models share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.bundle import KNOWN_LABEL_ERRORS, Misread
from mnist_app.ui.gallery import caption, compare, doubtful, select

DOUBTFUL = min(KNOWN_LABEL_ERRORS)


def misread(*rows):
    """Return mistakes from (image, label, predicted, confidence)."""
    probabilities = np.zeros((len(rows), 10), np.float32)
    for index, (_, label, predicted, confidence) in enumerate(rows):
        probabilities[index, predicted] = confidence
        probabilities[index, label] = 1 - confidence
    return Misread(
        np.array([row[0] for row in rows], np.int64),
        np.zeros((len(rows), 28, 28), np.uint8),
        np.array([row[1] for row in rows], np.int64),
        probabilities,
    )


MISTAKES = misread((3, 4, 9, 0.75), (DOUBTFUL, 4, 9, 0.998), (9, 7, 1, 0.6), (20, 4, 6, 0.9))


@pytest.mark.parametrize(
    ("wanted", "indices"),
    [
        ({}, [1, 3, 0, 2]),
        ({"label": 4}, [1, 3, 0]),
        ({"predicted": 9}, [1, 0]),
        ({"label": 4, "predicted": 6}, [3]),
        ({"minimum_confidence": 0.75}, [1, 3, 0]),
        ({"only_doubtful": True}, [1]),
        ({"label": 0}, []),
    ],
)
def test_filters_keep_matching_mistakes_the_most_confident_first(wanted, indices):
    assert select(MISTAKES, **wanted).tolist() == indices


def test_captions_name_label_digit_and_confidence():
    assert caption(MISTAKES, 2) == "Label 7 → said 1, 60 % sure"
    assert caption(MISTAKES, 1) == "Label 4 → said 9, over 99 % sure. **Label in doubt**"
    assert doubtful(MISTAKES).tolist() == [False, True, False, False]


INDICES = st.lists(st.integers(0, 12), unique=True, max_size=8)


@given(INDICES, INDICES)
def test_every_mistake_of_two_models_is_in_one_group(mine, theirs):
    one = misread(*((index, 4, 9, 0.5 + index / 40) for index in mine))
    other = misread(*((index, 4, 7, 0.9 - index / 40) for index in theirs))
    (first, _), (_, second), (here, there) = compare(one, other)
    assert set(one.index[first]) == set(mine) - set(theirs)
    assert set(other.index[second]) == set(theirs) - set(mine)
    assert set(one.index[here]) == set(mine) & set(theirs)
    assert one.index[here].tolist() == other.index[there].tolist()
    for indices, model in ((first, one), (second, other), (here, one)):
        confidence = model.probabilities[indices].max(axis=1, initial=0)
        assert (np.diff(confidence) <= 0).all()
