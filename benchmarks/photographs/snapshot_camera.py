"""A telephone's camera over a flat sheet or board: where it is held, the light, lens and sensor.

Places on the sheet are in millimetres, x right, y down, from the middle of the writing; places in
the picture in pixels. Light is linear until `develop` makes 8-bit values of it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Bytes = NDArray[np.uint8]

SMALLEST_DIGIT: Final = 0.066
"""Least height of any digit, as a share of the picture's height."""
TALLEST_DIGIT: Final = 0.56
"""Greatest height of any digit, as a share of the picture's height."""
FOCAL_LENGTHS: Final = (0.72, 1.1)
"""Of a telephone's main camera, in longer sides of the picture."""
TILTS: Final = (11.0, 21.0)
"""Degrees by which a camera that is held at an angle leans to one side."""
STEADY_TILT: Final = 3.5
"""Standard deviation in degrees of the lean of a camera that is held over the writing."""
ROLL: Final = (2.5, 7.0)
"""Standard deviation and limit of the turn of the horizon, in degrees."""
BEND: Final = (0.004, 0.012)
"""How far a curling sheet bends the writing's line, in widths of the picture."""
SHADOW_LEFT: Final = (0.42, 0.75)
"""Share of the light that is left in a shadow: what comes from the rest of the room."""
PENUMBRAS: Final = {"hard shadow": (0.001, 0.006), "soft shadow": (0.02, 0.06)}
"""Width of a shadow's edge, in longer sides of the picture."""
CASTERS: Final = ("edge", "phone", "hand")
DEFOCUS: Final = (0.010, 0.022)
"""Radius of the circle of confusion, in heights of a digit."""
MOTION: Final = (0.022, 0.05)
"""Length of the trace of a point when the hand shakes, in heights of a digit."""
BLUR_IN_PENS: Final = 0.8
"""A blur is never wider than this share of the pen's width: thin lines would fade away."""
EXPOSURES: Final = {"paper": (0.48, 0.88), "board": (0.028, 0.065), "low light": (0.17, 0.30)}
"""Linear value of the bright paper, of a dark board's ground, and of paper in low light."""
SHOT_NOISE: Final = (0.00003, 0.00035)
LOW_LIGHT_NOISE: Final = (0.0006, 0.0018)
"""Variance of the noise over linear light; a sensor counts few photons where light is low."""
BALANCES: Final = {"neutral": 0.0, "warm": 1.0, "cold": -1.0}
QUALITIES: Final = (55, 96)
TURNS: Final = {3: cv2.ROTATE_180, 6: cv2.ROTATE_90_COUNTERCLOCKWISE, 8: cv2.ROTATE_90_CLOCKWISE}
"""How the pixels lie in the file whose EXIF orientation this is."""
_ORIENTATION_TAG: Final = 0x0112
_TONES: Final = 4096


@dataclass(frozen=True, eq=False)
class View:
    """What the camera sees: ``matrix`` takes millimetres to pixels of a ``width`` x ``height``."""

    width: int
    height: int
    matrix: Doubles
    bend: float = 0.0
    bend_phase: float = 0.0

    def project(self, points: NDArray[np.floating]) -> Doubles:
        """Return where ``points`` (n, 2) of the sheet are in the picture, in pixels."""
        seen = _through(self.matrix, np.asarray(points, np.float64))
        seen[:, 1] += self._bent(seen[:, 0])
        return seen

    def ground(self, pixels: NDArray[np.floating]) -> Doubles:
        """Return which place of the sheet is seen at ``pixels`` (n, 2), in millimetres."""
        flat = np.array(pixels, np.float64)
        flat[:, 1] -= self._bent(flat[:, 0])
        return _through(np.linalg.inv(self.matrix), flat)

    def ground_maps(self) -> tuple[Floats, Floats]:
        """Return x and y on the sheet of every pixel, each float32 (height, width)."""
        inverse = np.linalg.inv(self.matrix).astype(np.float32)
        x = np.arange(self.width, dtype=np.float32)[np.newaxis]
        bent = self._bent(x[0]).astype(np.float32)
        y = np.arange(self.height, dtype=np.float32)[:, np.newaxis] - bent
        over = 1 / (inverse[2, 0] * x + inverse[2, 1] * y + inverse[2, 2])
        across = (inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2]) * over
        down = (inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2]) * over
        return across, down

    def scale(self, points: NDArray[np.floating]) -> Doubles:
        """Return pixels per millimetre around ``points`` (n, 2), float64 (n,)."""
        here, right, down = (self.project(points + step) for step in np.eye(3, 2, -1) * 0.1)
        sides = np.stack([right - here, down - here], axis=1) / 0.1
        return np.sqrt(np.abs(np.linalg.det(sides)))

    def bend_slope(self) -> Floats:
        """Return how steeply the bent sheet rises at each column, float32 (width,)."""
        phase = np.pi * np.arange(self.width) / self.width + self.bend_phase
        return (np.pi * self.bend * np.cos(phase)).astype(np.float32)

    def _bent(self, x: NDArray[np.floating]) -> Doubles:
        wave = np.sin(np.pi * x / self.width + self.bend_phase)
        return np.asarray(self.bend * self.width * wave, np.float64)


