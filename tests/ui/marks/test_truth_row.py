"""What the row of answers reports becomes a truth, or nothing."""

import pytest

from mnist_app.ui.marks.truth_row import read_truth
from mnist_app.ui.truths import TRUTHS


@pytest.mark.parametrize("truth", TRUTHS)
def test_a_truth_is_read(truth):
    assert read_truth({"truth": truth}) == truth


@pytest.mark.parametrize("sent", [None, "7", 11, -1, 7.0, True, [7], {}])
def test_anything_else_is_no_truth(sent):
    assert read_truth({"truth": sent}) is None


@pytest.mark.parametrize("value", [None, 7, "truth", {}, [("truth", 7)]])
def test_another_value_has_no_truth(value):
    assert read_truth(value) is None
