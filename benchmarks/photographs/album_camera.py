"""How a telephone sees it: where it is held, the light in the room, lens, sensor and file."""

import io
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

from benchmarks.photographs.photograph import Floats

FOCAL: Final = 0.75
"""Focal length over the picture's longer side: a telephone's main lens."""
STEP: Final = 8
"""Light is reckoned at every eighth pixel, as it changes slowly."""
CASTS: Final = ((1.16, 1.0, 0.68), (1.1, 1.0, 0.8), (0.86, 1.0, 1.18), (0.92, 1.06, 0.9))
"""Lamp, evening, shade, fluorescent tube, as the white balance leaves them."""
TURNS: Final = {3: 180, 6: 90, 8: 270}
"""EXIF orientation, and by how many degrees counter-clockwise the file's picture then lies."""


@dataclass(frozen=True)
class AlbumView:
    """A picture's width and height, and the homography from millimetres to its pixels."""

    size: tuple[int, int]
    homography: npt.NDArray[np.float64]

    def project(self, points: Floats) -> tuple[Floats, Floats]:
        """Return pixels (n, 2) of ``points`` (n, 2), and the pixels in a millimetre there (n,)."""
        seen = points @ self.homography[:, :2].T + self.homography[:, 2]
        scale = np.sqrt(abs(np.linalg.det(self.homography)) / seen[:, 2] ** 3)
        return (seen[:, :2] / seen[:, 2:]).astype(np.float32), scale.astype(np.float32)

    def places(self) -> tuple[Floats, Floats]:
        """Return x and y (h, w) in millimetres of the places that the pixels see."""
        across, down = (np.arange(side, dtype=np.float32) for side in self.size)
        rows = np.linalg.inv(self.homography).astype(np.float32)
        x, y, depth = (row[0] * across + (row[1] * down[:, None] + row[2]) for row in rows)
        return x / depth, y / depth


def aim(
    points: Floats,
    size: tuple[int, int],
    share: tuple[float, float],
    random: np.random.Generator,
) -> tuple[AlbumView, list[str]]:
    """Return the view that shows ``points`` no larger than ``share`` (width, height) in pixels."""
    turned, tilted = random.random(2) < (0.17, 0.2)
    turn = random.choice([-1, 1]) * random.uniform(6, 20) if turned else random.normal(0, 2.0)
    bent = random.uniform(14, 30) if tilted else abs(random.normal(0, 5))
    way = random.choice([np.pi / 2, random.uniform(0, 2 * np.pi)], p=[0.4, 0.6])
    axis = np.radians(bent) * np.array([-np.sin(way), np.cos(way), 0.0])
    spin = cv2.Rodrigues(axis)[0] @ cv2.Rodrigues(np.array([0, 0, np.radians(turn)]))[0]
    low, high = points.min(axis=0), points.max(axis=0)
    focal = FOCAL * max(size) * random.uniform(1, 1.8)
    away = focal / np.min(np.array(share) / np.maximum(high - low, 1e-3))
    plane = np.column_stack([spin[:, :2], spin[:, :2] @ -(low + high) / 2 + (0, 0, away)])
    view = AlbumView(size, np.diag([focal, focal, 1.0]) @ plane)
    seen = view.project(points)[0]
    zoom = np.min(np.array(share) / np.maximum(np.ptp(seen, axis=0), 1e-3))
    room = np.maximum((np.array(size) * 0.92 - np.ptp(seen, axis=0) * zoom) / 2, 0)
    spot = np.array(size) / 2 + np.clip(random.normal(0, 0.35, 2), -1, 1) * room
    shift = np.diag([zoom, zoom, 1.0])
    shift[:2, 2] = spot - (seen.min(axis=0) + seen.max(axis=0)) / 2 * zoom
    looks = {"turned": turned, "tilted": tilted, "large": size[0] * size[1] > 4e6}
    return AlbumView(size, shift @ view.homography), [name for name, true in looks.items() if true]