def aim(
    digits: Sequence[Doubles],
    size: tuple[int, int],
    share: float,
    margins: tuple[float, float, float, float],
    random: np.random.Generator,
    *,
    tilted: bool = False,
    bent: bool = False,
    nearest: float,
) -> View:
    """Return a view of ``digits``, points in mm, that shows them all and none too small.

    ``size`` is width and height in pixels, ``share`` the digits' height in the picture's,
    ``margins`` the room left, above, right and below in shares of the picture, and ``nearest`` the
    fewest millimetres that the shorter side of a sharp picture can show.
    """
    width, height = size
    tall = max(float(np.ptp(digit[:, 1])) for digit in digits)
    lean = random.normal(0, STEADY_TILT, 2)
    if tilted:
        # Most people hold the telephone below the writing and look up the page.
        lean[0] = random.uniform(*TILTS) * (1 if random.random() < 0.75 else -1)
        lean[1] = random.normal(0, 7)
    roll = float(np.clip(random.normal(0, ROLL[0]), -ROLL[1], ROLL[1]))
    focal = float(random.uniform(*FOCAL_LENGTHS)) * max(size)
    bend = float(random.uniform(*BEND)) if bent else 0.0
    phase = float(random.uniform(0, 2 * np.pi))
    left, top, right, bottom = margins
    room = np.array([width * (1 - left - right), height * (1 - top - bottom)])
    scale = min(share * height / tall, min(size) / nearest)
    for _ in range(80):
        matrix = _pose(scale, (float(lean[0]), float(lean[1]), roll), focal)
        seen = [_through(matrix, digit) for digit in digits]
        everything = np.concatenate(seen)
        low, high = everything.min(axis=0), everything.max(axis=0)
        heights = [float(np.ptp(digit[:, 1])) / height for digit in seen]
        if (high - low > room).any() or max(heights) > TALLEST_DIGIT:
            scale *= 0.96
        elif min(heights) < SMALLEST_DIGIT:
            scale *= 1.03
        else:
            break
    # Few people put the number in the very middle.
    slack = room - (high - low)
    corner = np.array([left * width, top * height]) + slack * random.beta(3, 3, 2)
    shift = np.eye(3)
    shift[:2, 2] = corner - low
    return View(width, height, shift @ matrix, bend, phase)


def _pose(scale: float, angles: tuple[float, float, float], focal: float) -> Doubles:
    """Return the homography of a pinhole over the origin that leans by pitch, yaw and roll."""
    pitch, yaw, roll = np.deg2rad(angles)
    turns = [
        cv2.Rodrigues(np.array(axis, np.float64))[0]
        for axis in ((0, 0, roll), (pitch, 0, 0), (0, yaw, 0))
    ]
    turn = turns[0] @ turns[1] @ turns[2]
    lens = np.diag([focal, focal, 1.0])
    return lens @ np.column_stack([turn[:, 0], turn[:, 1], [0, 0, focal / scale]])


def _through(matrix: Doubles, points: Doubles) -> Doubles:
    seen = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return seen[:, :2] / seen[:, 2:]


