"""Light that falls on a sheet or a board: lamps, windows, shadows that somebody throws, glare."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.photographs.pens import Levels, Random

Place = npt.NDArray[np.float64]

LIGHTS: Final = ("ceiling light", "lamp", "window")
SHADOWS: Final = ("phone", "hand", "straight edge")
PENUMBRA: Final = (0.0015, 0.05)
"""How wide a shadow's edge is at least and at most, by the picture's longer side."""
HARD: Final = 0.008
"""A narrower penumbra is called hard."""
DARKNESS: Final = (0.25, 0.65)
_COARSE: Final = 8


def falling(name: str, shape: tuple[int, int], random: Random) -> Levels:
    """Return how much light reaches each pixel, float32 (height, width), 1 at most."""
    rows, columns = (side // _COARSE + 2 for side in shape)
    long = max(rows, columns)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    x, y = (x - columns / 2) / long, (y - rows / 2) / long
    angle = random.uniform(0, 2 * np.pi)
    if name == "lamp":
        # A point's light falls off with the distance squared and comes in at a slant.
        high, aside = random.uniform(0.5, 1.3), random.uniform(0.1, 0.8)
        dx, dy = x - aside * np.cos(angle), y - aside * np.sin(angle)
        direct = (1 + (dx * dx + dy * dy) / high**2) ** -1.5
        bounced = random.uniform(0.15, 0.35)
        light = bounced + (1 - bounced) * direct / direct.max()
    elif name == "window":
        along = x * np.cos(angle) + y * np.sin(angle) + 0.6
        light = random.uniform(0.4, 0.85) ** (along * random.uniform(0.8, 1.6))
    else:
        along = x * np.cos(angle) + y * np.sin(angle)
        light = 1 + random.uniform(0.03, 0.12) * along - random.uniform(0, 0.2) * (x * x + y * y)
    light = cv2.resize((light / light.max()).astype(np.float32), shape[::-1])
    return np.asarray(light, np.float32)


def shadow(
    shape: tuple[int, int], hit: tuple[float, float], random: Random
) -> tuple[Levels, str, float]:
    """Return how much of the light a thrown shadow takes, what throws it, and its penumbra.

    The shadow is float32 (height, width), 0-1. Its edge runs near ``hit`` (x, y), or somewhere
    within half a picture of it. The penumbra is a share of the longer side.
    """
    name = SHADOWS[int(random.integers(len(SHADOWS)))]
    penumbra = float(np.exp(random.uniform(*np.log(PENUMBRA))))
    long = max(shape)
    sigma = penumbra * long / 2
    coarse = float(np.clip(sigma / 3, 1, 12))
    small = (round(shape[0] / coarse), round(shape[1] / coarse))
    aim = np.array(hit) / coarse + random.normal(0, 0.16, 2) * long / coarse
    dark = np.zeros(small, np.uint8)
    _throw(dark, name, aim, random)
    if random.random() < 0.15:  # two lamps throw two
        shift = random.normal(0, 0.03, 2) * long / coarse
        moved = cv2.warpAffine(
            dark,
            np.array([[1, 0, shift[0]], [0, 1, shift[1]]]),
            small[::-1],
            borderMode=cv2.BORDER_REPLICATE,
        )
        share = random.uniform(0.4, 0.6)
        dark = np.asarray(cv2.addWeighted(dark, share, moved, 1 - share, 0), np.uint8)
    soft = cv2.GaussianBlur(dark.astype(np.float32) / 255, (0, 0), max(sigma / coarse, 0.5))
    soft = cv2.resize(soft, shape[::-1])
    dark_at_most = random.uniform(*DARKNESS)
    return np.asarray(soft * dark_at_most, np.float32), f"shadow of a {name}", penumbra


def _throw(dark: cv2.typing.MatLike, name: str, aim: Place, random: Random) -> None:
    """Fill the shadow's shape into ``dark``; it comes in from beyond and ends at ``aim``."""
    long = max(dark.shape)
    angle = random.uniform(0, 2 * np.pi)
    ahead = np.array([np.cos(angle), np.sin(angle)])
    aside = np.array([-ahead[1], ahead[0]])
    if name == "hand":
        palm = aim - ahead * long * random.uniform(0.3, 0.4)
        broad = long * random.uniform(0.18, 0.26)
        _capsule(dark, palm, palm - ahead * long * 2, broad, broad * 0.8)
        for finger in range(int(random.integers(1, 5))):
            spread = (finger - 1.5) * 0.42 + random.normal(0, 0.06)
            base = palm + aside * broad * spread * 1.4 + ahead * broad * 0.5
            tip = base + (ahead + aside * spread * 0.4) * long * random.uniform(0.12, 0.26)
            thick = broad * random.uniform(0.17, 0.24)
            _capsule(dark, base, tip, thick, thick * 0.8)
        return
    half = long * (random.uniform(0.15, 0.3) if name == "phone" else 2)
    back = long * (random.uniform(0.5, 0.9) if name == "phone" else 3)
    if name == "phone":  # its long edge or a corner may lie on the writing, too
        aim = aim + aside * half * random.uniform(-1, 1)
    corners = [aim + aside * half, aim - aside * half]
    corners += [corners[1] - ahead * back, corners[0] - ahead * back]
    cv2.fillConvexPoly(
        dark, np.rint(np.array(corners) * 16).astype(np.int32), 255, cv2.LINE_AA, shift=4
    )
    if name == "phone" and random.random() < 0.7:  # and the arm that holds it
        wrist = np.array(corners).mean(axis=0) - ahead * back * 0.3
        elbow = wrist - (ahead + aside * random.normal(0, 0.3)) * long * 2
        _capsule(dark, wrist, elbow, long * 0.09, long * 0.14)


def _capsule(dark: cv2.typing.MatLike, start: Place, end: Place, first: float, last: float) -> None:
    """Fill the hull of two circles, as a finger or an arm is."""
    turn = np.linspace(0, 2 * np.pi, 40)
    round_about = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    both = np.vstack([start + round_about * first, end + round_about * last])
    hull = cv2.convexHull(np.rint(both * 16).astype(np.int32))
    cv2.fillConvexPoly(dark, hull, 255, cv2.LINE_AA, shift=4)


def glare(shape: tuple[int, int], random: Random) -> Levels:
    """Return a soft patch of light that a board mirrors, float32 (height, width), 0-1."""
    rows, columns = (side // _COARSE + 2 for side in shape)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    centre = random.uniform(-0.1, 1.1, 2) * (columns, rows)
    angle = random.uniform(0, np.pi)
    u = (x - centre[0]) * np.cos(angle) + (y - centre[1]) * np.sin(angle)
    v = (y - centre[1]) * np.cos(angle) - (x - centre[0]) * np.sin(angle)
    long, short = random.uniform(0.25, 0.6) * columns, random.uniform(0.1, 0.25) * columns
    patch = np.exp(-((u / long) ** 2) - (v / short) ** 2).astype(np.float32)
    return np.asarray(cv2.resize(patch, shape[::-1]), np.float32)
