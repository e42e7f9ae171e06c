"""What is drawn by lot for the taking of one photograph: pose, light, camera and file.

Spots, shake and noise stay below what the lines on the sheet can bear.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmarks.photographs import homework_writing as writing
from benchmarks.photographs.homework_camera import Camera, Pose, homography, project
from benchmarks.photographs.homework_choices import Subject
from benchmarks.photographs.homework_light import HomeworkLight, Shadow
from benchmarks.photographs.photograph import Floats

MOST_SIDE: Final = 1800
"""Side in pixels of a square as large as the largest pictures."""
LEAST_DIGIT: Final = 70
"""Height in pixels of the smallest digits."""
LEAST_SPAN: Final = 45.0
"""The width of the sheet in mm that a phone still sees sharply, after some cropping."""


@dataclass(frozen=True)
class Stored:
    """How the file is written."""

    orientation: int | None
    quality: int
    subsampling: str
    conditions: tuple[str, ...]


def choose_pose(
    everything: Floats, subject: Subject, random: np.random.Generator
) -> tuple[Pose, tuple[str, ...]]:
    """Return a pose that has all digits in the picture, tall enough, and words for its angles."""
    aspect = random.choice([4 / 3, 4 / 3, 4 / 3, 16 / 9, 1.0])
    longer = min(int(random.triangular(1200, 1200, 2400)), int(MOST_SIDE * np.sqrt(aspect)))
    shorter = int(longer / aspect)
    wide, tall = np.ptp(everything, axis=0)
    landscape = random.random() < (0.35 if wide < tall else 0.6)
    size = (longer, shorter) if landscape else (shorter, longer)
    share = np.exp(random.uniform(np.log(0.16), np.log(0.6)))
    span = max(wide / min(0.85, share * 1.5), tall / share * size[0] / size[1])
    span = max(span, LEAST_SPAN * random.uniform(1, 1.5))
    # as near as it must be for the digits to keep their least height
    span = max(min(span, subject.digit_height * size[0] / LEAST_DIGIT), wide / 0.85)
    tilt = random.choice(
        [random.uniform(0, 8), random.uniform(8, 18), random.uniform(18, 32)], p=[0.5, 0.33, 0.17]
    )
    roll = random.normal(0, 2.5) if random.random() < 0.85 else random.uniform(-14, 14)
    off = random.normal(0, 0.1, 2) * span * np.array([1, size[1] / size[0]])
    pose = Pose(
        size=size,
        focal=random.uniform(0.75, 1.2),
        span=span,
        aim=(float(off[0]), float(off[1])),
        tilt=tilt,
        # people stand at the near side, so most pictures narrow towards the top
        towards=random.normal(180, 30) if random.random() < 0.7 else random.uniform(0, 360),
        roll=roll,
    )
    edge = 0.05 * min(size) + subject.line_width * size[0] / span
    while not _inside(project(homography(pose), everything), size, edge):
        nearer_middle = (pose.aim[0] * 0.8, pose.aim[1] * 0.8)
        pose = replace(pose, span=pose.span * 1.05, aim=nearer_middle)
    words = {"perspective": tilt > 15, "turned": abs(roll) > 6}
    return pose, tuple(word for word, meant in words.items() if meant)


def choose_light(
    span: float, subject: Subject, random: np.random.Generator
) -> tuple[HomeworkLight, tuple[str, ...]]:
    """Return a light for a picture that shows ``span`` mm, and words for it."""
    kind = str(
        random.choice(
            ["even light", "lighting gradient", "shadow", "shadow edge"], p=[0.42, 0.32, 0.14, 0.12]
        )
    )
    deep = "deep shadow" in subject.hard
    if deep:
        kind = str(random.choice(["shadow", "shadow edge"]))
    around = random.uniform(0, 2 * np.pi)
    far, above = random.uniform(0.3, 1.0), random.uniform(1.6, 3.0)
    if kind == "lighting gradient":
        far, above = random.uniform(0.6, 1.5), random.uniform(0.7, 1.5)
    lamp = (span * far * float(np.cos(around)), span * far * float(np.sin(around)), span * above)
    room = random.uniform(0.38, 0.65)
    if deep:
        room = random.uniform(0.2, 0.32)
    warm = random.uniform(0, 1)
    shadows: tuple[Shadow, ...] = ()
    if kind == "shadow edge":
        shadows = (_edge_of_shadow(span, random),)
    elif kind == "shadow":
        shadows = _hand_or_phone(span, random)
    light = HomeworkLight(
        lamp=lamp,
        lamp_colour=(1.0, 1 - 0.13 * warm, 1 - 0.32 * warm),
        room_share=room,
        room_colour=(0.95 - 0.05 * warm, 0.97, 1.0),
        shadows=shadows,
    )
    return light, (kind, "deep shadow") if deep else (kind,)


def choose_camera(
    subject: Subject, line_width: float, digit_height: float, random: np.random.Generator
) -> tuple[Camera, tuple[str, ...]]:
    """Return lens, sensor and processing, and words for what they spoil.

    ``line_width`` and ``digit_height`` are in pixels: blur stays below what either can bear.
    """
    hard = subject.hard
    chalk = subject.tool is writing.CHALK
    bears = min(0.04 * digit_height, 0.9 * line_width + 1)
    defocus = bears * random.uniform(0.5, 1) if "blur" in hard else 0.0
    shake = np.zeros(2)
    if "shaken" in hard:
        towards = random.uniform(0, 2 * np.pi)
        shake = 1.7 * bears * random.uniform(0.5, 1) * np.array([np.cos(towards), np.sin(towards)])
    exposure = random.uniform(0.5, 0.82)
    if chalk:
        exposure = random.uniform(0.06, 0.14)
    shot, read = random.uniform(3e-5, 3e-4), random.uniform(5e-4, 2e-3)
    cast = 0.035
    if "noise" in hard:
        shot, read = random.uniform(8e-4, 2e-3), random.uniform(3e-3, 6e-3)
    if "low light" in hard:
        exposure *= random.uniform(0.22, 0.45)
        shot, read = random.uniform(4e-4, 1.1e-3), random.uniform(2e-3, 5e-3)
        cast = 0.09
    warmth = random.normal(0, cast)
    camera = Camera(
        lens=random.uniform(0.5, 1.0),
        defocus=defocus if defocus > 0.6 else 0.0,
        shake=(float(shake[0]), float(shake[1])),
        vignette=random.uniform(0, 0.16),
        exposure=exposure,
        meter=50 if chalk else 80,
        balance=(float(np.exp(warmth)), 1.0, float(np.exp(-warmth + random.normal(0, 0.02)))),
        shot_noise=shot,
        read_noise=read,
        sharpening=float(random.choice([0.0, random.uniform(0.2, 0.6), random.uniform(0.6, 1.1)])),
        contrast=random.uniform(0, 0.7),
    )
    words = tuple(word for word in ("low light", "noise", "blur", "shaken") if word in hard)
    return camera, words


def choose_file(size: tuple[int, int], subject: Subject, random: np.random.Generator) -> Stored:
    """Return how the picture is stored: a phone held upright stores it lying on its side."""
    quality, subsampling = int(random.integers(78, 96)), "4:2:0"
    if random.random() < 0.2:
        subsampling = str(random.choice(["4:4:4", "4:2:2"]))
    words: tuple[str, ...] = ()
    if "strong JPEG" in subject.hard:
        quality, subsampling, words = int(random.integers(28, 56)), "4:2:0", ("strong JPEG",)
    orientation: int | None = None
    if random.random() > (0.6 if words else 0.2):
        upright = size[0] <= size[1]
        choices = (6, 6, 6, 8) if upright else (1, 1, 1, 3)
        orientation = int(random.choice(choices))
    if orientation not in {None, 1}:
        words = (*words, "EXIF turned")
    return Stored(orientation, quality, subsampling, words)


def _edge_of_shadow(span: float, random: np.random.Generator) -> Shadow:
    """Return the shadow of something large with a straight edge, often through the number."""
    towards = random.uniform(0, 2 * np.pi)
    way = np.array([np.cos(towards), np.sin(towards)])
    start = random.normal(0, 0.16, 2) * span
    penumbra = span * np.exp(random.uniform(np.log(0.015), np.log(0.2)))
    end = start + way * span
    return Shadow((start[0], start[1]), (end[0], end[1]), float("inf"), float(penumbra))


def _hand_or_phone(span: float, random: np.random.Generator) -> tuple[Shadow, ...]:
    """Return the soft shadow of the hand with the phone, which reaches in from a side."""
    towards = random.uniform(0, 2 * np.pi)
    way = np.array([np.cos(towards), np.sin(towards)])
    tip = random.normal(0, 0.22, 2) * span
    outside = tip + way * span * 2
    radius = span * random.uniform(0.12, 0.3)
    penumbra = span * random.uniform(0.06, 0.3)
    arm = Shadow((tip[0], tip[1]), (outside[0], outside[1]), radius, penumbra)
    if random.random() < 0.5:
        return (arm,)
    across = np.array([-way[1], way[0]]) * span * random.uniform(0.15, 0.3)
    one, other = tip - across, tip + across
    phone = Shadow((one[0], one[1]), (other[0], other[1]), radius * 0.7, penumbra)
    return (arm, phone)


def _inside(points: Floats, size: tuple[int, int], edge: float) -> bool:
    low, high = points.min(axis=0), points.max(axis=0)
    return bool((low > edge).all() and (high < np.array(size) - edge).all())
