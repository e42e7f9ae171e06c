"""Contact sheets: every image is there once, dark on white."""

import numpy as np
import pytest

from mnist_app.classroom.contact_sheet import COLUMNS, GAP, SCALE, contact_sheet


@pytest.mark.parametrize("count", [1, COLUMNS, COLUMNS + 3])
def test_all_images_are_on_the_sheet_in_order(count):
    images = np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)
    sheet = contact_sheet(images)
    side = 28 * SCALE + GAP
    columns, rows = min(count, COLUMNS), -(-count // COLUMNS)
    assert sheet.shape == (rows * side + GAP, columns * side + GAP)
    for index, image in enumerate(images):
        row, column = divmod(index, COLUMNS)
        tile = sheet[row * side + GAP :, column * side + GAP :][: 28 * SCALE, : 28 * SCALE]
        assert (255 - tile[::SCALE, ::SCALE] == image).all()
        assert (255 - tile[1::SCALE, 1::SCALE] == image).all()
    margin = sheet[:GAP]
    assert (margin == 255).all()