def light(view: View, kind: str, caster: str, random: np.random.Generator) -> Floats:
    """Return the light on every pixel, linear float32 (height, width, 3), about 1 at its best."""
    # Light changes slowly: a quarter of the resolution holds even a hard shadow's edge.
    width, height = -(-view.width // 4), -(-view.height // 4)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(width, height)
    middle = np.array([x[0, -1], y[-1, 0]]) / 2
    angle = float(random.uniform(0, 2 * np.pi))
    along = np.cos(angle) * (x - middle[0]) + np.sin(angle) * (y - middle[1])
    fall = random.uniform(0.3, 0.9) if kind == "gradient" else random.uniform(0, 0.2)
    field = 1 - np.float32(fall) * (along + 0.5) + np.float32(0.3 * fall) * along**2
    if kind in ("lamp", "low light"):
        at = middle + random.uniform(-0.45, 0.45, 2)
        reach = random.uniform(0.55, 1.1)
        away = (x - at[0]) ** 2 + (y - at[1]) ** 2
        field = field * (0.25 + 0.75 / (1 + away / np.float32(reach) ** 2) ** 1.5)
    shadow = np.zeros((height, width), np.float32)
    if kind in PENUMBRAS:
        shadow = _shadow(caster, width, height, random)
        edge = random.uniform(*PENUMBRAS[kind]) * max(width, height)
        shadow = cv2.GaussianBlur(shadow, (0, 0), max(float(edge), 0.4))
    elif kind == "window frame":
        edge = random.uniform(0.003, 0.012) * max(width, height)
        shadow = cv2.GaussianBlur(_window(x, y, random), (0, 0), float(edge))
    left = random.uniform(*SHADOW_LEFT)
    # What lights a shadow is the sky or the walls: a little bluer than the lamp or the sun.
    tint = left * np.array([0.97, 1.0, 1.0 + random.uniform(0, 0.08)], np.float32)
    coloured = field[..., np.newaxis] * (1 - shadow[..., np.newaxis] * (1 - tint))
    coloured = np.maximum(coloured, 0.05).astype(np.float32)
    whole = cv2.resize(coloured, (view.width, view.height), interpolation=cv2.INTER_LINEAR)
    return whole if not view.bend else whole * (1 + 2.5 * view.bend_slope()[:, np.newaxis])


def _shadow(caster: str, width: int, height: int, random: np.random.Generator) -> Floats:
    """Return where something keeps the light off: float32 (height, width), 1 in the shadow."""
    mask = np.zeros((height, width), np.uint8)
    long = max(width, height)
    # Telephone and hand reach in from below or from the side.
    side = float(random.choice([-1.0, 1.0]))
    foot = np.array([width * (0.5 + side * random.uniform(0.2, 0.5)), height * 1.02])
    if caster == "edge":
        y, x = np.mgrid[0:height, 0:width]
        angle = random.uniform(0, 2 * np.pi)
        along = np.cos(angle) * x + np.sin(angle) * y
        return (along > np.quantile(along[::4, ::4], random.uniform(0.35, 0.85))).astype(np.float32)
    if caster == "phone":
        tall, wide = long * random.uniform(0.7, 1.1), long * random.uniform(0.28, 0.42)
        box = cv2.boxPoints((tuple(foot), (wide, tall), float(random.uniform(-25, 25))))
        corner = max(int(0.05 * long), 1)
        cv2.fillPoly(mask, [box.astype(np.int32)], 1)
        mask = cv2.morphologyEx(
            mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (corner, corner))
        )
        return mask.astype(np.float32)
    # An arm from outside the picture, a palm, and fingers side by side, seldom spread.
    lean = np.deg2rad(-90 - side * random.uniform(5, 50))
    spread = np.deg2rad(random.uniform(3, 12))
    palm = foot + 0.1 * long * np.array([np.cos(lean), np.sin(lean)])
    wrist = palm - long * np.array([np.cos(lean), np.sin(lean)])
    _limb(mask, wrist, palm, 0.17 * long)
    cv2.ellipse(mask, (tuple(palm), (0.3 * long, 0.24 * long), float(np.rad2deg(lean))), 1, -1)
    for finger in range(4):
        angle = lean + spread * (finger - 1.5)
        knuckle = palm + 0.062 * long * (finger - 1.5) * np.array([-np.sin(lean), np.cos(lean)])
        reach = long * (random.uniform(0.27, 0.31) - 0.03 * abs(finger - 1.3))
        tip = knuckle + reach * np.array([np.cos(angle), np.sin(angle)])
        _limb(mask, knuckle, tip, 0.056 * long)
    return mask.astype(np.float32)


def _limb(mask: Bytes, start: Doubles, end: Doubles, thick: float) -> None:
    first, last = np.rint([start, end]).astype(int).tolist()
    cv2.line(mask, first, last, 1, max(round(thick), 1))


def _window(x: Floats, y: Floats, random: np.random.Generator) -> Floats:
    """Return the shadow of a window's bars in the sun, float32 like ``x``."""
    angle, shear = random.uniform(-0.6, 0.6), random.uniform(-0.4, 0.4)
    u = np.cos(angle) * x + np.sin(angle) * y + random.uniform(0, 1)
    v = np.cos(angle) * y - np.sin(angle) * x + shear * x + random.uniform(0, 1)
    bars = np.zeros_like(x)
    for along, pane in ((u, random.uniform(0.35, 0.7)), (v, random.uniform(0.5, 0.9))):
        bars = np.maximum(bars, (along / pane) % 1 < random.uniform(0.07, 0.16))
    return bars.astype(np.float32)


