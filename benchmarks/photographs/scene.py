"""Pictures as a phone takes them: pen strokes on paper or a blackboard, light, lens and camera.

Light is multiplied in linear levels and then encoded as sRGB, as in a real camera.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from benchmarks.photographs.photograph import Floats
from mnist_app.arrays import Image
from mnist_app.preprocessing.strokes import Stroke, draw

Random = np.random.Generator

SURFACES: Final = ("white paper", "ruled paper", "squared paper", "blackboard")
SURFACE_SHARES: Final = (0.25, 0.25, 0.3, 0.2)
PENS: Final = {
    # reflectance of the ink in linear RGB, stroke width over digit height
    "pencil": ((0.12, 0.12, 0.13), (0.04, 0.08)),
    "black ballpoint": ((0.03, 0.03, 0.04), (0.04, 0.08)),
    "blue ballpoint": ((0.04, 0.06, 0.32), (0.04, 0.08)),
    "red pen": ((0.55, 0.05, 0.06), (0.05, 0.1)),
    "green pen": ((0.05, 0.3, 0.1), (0.05, 0.1)),
    "black marker": ((0.02, 0.02, 0.02), (0.08, 0.15)),
    "blue marker": ((0.03, 0.08, 0.4), (0.08, 0.15)),
}
CHALKS: Final = {
    "white chalk": ((0.8, 0.8, 0.78), (0.07, 0.14)),
    "yellow chalk": ((0.8, 0.72, 0.25), (0.07, 0.14)),
}
LIGHTS: Final = ("even", "gradient", "lamp", "shadow")
LONG_SIDES: Final = (1000, 1600)


@dataclass(frozen=True)
class Scene:
    """One picture, uint8 (height, width, 3) RGB, and what it is made of, in words."""

    picture: Image
    surface: str
    pen: str
    light: str


def photograph(digits: list[tuple[Floats, ...]], random: Random) -> Scene:
    """Return a photograph of these digits side by side, as one person wrote them.

    A digit is a tuple of strokes, float32 (n, 2) in any unit, x to the right and y down.
    """
    long_side = int(random.integers(*LONG_SIDES, endpoint=True))
    width, height = long_side, int(long_side * 0.75)
    if len(digits) == 1 and random.random() < 0.5:
        width, height = height, width
    surface = str(random.choice(SURFACES, p=SURFACE_SHARES))
    board = surface == "blackboard"
    pen = str(random.choice(list(CHALKS if board else PENS)))
    reflectance, widths = (CHALKS if board else PENS)[pen]
    placed, digit_height = _placed(digits, width, height, random)
    brush = digit_height * random.uniform(*widths)
    strokes = [Stroke(points, brush) for points in placed]
    cover = draw(strokes, height, width).astype(np.float32) / 255
    cover *= _grain(cover.shape, pen, random)
    scene = _surface(surface, digit_height, (height, width), random)
    ink = np.array(reflectance, np.float32)
    scene = scene * (1 - cover[..., None]) + (ink if board else ink * scene) * cover[..., None]
    scene = _seen_at_an_angle(scene, random)
    light_name = str(random.choice(LIGHTS))
    scene = scene * _light(light_name, (height, width), random)[..., None]
    return Scene(_camera(scene, random), surface, pen, light_name)


def _placed(
    digits: list[tuple[Floats, ...]], width: int, height: int, random: Random
) -> tuple[list[Floats], float]:
    """Return all strokes in pixels of the picture, and the height of a digit."""
    boxes = [np.concatenate(digit) for digit in digits]
    heights = [float(np.ptp(box[:, 1])) for box in boxes]
    tallest = max(heights)
    strokes: list[Floats] = []
    right = 0.0
    for digit, box, own in zip(digits, boxes, heights, strict=True):
        # Digits of one hand keep their sizes; a very flat one is not blown up.
        scale = random.uniform(0.85, 1.0) / max(own, 0.5 * tallest)
        lift = random.uniform(-0.08, 0.08)
        left, low = box.min(axis=0)[0], box.max(axis=0)[1]
        for points in digit:
            moved = (points - np.array([left, low], np.float32)) * scale
            strokes.append((moved + np.array([right, lift], np.float32)).astype(np.float32))
        right += float(np.ptp(box[:, 0])) * scale + random.uniform(0.2, 0.5)
    together = np.concatenate(strokes)
    span = np.ptp(together, axis=0)
    if len(digits) == 1:
        digit_height = min(random.uniform(0.15, 0.55) * height, 0.6 * width / max(span[0], 0.1))
    else:
        digit_height = min(random.uniform(0.35, 0.7) * width / span[0], 0.5 * height)
    room = np.array([width, height]) - span * digit_height
    corner = room * random.uniform(0.3, 0.7, 2)
    shift = corner - together.min(axis=0) * digit_height
    return [(s * digit_height + shift).astype(np.float32) for s in strokes], float(digit_height)


def _grain(shape: tuple[int, ...], pen: str, random: Random) -> Floats:
    """Return what share of the ink sticks to the paper's grain; chalk and pencil leave gaps."""
    if "chalk" in pen:
        low = 0.35
    elif pen == "pencil":
        low = 0.55
    else:
        return np.full(shape, random.uniform(0.88, 1.0), np.float32)
    noise = cv2.GaussianBlur(random.standard_normal(shape, np.float32), (0, 0), 1.2)
    noise = 0.5 + 0.25 * noise / float(noise.std())
    strength = random.uniform(0.75, 1.0)
    return np.asarray(strength * np.clip(low + (1 - low) * noise * 1.6, low, 1), np.float32)


