"""A phone's camera: where it is held, its lens, its sensor, its picture processing and its file."""

import io
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

from benchmarks.photographs.photograph import Floats

Bytes = npt.NDArray[np.uint8]

STORED_TURNS: Final = {1: 0, 3: 2, 6: 1, 8: 3}
"""EXIF orientation: quarter turns against the clock from the upright picture to the stored one."""
LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
LEVELS: Final = 4095
MOST_CLIPPING: Final = 1.2
"""How far above white a phone lets the brightest part of a picture come."""


@dataclass(frozen=True)
class Pose:
    """How the phone is held over the sheet. Angles are degrees, lengths mm."""

    size: tuple[int, int]
    """The upright picture's width and height in pixels."""
    focal: float
    """In units of the picture's longer side; 0.75 is a phone's main lens."""
    span: float
    """The part of the sheet, in mm, that fits into the picture's width in its middle."""
    aim: tuple[float, float]
    """What the middle of the picture sees."""
    tilt: float
    towards: float
    """The direction to which it is tilted."""
    roll: float


def homography(pose: Pose) -> npt.NDArray[np.float64]:
    """Return the matrix (3, 3) from mm on the sheet to pixels of the upright picture."""
    width, height = pose.size
    focal = pose.focal * max(pose.size)
    axis = np.radians(pose.towards)
    tilt, _ = cv2.Rodrigues(np.array([np.cos(axis), np.sin(axis), 0.0]) * np.radians(pose.tilt))
    roll, _ = cv2.Rodrigues(np.array([0.0, 0.0, np.radians(pose.roll)]))
    turned = roll @ tilt
    away = np.array([0.0, 0.0, focal * pose.span / width])
    shift = away - turned[:, :2] @ np.array(pose.aim)
    lens = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    matrix = lens @ np.column_stack([turned[:, :2], shift])
    return np.asarray(matrix / matrix[2, 2], np.float64)


def project(matrix: npt.NDArray[np.float64], points: Floats) -> Floats:
    """Return points (n, 2) in mm as pixels, float32 (n, 2)."""
    seen = cv2.perspectiveTransform(np.asarray(points, np.float64)[None], matrix)
    return np.asarray(seen[0], np.float32)


def looked_at(matrix: npt.NDArray[np.float64], size: tuple[int, int]) -> Floats:
    """Return the point in mm that each pixel looks at, float32 (height, width, 2)."""
    back = np.linalg.inv(matrix)
    back = np.asarray(back / back[2, 2], np.float32)
    x = np.arange(size[0], dtype=np.float32)[None, :]
    y = np.arange(size[1], dtype=np.float32)[:, None]
    rows = [back[i, 0] * x + (back[i, 1] * y + back[i, 2]) for i in range(3)]
    return np.stack([rows[0] / rows[2], rows[1] / rows[2]], axis=2)


@dataclass(frozen=True)
class Camera:
    """What lens, sensor and processing do to a picture."""

    lens: float
    """Standard deviation of the sharp lens's spot, in pixels."""
    defocus: float
    """Radius of the disc that a point becomes, in pixels; 0 when it is in focus."""
    shake: tuple[float, float]
    """The way of the hand while the shutter is open, in pixels."""
    vignette: float
    """The share of light that the corners lack."""
    exposure: float
    """The linear value, 0-1, that the bright part of the picture is brought to."""
    meter: float
    """What counts as the bright part: a percentile."""
    balance: tuple[float, float, float]
    """What is left of the light's colour after white balance."""
    shot_noise: float
    """Variance of noise at a full pixel, linear."""
    read_noise: float
    """Standard deviation of noise in the dark, linear."""
    sharpening: float
    contrast: float
    """0 is the plain sRGB curve, 1 the strongest S curve."""


