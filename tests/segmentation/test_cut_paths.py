"""Cut paths between touching digits."""

import numpy as np

from mnist_app.preprocessing.normalize import bounding_box
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.segmentation.cut_paths import find_cut_paths
from tests.segmentation.drawn_numbers import line_of


def test_a_cut_path_divides_two_rings_where_they_touch():
    angles = np.linspace(0, 2 * np.pi, 60)
    ring = np.stack([30 * np.cos(angles), 45 * np.sin(angles)], axis=1)
    ink = draw(
        [Stroke((ring + np.array([x, 60])).astype(np.float32), 10) for x in (45, 112)], 120, 160
    )
    x, y, width, height = bounding_box(ink)
    paths = find_cut_paths(ink[y : y + height, x : x + width] / np.float32(255), 0.0, 10.0)
    middles = [float(path.columns[height // 2]) + x for path in paths]
    assert min(abs(middle - 78.5) for middle in middles) < 4
    assert all(0 < path.cost <= 3.5 for path in paths)
    assert all(len(path.columns) == height for path in paths)


def test_one_stroke_has_no_cut_path():
    ink = draw([line_of((30, 20), (34, 120))], 140, 60)
    x, y, width, height = bounding_box(ink)
    assert find_cut_paths(ink[y : y + height, x : x + width] / np.float32(255), 0.0, 10.0) == []
