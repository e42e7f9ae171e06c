"""Drawings by which the lessons' claims are tested: people's digits, and shapes with variants."""

import functools
from collections.abc import Sequence
from typing import Final

import numpy as np

from mnist_app.arrays import Image, Images
from mnist_app.classroom.class_file import FileDrawing, read_class
from mnist_app.preprocessing.normalize import downsample_without_centering, steps_of_drawing
from mnist_app.preprocessing.strokes import Stroke, draw, transform_strokes
from mnist_app.ui.canvas.canvas_spec import DIGIT, SIDE
from mnist_app.ui.lesson_text import FOLDER
from tests.browser.shapes import DIGITS, PenPath, arc

VARIANTS: Final = 15
"""Drawings of each shape."""

SHAPES: Final[dict[str, list[PenPath]]] = {
    "3": DIGITS[3],
    "8": DIGITS[8],
    "half an 8": [[*arc((170, 116), (50, 48), -30, -270, 20), *arc((170, 215), (56, 50), -90, 20)]],
    "heart": [
        [
            *((170, 265), (83, 145)),
            *arc((123, 117), (47, 47), 160, 350),
            *arc((217, 117), (47, 47), 190, 380),
            (170, 265),
        ]
    ],
    "tree": [[(170, 280), (170, 195)], [(170, 60), (95, 195), (245, 195), (170, 60)]],
    "M": [[(85, 275), (105, 65), (170, 190), (235, 65), (255, 275)]],
    "S": [[*arc((170, 115), (60, 53), -30, -270, 20), *arc((170, 221), (64, 53), -90, 150, 20)]],
    "O": [arc((170, 170), (85, 100), -90, 275, 30)],
    "l": [[(170, 65), (170, 275)]],
    "Z": [[(105, 75), (240, 75), (105, 270), (240, 270)]],
    "B": [
        [(110, 65), (110, 275)],
        [
            *((110, 65), *arc((130, 117), (80, 52), -90, 90)),
            *((110, 169), *arc((130, 222), (95, 53), -90, 90), (110, 275)),
        ],
    ],
    "plain 1": [[(172, 62), (168, 278)]],
    "1 with a long upstroke": [[(95, 170), (185, 65), (185, 280)]],
    "flat line": [[(90, 170), (250, 172)]],
    "upright line": [[(170, 80), (172, 260)]],
}
"""Strokes in pixels of the digit canvas."""


@functools.cache
def people() -> tuple[FileDrawing, ...]:
    """Return the 600 digits of the ready-made class, by 20 writers."""
    with (FOLDER / "twenty-writers.zip").open("rb") as file:
        _, found = read_class(file)
        return tuple(found)


def ink_of(strokes: Sequence[Stroke], **adjusted: float) -> Image:
    """Return the ink on the digit canvas, adjusted as by the sliders of the page Compare."""
    whole = {"thickness": 1.0, "size": 1.0, "right": 0.0, "down": 0.0, **adjusted}
    return draw(transform_strokes(strokes, **whole), SIDE, SIDE)


def centred(ink: Image) -> Image:
    """Return what the networks get of a drawing, uint8 (28, 28)."""
    steps = steps_of_drawing(ink)
    assert steps is not None
    return steps.image


def only_shrunk(drawings: Sequence[FileDrawing], **adjusted: float) -> Images:
    """Return what they get of each without centring, uint8 (n, 28, 28)."""
    inks = (ink_of(drawing.strokes, **adjusted) for drawing in drawings)
    return np.stack([downsample_without_centering(ink) for ink in inks])


@functools.cache
def variants(name: str) -> Images:
    """Return drawings of a shape, centred, uint8 (`VARIANTS`, 28, 28).

    The first is as it stands in `SHAPES`; the others are sheared, stretched and turned a little,
    larger or smaller, with other brushes: no two people draw the same.
    """
    random = np.random.default_rng(23)
    images = []
    for index in range(VARIANTS):
        bend = np.eye(2) + (random.normal(0, 0.1, (2, 2)) if index else 0)
        brush = random.uniform(14, 28) if index else DIGIT.default_brush
        middle = SIDE / 2
        strokes = [
            Stroke(((np.array(path) - middle) @ bend + middle).astype(np.float32), float(brush))
            for path in SHAPES[name]
        ]
        images.append(centred(ink_of(strokes)))
    return np.stack(images)
