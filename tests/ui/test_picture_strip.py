"""The picture of a strip shows every drawing, framed, in rows."""

import io

import numpy as np
import pytest
from PIL import Image as PillowImage

from mnist_app.ui.picture_strip import COLUMNS, GAP, GOOD, TILE, WIDTH, WRONG, Tile, draw_strip


def pixels(content):
    return np.asarray(PillowImage.open(io.BytesIO(content)))


def strip(count, title="Race: All ten digits"):
    tiles = [
        Tile(np.full((150, 150), 20 * index, np.uint8), WRONG if index else GOOD, str(index), "1 s")
        for index in range(count)
    ]
    return pixels(draw_strip(title, tiles, "Read by the model cnn"))


@pytest.mark.parametrize("count", [1, COLUMNS, COLUMNS + 2])
def test_all_drawings_are_there_in_order_with_their_frames(count):
    picture = strip(count)
    assert picture.shape[1:] == (WIDTH, 3)
    for colour, number in ((GOOD, 1), (WRONG, count - 1)):
        framed = (picture == colour).all(axis=2).sum()
        assert framed == number * (TILE**2 - (TILE - 12) ** 2)
    row = picture[(picture == GOOD).all(axis=2).any(axis=1)][TILE // 2]
    middles = [GAP + TILE // 2 + column * (TILE + GAP) for column in range(min(count, COLUMNS))]
    assert [tuple(row[x]) for x in middles] == [(20 * i,) * 3 for i in range(len(middles))]


def test_a_long_title_is_made_smaller_until_it_fits():
    picture = strip(1, title="Fool it: " + "fooled and fooled again, " * 6)
    margin = picture[: TILE // 2, WIDTH - GAP + 2 :]
    assert (margin == 255).all()
    assert (picture[: TILE // 2] != 255).any()