def _surface(name: str, digit_height: float, shape: tuple[int, int], random: Random) -> Floats:
    """Return the reflectance of what is written on, float32 (height, width, 3)."""
    height, width = shape
    if name == "blackboard":
        colour = np.array(
            [(0.03, 0.07, 0.05), (0.05, 0.05, 0.055)][int(random.integers(2))], np.float32
        )
        # What the sponge left
        smear: Floats = cv2.GaussianBlur(
            random.normal(size=(height // 8, width // 8)).astype(np.float32), (0, 0), 6, sigmaY=2
        )
        smear = cv2.resize(smear / float(smear.std()), (width, height))
        wiped = np.clip(smear, 0, None)[..., None] * np.float32(random.uniform(0, 0.02))
        return np.asarray(colour + wiped, np.float32)
    tint = random.uniform([0.74, 0.73, 0.66], [0.88, 0.87, 0.86]).astype(np.float32)
    paper = np.broadcast_to(tint, (height, width, 3)).copy()
    if name == "white paper":
        return paper
    lines = np.zeros((height, width), np.float32)
    thickness = max(1.0, digit_height * random.uniform(0.008, 0.025))
    if name == "ruled paper":
        spacing = digit_height * random.uniform(0.8, 1.6)
        _rule(lines, spacing, thickness, random)
    else:
        spacing = digit_height * random.uniform(0.3, 0.8)
        _rule(lines, spacing, thickness, random)
        _rule(lines.T, spacing, thickness, random)
    print_colour = np.array(
        [(0.45, 0.55, 0.75), (0.55, 0.55, 0.58), (0.75, 0.5, 0.5)][int(random.integers(3))],
        np.float32,
    )
    strength = random.uniform(0.4, 1.0)
    return np.asarray(paper * (1 - (1 - print_colour) * strength * lines[..., None]), np.float32)


def _rule(lines: Floats, spacing: float, thickness: float, random: Random) -> None:
    """Draw horizontal lines into ``lines``, anti-aliased."""
    rows = np.arange(lines.shape[0], dtype=np.float32)
    offset = random.uniform(0, spacing)
    distance = np.abs((rows - offset + spacing / 2) % spacing - spacing / 2)
    profile = np.clip(thickness / 2 + 0.5 - distance, 0, 1)
    np.maximum(lines, profile[:, None], out=lines)


def _seen_at_an_angle(scene: Floats, random: Random) -> Floats:
    """Return ``scene`` in perspective and slightly turned; what lies beyond is more of the same."""
    height, width = scene.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    middle = np.array([width / 2, height / 2], np.float32)
    angle = np.deg2rad(random.uniform(-4, 4))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    # A little enlarged, so that little of what lies beyond is seen.
    seen = (corners - middle) @ turn.T * np.float32(1.06) + middle
    seen += random.uniform(-0.04, 0.04, (4, 2)).astype(np.float32) * np.float32(width)
    matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    warped = cv2.warpPerspective(
        scene, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(warped, np.float32)


def _light(name: str, shape: tuple[int, int], random: Random) -> Floats:
    """Return how much light falls where, float32 (height, width), 1 at most."""
    rows, columns = -(-shape[0] // 2), -(-shape[1] // 2)
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    x, y = x / columns, y / rows
    angle = random.uniform(0, 2 * np.pi)
    along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    light = np.ones((rows, columns), np.float32)
    if name == "gradient":
        light = 1 - random.uniform(0.3, 0.8) * (along / 1.42 + 0.5)
    elif name == "lamp":
        centre = random.uniform(0.1, 0.9, 2)
        far = (x - centre[0]) ** 2 + (y - centre[1]) ** 2
        light = 0.25 + 0.75 * np.exp(-far / random.uniform(0.15, 0.5))
    elif name == "shadow":
        softness = random.uniform(0.004, 0.06)
        bend = random.uniform(-0.3, 0.3) * ((x - 0.5) ** 2 + (y - 0.5) ** 2)
        edge = (along + bend - random.uniform(-0.2, 0.2)) / softness
        depth = random.uniform(0.3, 0.75)
        light = 1 - depth / (1 + np.exp(-np.clip(edge, -30, 30)))
        light = light * (1 - random.uniform(0, 0.3) * y)
    return np.asarray(cv2.resize(light.astype(np.float32), shape[::-1]), np.float32)


def _srgb_table() -> Image:
    """Return the 8-bit sRGB level of linear levels in equal steps from 0 to 1."""
    linear = np.linspace(0, 1, 1 << 16)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.floor(encoded * 255 + 0.5), np.uint8)


_SRGB: Final = _srgb_table()


def _camera(scene: Floats, random: Random) -> Image:
    """Return what the camera makes of it: exposure, blur, noise, sRGB, JPEG; uint8 RGB."""
    width = scene.shape[1]
    balance = random.uniform(0.9, 1.1, 3).astype(np.float32)
    exposed: Floats = scene * balance * np.float32(random.choice([1.0, 0.95, 0.7, 0.25]))
    if random.random() < 0.5:
        exposed = cv2.GaussianBlur(exposed, (0, 0), random.uniform(0.5, 2.2) * width / 1300)
    if random.random() < 0.2:
        exposed = cv2.filter2D(exposed, -1, _shake(random))
    # Few photons in the dark: their noise grows with the root of the level.
    sigma = random.uniform(0.002, 0.02)
    noise = random.standard_normal(exposed.shape, np.float32)
    exposed = exposed + noise * (sigma * np.sqrt(np.clip(exposed, 0.002, 1)) + sigma / 8)
    levels = _SRGB[(np.clip(exposed, 0, 1) * (len(_SRGB) - 1)).astype(np.uint16)]
    quality = int(random.integers(45, 95))
    _, jpeg = cv2.imencode(".jpg", levels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(np.asarray(decoded, np.uint8)[..., ::-1])


def _shake(random: Random) -> Floats:
    """Return the kernel of a short movement of the hand."""
    length = random.uniform(3, 9)
    angle = random.uniform(0, np.pi)
    kernel = np.zeros((15, 15), np.float32)
    reach = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    start, end = ((7 + sign * reach) * 16 for sign in (-1, 1))
    cv2.line(kernel, start.astype(int).tolist(), end.astype(int).tolist(), 1.0, 1, cv2.LINE_8, 4)
    normalised: Floats = kernel / kernel.sum()
    return normalised