def develop(radiance: Floats, camera: Camera, random: np.random.Generator) -> Bytes:
    """Return the picture of linear radiance (height, width, 3), uint8 RGB of the same shape."""
    height, width = radiance.shape[:2]
    picture = _through_lens(radiance, camera)
    picture *= _vignette(width, height, camera.vignette)[..., None]
    brightness = picture[::8, ::8] @ LUMINANCE
    gain = camera.exposure / max(1e-6, float(np.percentile(brightness, camera.meter)))
    gain = min(gain, MOST_CLIPPING / max(1e-6, float(brightness.max())))
    picture *= np.float32(gain) * np.array(camera.balance, np.float32)
    picture = _with_noise(picture, camera, random)
    levels = (np.clip(picture, 0, 1, out=picture) * np.float32(LEVELS)).astype(np.uint16)
    toned = np.take(_tone_curve(camera.contrast), levels, mode="clip")
    if camera.sharpening:
        soft = cv2.GaussianBlur(toned, (0, 0), 1.3)
        toned = cv2.addWeighted(toned, 1 + camera.sharpening, soft, -camera.sharpening, 0)
    return np.asarray(np.clip(np.rint(toned), 0, 255), np.uint8)


def phone_file(picture: Bytes, orientation: int | None, quality: int, subsampling: str) -> bytes:
    """Return the upright picture as a JPEG file whose pixels are turned as EXIF's tag says.

    Without an ``orientation`` the file has no EXIF block, as messengers send it.
    """
    stored = np.ascontiguousarray(np.rot90(picture, STORED_TURNS[orientation or 1]))
    file = io.BytesIO()
    exif = b""
    if orientation is not None:
        tags = Image.Exif()
        tags[ExifTags.Base.Orientation] = orientation
        exif = tags.tobytes()
    Image.fromarray(stored).save(file, "JPEG", quality=quality, subsampling=subsampling, exif=exif)
    return file.getvalue()


def _through_lens(radiance: Floats, camera: Camera) -> Floats:
    picture = np.asarray(cv2.GaussianBlur(radiance, (0, 0), camera.lens), np.float32)
    if camera.defocus:
        reach = int(np.ceil(camera.defocus)) + 1
        y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
        disc = np.clip(camera.defocus + 0.5 - np.hypot(x, y), 0, 1)
        picture = np.asarray(cv2.filter2D(picture, -1, disc / disc.sum()), np.float32)
    if any(camera.shake):
        reach = int(np.ceil(np.hypot(*camera.shake) / 2)) + 2
        way = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
        half = np.array(camera.shake) / 2
        ends = np.rint((np.stack([reach - half, reach + half])) * 16).astype(int)
        cv2.line(way, ends[0].tolist(), ends[1].tolist(), 1.0, 1, cv2.LINE_8, 4)
        way = np.asarray(cv2.GaussianBlur(way, (0, 0), 0.6))
        picture = np.asarray(cv2.filter2D(picture, -1, way / way.sum()), np.float32)
    return picture


def _vignette(width: int, height: int, loss: float) -> Floats:
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :] ** 2
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None] ** 2
    return np.asarray(1 - np.float32(loss / 2) * (x + y), np.float32)


def _with_noise(picture: Floats, camera: Camera, random: np.random.Generator) -> Floats:
    """Add noise that grows with the light, its colour coarser than its brightness.

    A phone's processing has filtered both already, colour more, so neither is white any more.
    """
    height, width = picture.shape[:2]
    light = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    deviation = cv2.sqrt(light * np.float32(camera.shot_noise) + np.float32(camera.read_noise**2))
    grey = cv2.GaussianBlur(random.standard_normal((height, width), np.float32), (0, 0), 0.6)
    colour: Floats = random.standard_normal((height // 3 + 1, width // 3 + 1, 3), np.float32)
    colour = cv2.resize(colour, (width, height), interpolation=cv2.INTER_LINEAR)
    noise = cv2.addWeighted(cv2.merge([grey] * 3), 1.6, colour, 0.7, 0)
    noise = cv2.multiply(noise, cv2.merge([deviation] * 3), dst=noise)
    return np.asarray(cv2.add(picture, noise, dst=noise), np.float32)


def _tone_curve(contrast: float) -> Floats:
    """Return sRGB's curve, bent by some S, as 4096 values 0-255."""
    linear = np.linspace(0, 1, LEVELS + 1)
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    bent = curve * curve * (3 - 2 * curve)
    return np.asarray(255 * ((1 - 0.5 * contrast) * curve + 0.5 * contrast * bent), np.float32)
