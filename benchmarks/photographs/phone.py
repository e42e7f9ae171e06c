"""A phone: where it is held, and what its lens, sensor, processing and file make of the light."""

import io
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.photographs.pens import Levels, Random

TILT: Final = 25.0
ROLL: Final = 8.0
"""Degrees at most: out of the sheet's upright, and turned in the picture's plane."""
UPRIGHT: Final = 1
TURNS: Final = {3: 2, 6: 1, 8: 3}
"""EXIF orientations, and by how many quarters anticlockwise the upright picture is stored."""
SIZES: Final = {
    # the longer side in pixels, and in what share of the pictures
    "up to 1600 pixels": ((1000, 1600), 0.86),
    "up to 2600 pixels": ((1601, 2600), 0.12),
    "12 megapixels": ((4000, 4000), 0.02),
}
ASPECTS: Final = {4 / 3: 0.8, 16 / 9: 0.12, 3 / 2: 0.08}
_ORIENTATION: Final = 0x0112
_FULL_SCALE: Final = 4095


@dataclass(frozen=True)
class Pose:
    """Homography from millimetres on the ground, and the tilt in degrees."""

    matrix: npt.NDArray[np.float64]
    tilt: float

    def project(self, points: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
        """Return pixels (n, 2) of points (n, 2) in millimetres."""
        seen = np.c_[points, np.ones(len(points))] @ self.matrix.T
        return np.asarray(seen[:, :2] / seen[:, 2:], np.float64)

    def ground(self, shape: tuple[int, int]) -> tuple[Levels, Levels]:
        """Return x and y in millimetres of every pixel, float32 (height, width) each."""
        back = np.linalg.inv(self.matrix)
        u, v = np.arange(shape[1])[np.newaxis], np.arange(shape[0])[:, np.newaxis]
        x, y, w = (row[0] * u + (row[1] * v + row[2]) for row in back)
        return (x / w).astype(np.float32), (y / w).astype(np.float32)


def resolution(upright: float, random: Random) -> tuple[tuple[int, int], str]:
    """Return height and width of a picture, and in words how large it is.

    ``upright`` is the share of pictures that are higher than wide.
    """
    name = str(random.choice(list(SIZES), p=[share for _, share in SIZES.values()]))
    long = int(random.integers(*SIZES[name][0], endpoint=True))
    aspect = float(random.choice(list(ASPECTS), p=list(ASPECTS.values())))
    short = round(long / (4 / 3 if name == "12 megapixels" else aspect))
    return ((long, short) if random.random() < upright else (short, long)), name


def hold(
    points: npt.NDArray[np.float32],
    margin: float,
    shape: tuple[int, int],
    per_mm: float,
    random: Random,
) -> tuple[Pose, float]:
    """Return how the phone is held to see all ``points``, and pixels a millimetre in the middle.

    ``per_mm`` is wished for; the phone goes back until ``margin`` millimetres around the points
    are in the picture.
    """
    height, width = shape
    focal = random.uniform(0.75, 1.4) * max(shape)
    lean = float(np.clip(abs(random.normal(0, 10)), 0, TILT))
    # Mostly from below the sheet, as one sits before it
    toward = random.normal(np.pi / 2 * random.choice([1, 1, 1, -1]), 0.7)
    tilt_x, tilt_y = np.deg2rad(lean) * np.array([np.sin(toward), np.cos(toward)])
    roll = np.deg2rad(np.clip(random.normal(0, 3), -ROLL, ROLL))
    rotation = cv2.Rodrigues(np.array([tilt_x, tilt_y, 0.0]))[0]
    rotation = rotation @ cv2.Rodrigues(np.array([0.0, 0.0, roll]))[0]
    lens = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    aim = random.normal(0, 0.1, 2) * np.array([width, height]) / per_mm
    box = np.vstack([points + np.array(side) * margin for side in ((1, 1), (-1, -1), (1, -1))])
    frame = 0.05 * min(shape)
    while True:
        centre = np.array([*aim, 0.0])
        shift = -rotation @ centre + np.array([0, 0, focal / per_mm])
        pose = Pose(lens @ np.column_stack([rotation[:, :2], shift]), lean)
        seen = pose.project(box)
        if (seen > frame).all() and (seen < np.array([width, height]) - frame).all():
            return pose, per_mm
        aim, per_mm = aim * 0.85, per_mm * 0.97


def sensor(
    scene: Levels,
    random: Random,
    *,
    white: float,
    low_light: bool,
    line_width: float,
) -> npt.NDArray[np.uint8]:
    """Return the picture, uint8 (height, width, 3) RGB, of ``scene``, linear light in RGB.

    ``white`` is how much light comes back from something white; the exposure goes by that.
    ``line_width`` is in pixels: nobody keeps a photograph whose lines have run away.
    """
    long = max(scene.shape)
    radius = min(abs(random.normal(0, 0.0008)) * long, 0.4 * line_width)
    if radius > 0.6:
        scene = np.asarray(cv2.filter2D(scene, -1, _disk(radius)), np.float32)
    if random.random() < (0.4 if low_light else 0.15):
        length = min(random.uniform(0.0015, 0.004) * long, 0.7 * line_width)
        if length > 1.5:
            scene = np.asarray(cv2.filter2D(scene, -1, _shake(length, random)), np.float32)
    level = random.uniform(0.12, 0.26) if low_light else random.uniform(0.45, 0.97)
    exposed = scene * np.float32(level / white)
    # Photons come by chance: their noise grows with the root of the light.
    electrons = np.exp(random.uniform(*np.log((500, 1500) if low_light else (2500, 25000))))
    read = random.uniform(0.001, 0.003) * (2 if low_light else 1)
    spread = np.sqrt(np.maximum(exposed, 0) / np.float32(electrons) + np.float32(read**2))
    exposed += random.standard_normal(exposed.shape, np.float32) * spread
    # Colours are put together from neighbouring pixels, and the phone takes some noise away.
    sigma = random.uniform(0.7, 1.0) if low_light else random.uniform(0.4, 0.65)
    exposed = np.asarray(cv2.GaussianBlur(exposed, (0, 0), sigma), np.float32)
    curve = _tone_curve(random.uniform(0, 0.5))
    picture = curve[np.clip(exposed * _FULL_SCALE + 0.5, 0, _FULL_SCALE).astype(np.uint16)]
    if random.random() < 0.8:
        around = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.8, 1.8) * max(1, long / 2200))
        amount = random.uniform(0.2, 0.5 if low_light else 0.9)
        picture = cv2.addWeighted(picture, 1 + amount, around, -amount, 0)
    return np.asarray(picture, np.uint8)


