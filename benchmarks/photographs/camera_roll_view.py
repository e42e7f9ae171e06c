"""Where the camera stands: millimetres on the sheet or board become pixels."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.photographs.photograph import Floats


@dataclass(frozen=True, eq=False)
class CameraRollView:
    """The upright picture's size, and the homography from millimetres to its pixels."""

    width: int
    height: int
    matrix: npt.NDArray[np.float64]
    scale: float
    """Pixels to a millimetre where the writing is."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, self.width

    def project(self, points: npt.NDArray[np.floating]) -> Floats:
        """Return where points in millimetres, (n, 2), lie in the picture."""
        return _through(self.matrix, points)

    def unproject(self, pixels: npt.NDArray[np.floating]) -> Floats:
        """Return which points in millimetres are seen at these pixels, (n, 2)."""
        return _through(np.linalg.inv(self.matrix), pixels)

    def reaches_beyond(self, edges: tuple[float, float, float, float]) -> bool:
        """Return whether the picture shows something outside left, top, right and bottom."""
        right, down = self.width - 1, self.height - 1
        corners = self.unproject(np.array([[0, 0], [right, 0], [0, down], [right, down]]))
        return bool((corners < edges[:2]).any() or (corners > edges[2:]).any())

    @cached_property
    def plane(self) -> tuple[Floats, Floats]:
        """The millimetres right and down that every pixel sees, each (height, width)."""
        back = np.linalg.inv(self.matrix).astype(np.float32)
        x = np.arange(self.width, dtype=np.float32)[None]
        y = np.arange(self.height, dtype=np.float32)[:, None]
        depth = 1 / (back[2, 0] * x + back[2, 1] * y + back[2, 2])
        right = (back[0, 0] * x + back[0, 1] * y + back[0, 2]) * depth
        down = (back[1, 0] * x + back[1, 1] * y + back[1, 2]) * depth
        return right, down


def look_at(
    points: Floats,
    size: tuple[int, int],
    *,
    fill: tuple[float, float],
    degrees: float,
    tilt: tuple[float, float],
    place: tuple[float, float],
    border: float,
) -> CameraRollView:
    """Return the view in which ``points`` (millimetres) are as wide and high as asked.

    ``fill`` are the most pixels across and down that the writing may take; it takes all of one of
    them. ``tilt`` is how much nearer the picture's edge is than its middle, across and down;
    ``place`` (0-1) says where in the free room the writing stands, ``border`` how many pixels at
    each edge stay free.
    """
    width, height = size
    radius = np.hypot(width, height) / 2
    angle = np.deg2rad(degrees)
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    move = np.array([[1, 0, -centre[0]], [0, 1, -centre[1]], [0, 0, 1]])
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    )
    lean = np.array([[1, 0, 0], [0, 1, 0], [tilt[0] / radius, tilt[1] / radius, 1]])
    scale = 1.0
    matrix = turn @ move
    for _ in range(5):
        matrix = lean @ np.diag([scale, scale, 1]) @ turn @ move
        extent = np.ptp(_through(matrix, points), axis=0)
        scale *= min(fill[0] / max(float(extent[0]), 1e-6), fill[1] / max(float(extent[1]), 1e-6))
    seen = _through(matrix, points)
    low, high = seen.min(axis=0), seen.max(axis=0)
    room = np.maximum(np.array(size) - 1 - (high - low) - 2 * border, 0)
    shift = border + room * np.array(place) - low
    slide = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]])
    return CameraRollView(width, height, slide @ matrix, scale)


def _through(matrix: npt.NDArray[np.floating], points: npt.NDArray[np.floating]) -> Floats:
    flat = np.asarray(points, np.float64).reshape(-1, 1, 2)
    return np.asarray(cv2.perspectiveTransform(flat, matrix).reshape(-1, 2), np.float32)
