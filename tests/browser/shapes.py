"""What the tests draw: strokes as a person makes them, in pixels of the digit canvas."""

import math
import random
from typing import Final

import numpy as np

from mnist_app import Recognizer
from mnist_app.arrays import Image
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.ui.canvas.canvas_spec import DIGIT, SIDE

Point = tuple[float, float]
PenPath = list[Point]
"""Points of one stroke, from pen-down to pen-up."""

USUAL_BRUSH: Final = float(DIGIT.default_brush)


def arc(centre: Point, radii: Point, start: float, end: float, points: int = 16) -> PenPath:
    """Return an arc of an ellipse; angles in degrees, 0 is to the right, 90 is down."""
    angles = (start + (end - start) * step / (points - 1) for step in range(points))
    return [
        (
            centre[0] + radii[0] * math.cos(math.radians(angle)),
            centre[1] + radii[1] * math.sin(math.radians(angle)),
        )
        for angle in angles
    ]


DIGITS: Final[dict[int, list[PenPath]]] = {
    0: [arc((170, 170), (72, 105), -80, 290, 28)],
    1: [[(172, 62), (168, 278)]],
    2: [[*arc((168, 122), (64, 58), -165, 25), (150, 222), (100, 272), (248, 268)]],
    3: [
        [
            *arc((162, 115), (62, 52), -150, 85),
            *arc((162, 222), (70, 56), -85, 150),
        ]
    ],
    4: [[(128, 66), (98, 188), (244, 186)], [(206, 70), (196, 282)]],
    5: [
        [(120, 72), (112, 160), *arc((160, 208), (68, 62), -120, 140)],
        [(120, 72), (230, 70)],
    ],
    6: [[(208, 62), (150, 120), (118, 190), *arc((172, 216), (56, 56), 180, 540, 24)]],
    7: [[(100, 80), (222, 80), (150, 280)]],
    8: [
        [
            *arc((170, 116), (50, 48), -60, -270, 14),
            *arc((170, 222), (62, 58), -90, 270, 22),
            *arc((170, 116), (50, 48), 90, -60, 14),
        ]
    ],
    9: [[*arc((164, 122), (54, 54), -20, -380, 24), (216, 160), (204, 280)]],
}
"""Strokes of every digit; the brush stays inside the canvas."""

FURTHER_STROKE: Final[PenPath] = [(60, 300), (280, 300)]
"""A bar at the bottom that touches none of `DIGITS`: one more stroke for any of them."""


def scribble(seed: int) -> PenPath:
    """Return a random zigzag over the middle of the canvas."""
    generator = random.Random(seed)
    return [
        (generator.uniform(70, 270), generator.uniform(70, 270))
        for _ in range(generator.randint(8, 14))
    ]


def least_digit_like(recognizer: Recognizer, candidates: int = 60) -> PenPath:
    """Return the scribble with the lowest confidence of ``recognizer``."""

    def confidence(line: PenPath) -> float:
        read = recognizer.read_digit(ink_of([line]))
        return read.confidence if read else 1.0

    return min(map(scribble, range(candidates)), key=confidence)


def ink_of(lines: list[PenPath], brush: float = USUAL_BRUSH) -> Image:
    """Return the ink, uint8 (SIDE, SIDE), that these strokes leave on the canvas."""
    strokes = [Stroke(np.array(line, np.float32), brush) for line in lines]
    return draw(strokes, SIDE, SIDE)
