"""The light on a sheet: a lamp near or far, the room's light, and what stands in the lamp's way."""

from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.photographs.photograph import Floats

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Shadow:
    """A capsule or a half plane in the lamp's way, in mm on the sheet.

    ``penumbra`` is the width of its soft edge, which grows with the lamp and with the distance of
    what casts the shadow.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    radius: float
    """Of the capsule from start to end; infinite for a half plane to the left of start to end."""
    penumbra: float


@dataclass(frozen=True)
class HomeworkLight:
    """A lamp at a place above the sheet, and the room's light, which comes from everywhere."""

    lamp: tuple[float, float, float]
    lamp_colour: Colour
    room_share: float
    """Of the light right under the lamp, 0-1."""
    room_colour: Colour
    shadows: tuple[Shadow, ...] = ()


def illumination(points: Floats, light: HomeworkLight) -> Floats:
    """Return the light that falls on each point, float32 (height, width, 3), about 1 at most.

    ``points`` is float32 (height, width, 2) in mm. A point source over a plane gives a light that
    falls as the third power of the cosine.
    """
    height, width = points.shape[:2]
    coarse = np.ascontiguousarray(points[::4, ::4])
    x, y, above = (np.float32(value) for value in light.lamp)
    across = ((coarse[..., 0] - x) ** 2 + (coarse[..., 1] - y) ** 2) / above**2
    direct = (1 + across) ** np.float32(-1.5)
    direct /= direct.max()
    for shadow in light.shadows:
        direct *= _let_through(coarse, shadow)
    lamp = (1 - light.room_share) * direct[..., None] * np.array(light.lamp_colour, np.float32)
    total = lamp + light.room_share * np.array(light.room_colour, np.float32)
    return np.asarray(cv2.resize(total, (width, height), interpolation=cv2.INTER_LINEAR))


def _let_through(points: Floats, shadow: Shadow) -> Floats:
    start, end = np.array(shadow.start, np.float32), np.array(shadow.end, np.float32)
    along = end - start
    if np.isinf(shadow.radius):
        normal = np.array([-along[1], along[0]], np.float32) / max(1e-6, float(np.hypot(*along)))
        outside = (points - start) @ normal
    else:
        share = np.clip((points - start) @ along / max(1e-6, float(along @ along)), 0, 1)
        nearest = start + share[..., None] * along
        outside = np.linalg.norm(points - nearest, axis=2) - shadow.radius
    rise = np.clip(outside / np.float32(shadow.penumbra) + 0.5, 0, 1)
    return np.asarray(rise * rise * (3 - 2 * rise), np.float32)
