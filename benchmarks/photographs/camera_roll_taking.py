"""Chooses how a picture is lit and taken."""

import numpy as np
import numpy.typing as npt

from benchmarks.photographs.camera_roll_lens import CameraRollShot
from benchmarks.photographs.camera_roll_light import CameraRollLight
from benchmarks.photographs.camera_roll_surface import BLACKBOARD


def choose_light(
    wanted: set[str], middle: npt.NDArray[np.floating], random: np.random.Generator
) -> CameraRollLight:
    """Return a light; ``middle`` is where the writing is, in shares of the width and height."""
    around = np.clip(middle + random.normal(0, 0.13, 2), 0.1, 0.9)
    lamp = None
    if "lamp" in wanted:
        lamp = (*random.uniform(-0.1, 1.1, 2).tolist(), random.uniform(0.55, 1.1))
    least = random.uniform(0.8, 1)
    if "gradient" in wanted:
        least = random.uniform(0.3, 0.6)
    hard = "hard shadow" in wanted
    shadow = None
    if wanted & {"soft shadow", "hard shadow"}:
        shadow = str(random.choice(["hand", "phone", "edge"], p=[0.45, 0.3, 0.25]))
    warmth = float(np.clip(random.normal(0, 0.05), -0.1, 0.12))
    if wanted & {"lamp", "low light"}:
        warmth = random.uniform(0.02, 0.2)
    glare = None
    if "glare" in wanted:
        glare = (*random.uniform(0, 1, 2), random.uniform(0.05, 0.12), random.uniform(0.1, 0.22))
    return CameraRollLight(
        warmth=warmth,
        gradient=(random.uniform(0, 2 * np.pi), least),
        lamp=lamp,
        shadow=shadow,
        target=(float(around[0]), float(around[1])),
        softness=random.uniform(0.0015, 0.004) if hard else random.uniform(0.012, 0.05),
        depth=random.uniform(0.38, 0.65),
        glare=glare,
    )


def choose_shot(
    wanted: set[str],
    surface: str,
    *,
    thick: float,
    gap: float,
    size: tuple[int, int],
    orientation: int,
    random: np.random.Generator,
) -> CameraRollShot:
    """Return how a picture is taken of a line ``thick`` pixels wide.

    ``gap`` is how many pixels at least are between two digits; what blurs them stays well below.
    """
    dark = "low light" in wanted
    if surface == BLACKBOARD:
        level = random.uniform(0.012, 0.025) if dark else random.uniform(0.035, 0.085)
    else:
        level = random.uniform(0.07, 0.18) if dark else random.uniform(0.38, 0.8)
    large = size[0] * size[1] > 11e6
    blur = random.uniform(1.1, 1.8) if large else random.uniform(0.55, 0.9)
    limit = min(0.005 * max(size), 0.4 * gap)
    if "out of focus" in wanted:
        blur = max(1.2, min(random.uniform(0.22, 0.4) * thick, limit))
    shake = 0.0
    if "shake" in wanted:
        shake = max(2.5, min(random.uniform(0.5, 1.0) * thick, 2.2 * limit))
    noise = random.uniform(5e-5, 3e-4)
    if dark:
        noise = random.uniform(1e-3, 3.5e-3)
    elif "noise" in wanted:
        noise = random.uniform(1e-3, 2.6e-3)
    return CameraRollShot(
        level=level,
        blur=blur,
        shake=(shake, random.uniform(0, np.pi)),
        noise=noise,
        chroma=random.uniform(0.3, 0.8),
        curve=random.uniform(0, 0.6),
        sharpen=0.0 if random.random() < 0.3 else random.uniform(0.2, 0.7),
        quality=int(random.integers(38, 56))
        if "strong compression" in wanted
        else int(random.integers(72, 96)),
        orientation=orientation,
    )