def illuminate(size: tuple[int, int], random: np.random.Generator) -> tuple[Floats, list[str]]:
    """Return the light on each pixel's place, float32 (h, w, 3), 1 on average, and its looks."""
    shaded, uneven, cast = random.random(3) < (0.24, 0.22, 0.2)
    wide, tall = (-(-side // STEP) for side in size)
    x, y = ((np.arange(n) - n / 2) / max(wide, tall) for n in (wide, tall))
    y = y[:, None]
    way, out = (
        random.uniform(0, 2 * np.pi),
        random.uniform(0.7, 1) if uneven else random.uniform(0, 0.6),
    )
    high = random.uniform(0.75, 1.1) if uneven else random.uniform(1.5, 3)
    lamp = ((x - out * np.cos(way)) ** 2 + (y - out * np.sin(way)) ** 2 + high**2) ** -1.5
    lamp *= random.uniform(0.3, 0.7) / lamp.mean()
    if shaded:
        kept = 1 - _shadow((wide, tall), random).astype(np.float32) / 255
        lamp *= cv2.GaussianBlur(kept, (0, 0), max(0.6, 10 ** random.uniform(-2.4, -1.2) * tall))
    sky = random.uniform(0.25, 0.6) * (np.array([0.95, 1.0, 1.06]) if shaded else np.ones(3))
    grid = (lamp[..., None] + sky) * (1 - random.uniform(0.05, 0.5) * (x**2 + y**2))[..., None]
    gains = np.array(CASTS[random.integers(len(CASTS))]) if cast else np.ones(3)
    grid *= gains * np.exp(random.normal(0, 0.02, 3)) / grid.mean()
    looks = {"shadow": shaded, "uneven light": uneven, "cast": cast}
    return cv2.resize(grid.astype(np.float32), size), [name for name, true in looks.items() if true]


def expose(
    scene: Floats, stroke: float, faint: bool, random: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], list[str]]:
    """Return the picture uint8 (h, w, 3) that the sensor makes of linear light, and its looks.

    Blur and noise stay such that a line of ``stroke`` pixels can be seen at a glance.
    """
    dark, shaken, unfocused = random.random(3) < (0.12, 0.1, 0.14)
    height, width = scene.shape[:2]
    most = min(stroke, 0.008 * min(height, width))
    if unfocused:
        radius = most * random.uniform(0.35, 1.0)
        reach = int(radius) + 2
        disc = radius + 0.5 - np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
        scene = cv2.filter2D(scene, -1, disc.clip(0, 1) / disc.clip(0, 1).sum())
    if shaken:
        scene = cv2.filter2D(scene, -1, _way(most * random.uniform(0.6, 1.6), random))
    level = random.uniform(0.55, 0.7) if dark else random.uniform(0.74, 0.98)
    photons = 10 ** (random.uniform(2.3, 2.9) if dark else random.uniform(2.9, 4.0))
    photons = max(photons, 600.0) if faint or stroke < 4 else photons
    scene = cv2.GaussianBlur(scene, (0, 0), random.uniform(0.5, 0.9)) * np.float32(level**2.2)
    grey = random.standard_normal((height, width), dtype=np.float32)
    half = random.standard_normal((-(-height // 2), -(-width // 2), 3), dtype=np.float32)
    noise = cv2.resize(half, (width, height)) + 1.6 * cv2.GaussianBlur(grey, (0, 0), 0.6)[..., None]
    scene += 0.7 * noise * np.sqrt((scene.clip(0) + 8 / photons) / photons)
    steps = np.linspace(0, 1, 4096)
    tone = np.where(steps < 0.0031308, 12.92 * steps, 1.055 * steps ** (1 / 2.4) - 0.055)
    picture = np.round(255 * tone).astype(np.uint8)[(scene.clip(0, 1) * 4095).astype(np.uint16)]
    sharpen = max(0.0, random.uniform(-0.4, 0.8))
    soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
    picture = np.asarray(cv2.addWeighted(picture, 1 + sharpen, soft, -sharpen, 0), np.uint8)
    looks = {"low light": dark, "shaken": shaken, "out of focus": unfocused, "noisy": photons < 800}
    return picture, [name for name, true in looks.items() if true]


def store(picture: npt.NDArray[np.uint8], random: np.random.Generator) -> tuple[bytes, list[str]]:
    """Return the picture as a JPEG file, lying in it as its EXIF says (if it has any)."""
    squeezed = random.random() < 0.12
    quality = int(random.integers(22, 45) if squeezed else random.integers(60, 96))
    orientation = int(random.choice([0, 1, 6, 8, 3], p=[0.42, 0.26, 0.22, 0.06, 0.04]))
    image, exif = Image.fromarray(picture), Image.Exif()
    if orientation in TURNS:
        image = image.rotate(TURNS[orientation], expand=True)
    if orientation:
        exif[ExifTags.Base.Orientation] = orientation
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, exif=exif)
    looks = {"strong JPEG": squeezed, "turned by EXIF": orientation in TURNS}
    return file.getvalue(), [name for name, true in looks.items() if true]


def _way(length: float, random: np.random.Generator) -> Floats:
    """Return how long a shaking hand dwells where: a bent way of ``length`` pixels."""
    reach, turn, bend = int(length / 2) + 2, random.uniform(0, np.pi), random.normal(0, 0.15)
    step = np.linspace(-0.5, 0.5, 64)
    way = length * (step + 1j * bend * (step**2 - 0.1)) * np.exp(1j * turn)
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for spot in np.rint(way).tolist():
        kernel[int(spot.imag) + reach, int(spot.real) + reach] += 1 / len(way)
    return np.asarray(cv2.GaussianBlur(kernel, (0, 0), 0.6))


def _shadow(size: tuple[int, int], random: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return 255 where a hand, a phone, a window's frame or an edge keeps the lamp off."""
    kind, long, turn = random.integers(4), max(size), random.uniform(0, 2 * np.pi)
    mask = np.zeros(size[::-1], np.uint8)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    rim = np.array([random.uniform(-0.1, 0.45), random.normal(0, 0.15)]) @ axes * long
    rim += np.array(size) / 2

    def block(start: float, end: float, left: float, right: float) -> None:
        corners = np.array([(start, left), (end, left), (end, right), (start, right)]) @ axes
        cv2.fillConvexPoly(mask, np.round(rim + long * corners).astype(np.int32), 255)

    if kind == 0:
        block(0, 3, -3, 3)
    elif kind == 1:
        wide = random.uniform(0.15, 0.3)
        block(0, random.choice([4 * wide, 3]), -wide, wide)
    elif kind == 2:
        block(0.12, 3, -0.2, 0.16)
        for finger, tip in enumerate(random.uniform(-0.08, 0.05, 4)):
            ends = np.array([(tip, 0.1 * finger - 0.17), (0.2, 0.1 * finger - 0.17)]) @ axes
            start, end = np.round(rim + long * ends).astype(int).tolist()
            cv2.line(mask, start, end, 255, max(2, int(0.075 * long)))
    else:
        pane, bar = random.uniform(0.5, 1.0), random.uniform(0.05, 0.1)
        for place in np.arange(-2, 3) * pane:
            block(place, place + bar, -3, 3)
            block(-3, 3, place, place + bar)
    return mask