def darkening(shape: tuple[int, int], strength: float) -> Levels:
    """Return the lens's vignetting, float32 (height, width): 1 in the middle."""
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, np.newaxis]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[np.newaxis]
    return np.asarray(1 - np.float32(strength) * (x * x + y * y) / 2, np.float32)


def _disk(radius: float) -> Levels:
    """Return the kernel of a lens out of focus."""
    side = int(np.ceil(radius))
    y, x = np.mgrid[-side : side + 1, -side : side + 1]
    inside = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return np.asarray(inside / inside.sum(), np.float32)


def _shake(length: float, random: Random) -> Levels:
    """Return the kernel of a hand that moved ``length`` pixels on a slightly bent way."""
    side = int(np.ceil(length / 2)) + 2
    angle, bend = random.uniform(0, np.pi), random.normal(0, 0.4)
    t = np.linspace(-0.5, 0.5, 64)
    x = length * (t * np.cos(angle) - bend * t * t * np.sin(angle))
    y = length * (t * np.sin(angle) + bend * t * t * np.cos(angle))
    edges = np.arange(-side, side + 2) - 0.5
    kernel, _, _ = np.histogram2d(y, x, bins=(edges, edges))
    soft = cv2.GaussianBlur(kernel.astype(np.float32), (0, 0), 0.5)
    return np.asarray(soft / soft.sum(), np.float32)


def _tone_curve(contrast: float) -> npt.NDArray[np.uint8]:
    """Return 8-bit levels of linear light in equal steps from 0 to 1: sRGB, a little steeper."""
    linear = np.linspace(0, 1, _FULL_SCALE + 1)
    level = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    steep = level * level * (3 - 2 * level)
    return np.asarray(np.rint(255 * (level + contrast * (steep - level))), np.uint8)


def jpeg(picture: npt.NDArray[np.uint8], quality: int, orientation: int) -> bytes:
    """Return the JPEG file of an upright picture, stored turned as ``orientation`` of EXIF says."""
    stored = np.rot90(picture, TURNS.get(orientation, 0))
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(stored)).save(
        file, "JPEG", quality=quality, exif=exif, subsampling="4:2:0"
    )
    return file.getvalue()
