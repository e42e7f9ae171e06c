"""From linear light to the file that a phone keeps: blur, exposure, noise, tone, JPEG."""

import io
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.photographs.photograph import Floats

UPRIGHT: Final = 1
TURNS: Final = {1: 0, 3: 2, 6: 1, 8: 3}
"""EXIF orientation, and by how many quarters to the left its pixels are kept turned."""
_ORIENTATION_TAG: Final = 0x0112
_STEPS: Final = 8192
_BRIGHTEST: Final = 1.6


@dataclass(frozen=True)
class CameraRollShot:
    """How the picture was taken; lengths are in pixels."""

    level: float
    """Linear brightness of the bare sheet round the writing."""
    blur: float
    shake: tuple[float, float]
    """Length and direction in radians."""
    noise: float
    """Variance of the noise at linear brightness 1: it grows in proportion to the light."""
    chroma: float
    """Noise of the colours against that of brightness."""
    curve: float
    """How much the phone lifts the contrast of the middle tones."""
    sharpen: float
    quality: int
    orientation: int


def expose(
    light: Floats, shot: CameraRollShot, random: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Return the upright sRGB picture of linear ``light`` (height, width, 3), which it uses up."""
    image: Floats = cv2.GaussianBlur(light, (0, 0), shot.blur)
    if shot.shake[0] >= 1:
        image = cv2.filter2D(image, -1, _trace(*shot.shake), borderType=cv2.BORDER_REPLICATE)
    deviation = np.sqrt(shot.noise * (image[..., 1] + np.float32(0.02)))
    speckle = random.standard_normal(image.shape[:2], np.float32)
    image += (deviation * cv2.GaussianBlur(speckle, (0, 0), 0.5) * 1.3)[..., None]
    half = (image.shape[0] // 2 + 1, image.shape[1] // 2 + 1, 2)
    blotches = random.standard_normal(half, np.float32) * np.float32(shot.chroma)
    blotches = cv2.resize(blotches, image.shape[1::-1]) * deviation[..., None]
    image[..., 0] += blotches[..., 0]
    image[..., 2] += blotches[..., 1]
    image *= np.float32((_STEPS - 1) / _BRIGHTEST)
    np.clip(image, 0, _STEPS - 1, out=image)
    picture: Floats = np.take(_tone(shot.curve), image.astype(np.uint16))
    if shot.sharpen:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.2)
        picture = cv2.addWeighted(picture, 1 + shot.sharpen, soft, -shot.sharpen, 0)
    return np.asarray(picture, np.uint8)


def store(picture: npt.NDArray[np.uint8], shot: CameraRollShot) -> bytes:
    """Return the upright ``picture`` as a JPEG, its pixels turned as its EXIF tag says."""
    turned = np.ascontiguousarray(np.rot90(picture, TURNS[shot.orientation]))
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = shot.orientation
    file = io.BytesIO()
    Image.fromarray(turned).save(
        file, "JPEG", quality=shot.quality, subsampling=2, exif=exif.tobytes()
    )
    return file.getvalue()


def _trace(length: float, angle: float) -> Floats:
    """Return the way of a point while the hand shook, as a kernel of sum 1."""
    side = int(np.ceil(length)) // 2 * 2 + 3
    bend = 0.2 * length * np.array([-np.sin(angle), np.cos(angle)])
    along = np.linspace(-0.5, 0.5, 33)[:, None]
    way = along * length * np.array([np.cos(angle), np.sin(angle)]) + (4 * along**2 - 0.4) * bend
    kernel = np.zeros((side, side), np.uint8)
    spots = np.round((way + side // 2) * 16).astype(np.int32)
    cv2.polylines(kernel, [spots], False, 255, 1, cv2.LINE_AA, 4)
    normalised: Floats = (kernel / kernel.sum()).astype(np.float32)
    return normalised


def _tone(curve: float) -> npt.NDArray[np.uint8]:
    """Return sRGB's curve, with a soft shoulder and a little more contrast, as a table."""
    linear = np.linspace(0, _BRIGHTEST, _STEPS)
    shoulder = 0.85 + 0.15 * (1 - np.exp(-(np.maximum(linear, 0.85) - 0.85) / 0.15))
    linear = np.where(linear < 0.85, linear, shoulder)
    encoded = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055
    )
    encoded += curve * encoded * (1 - encoded) * (encoded - 0.5)
    return np.round(np.clip(encoded, 0, 1) * 255).astype(np.uint8)