def glare(view: View, writing: Doubles, random: np.random.Generator) -> Floats:
    """Return a lamp's reflection in a glossy board, float32 (height, width), off the writing."""
    places = random.uniform(0.03, 0.97, (24, 2)) * [view.width, view.height]
    low, high = writing.min(axis=0), writing.max(axis=0)
    away = np.linalg.norm(np.maximum(np.maximum(low - places, places - high), 0), axis=1)
    at, room = places[away.argmax()], float(away.max())
    radius = min(random.uniform(0.03, 0.1) * view.height, 0.4 * room)
    x = np.exp(-(((np.arange(view.width) - at[0]) / (random.uniform(1, 2) * radius)) ** 2))
    y = np.exp(-(((np.arange(view.height) - at[1]) / radius) ** 2))
    return np.outer(y, x).astype(np.float32) * np.float32(random.uniform(0.3, 1.0))


def lens(
    scene: Floats, optics: str, digit: float, pen: float, random: np.random.Generator
) -> Floats:
    """Return ``scene`` as the lens draws it; ``digit`` and ``pen`` are sizes in pixels."""
    scene = cv2.GaussianBlur(scene, (0, 0), float(random.uniform(0.45, 0.8)))
    limit = BLUR_IN_PENS * pen
    if optics == "defocus":
        radius = min(float(random.uniform(*DEFOCUS)) * digit, limit / 2)
        scene = cv2.filter2D(scene, -1, _disc(radius))
    elif optics == "motion":
        length = min(float(random.uniform(*MOTION)) * digit, limit)
        scene = cv2.filter2D(scene, -1, _trace(length, float(random.uniform(0, np.pi))))
    return scene


def _disc(radius: float) -> Floats:
    reach = int(np.ceil(radius)) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    return kernel / kernel.sum()


def _trace(length: float, angle: float) -> Floats:
    reach = int(np.ceil(length / 2)) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    along = np.abs(np.cos(angle) * x + np.sin(angle) * y)
    aside = np.abs(np.cos(angle) * y - np.sin(angle) * x)
    kernel = np.clip(length / 2 + 0.5 - along, 0, 1) * np.clip(1 - aside, 0, 1)
    return (kernel / kernel.sum()).astype(np.float32)


def develop(
    scene: Floats, exposure: str, balance: str, vignetting: float, random: np.random.Generator
) -> Bytes:
    """Return what the telephone makes of the light of ``scene``: uint8 (height, width, 3), RGB.

    ``vignetting`` is the share of the light that the corners lack.
    """
    height, width = scene.shape[:2]
    y = (np.arange(height, dtype=np.float32) / height * 2 - 1)[:, np.newaxis]
    x = (np.arange(width, dtype=np.float32) / width * 2 - 1)[np.newaxis]
    scene *= (1 - np.float32(vignetting) * (x**2 + y**2) / 2)[..., np.newaxis]
    warmth = BALANCES[balance] * random.uniform(0.5, 1.0) + random.normal(0, 0.08)
    gains = np.exp(np.array([0.12, -0.02, -0.27]) * warmth)
    level = float(np.quantile(scene[::8, ::8, 1], 0.5 if exposure == "board" else 0.8))
    gain = random.uniform(*EXPOSURES[exposure]) / max(level, 1e-4)
    scene *= (gains * gain).astype(np.float32)
    weak = random.uniform(*(LOW_LIGHT_NOISE if exposure == "low light" else SHOT_NOISE))
    # Telephones clean the noise of colour more than that of brightness.
    grain = random.standard_normal((height, width), np.float32)
    blotches = random.standard_normal((height // 3 + 1, width // 3 + 1, 3), np.float32)
    noise = 0.5 * cv2.resize(blotches, (width, height), interpolation=cv2.INTER_LINEAR)
    noise += grain[..., np.newaxis]
    noise *= np.sqrt(np.float32(weak) * np.maximum(scene, 0) + np.float32(weak**2 + 1e-6))
    scene += noise
    contrast = float(random.uniform(0, 0.35))
    linear = np.linspace(0, 1, _TONES)
    tone = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    tone = (1 - contrast) * tone + contrast * tone**2 * (3 - 2 * tone)
    table = np.rint(255 * tone).astype(np.uint8)
    np.clip(scene, 0, 1, out=scene)
    pixels = table[(scene * np.float32(_TONES - 1)).astype(np.uint16)]
    sharpening = float(random.uniform(0, 0.6))
    soft = cv2.GaussianBlur(pixels, (0, 0), 1.2)
    return cv2.addWeighted(pixels, 1 + sharpening, soft, -sharpening, 0).astype(np.uint8)


def store(pixels: Bytes, size: tuple[int, int], orientation: int, quality: int) -> bytes:
    """Return the JPEG file of ``pixels`` at ``size`` (width, height), lying as EXIF says."""
    if size != (pixels.shape[1], pixels.shape[0]):
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    if orientation in TURNS:
        pixels = cv2.rotate(pixels, TURNS[orientation]).astype(np.uint8)
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = orientation
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, exif=exif)
    return file.getvalue()
