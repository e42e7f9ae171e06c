"""What the box picker reports becomes a box, or nothing."""

import pytest

from mnist_app.ui.box_picker import read_box


def test_a_box_is_read():
    assert read_box({"box": [3, 0, 40, 20]}) == (3, 0, 40, 20)


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"box": None},
        {"box": "1234"},
        {"box": [1, 2, 3]},
        {"box": [1, 2, 3, 4, 5]},
        {"box": [1, 2, 3, 4.5]},
        {"box": [1, 2, 3, True]},
        {"box": [1, 2, 3, [4]]},
    ],
)
def test_anything_else_is_no_box(value):
    assert read_box(value) is None
