"""What a classroom's pictures are of: most have one or two difficulties, a few have more."""

from typing import Final

import numpy as np

from benchmarks.photographs import camera_roll_ink as ink
from benchmarks.photographs import camera_roll_surface as surfaces
from benchmarks.photographs.camera_roll_ink import CameraRollPen
from benchmarks.photographs.camera_roll_surface import PAPERS

COLOURED, EXIF, LARGE = "coloured ink", "turned by EXIF", "12 megapixels"
_ON_ANY: Final = {
    "gradient": 10,
    "lamp": 9,
    "soft shadow": 11,
    "hard shadow": 9,
    "low light": 9,
    "askew": 9,
    "perspective": 9,
    "out of focus": 6,
    "shake": 4,
    "noise": 6,
    "strong compression": 5,
    "sheet edge": 10,
    "object": 9,
}
_ON_PAPER: Final = {"margin line": 8, "holes": 6, "fold": 6, "print-through": 5}
_ON_BOARDS: Final = {"glare": 18}
_EITHER: Final = (
    {"gradient", "lamp"},
    {"soft shadow", "hard shadow"},
    {"out of focus", "shake"},
    {"low light", "noise"},
    {"glare", "low light"},
    {"out of focus", "low light"},
)
"""Of these a picture has one at most."""
_HOW_MANY: Final = (0.13, 0.34, 0.33, 0.14, 0.06)
"""Shares of pictures with 0, 1, 2... difficulties."""
_SURFACES: Final = {
    surfaces.WHITE: 0.27,
    surfaces.SQUARED: 0.30,
    surfaces.RULED: 0.21,
    surfaces.BLACKBOARD: 0.12,
    surfaces.WHITEBOARD: 0.10,
}
_PENS: Final = ((ink.PENCIL, 0.36), (ink.BALLPOINT, 0.30), (ink.FELT_TIP, 0.20), (ink.MARKER, 0.14))
CONDITIONS: Final = (
    *_SURFACES,
    *(pen.name for pen, _ in _PENS),
    *(ink.CHALK.name, COLOURED, EXIF, LARGE),
    *(*_ON_ANY, *_ON_PAPER, *_ON_BOARDS),
)
"""Every word with which a picture of this camera roll is described."""


def choose_surface(random: np.random.Generator) -> tuple[str, CameraRollPen]:
    """Return a surface and what one writes with on it."""
    surface = str(random.choice(list(_SURFACES), p=list(_SURFACES.values())))
    if surface == surfaces.BLACKBOARD:
        return surface, ink.CHALK
    if surface == surfaces.WHITEBOARD:
        return surface, ink.MARKER
    return surface, _PENS[random.choice(len(_PENS), p=[share for _, share in _PENS])][0]


def choose_difficulties(surface: str, random: np.random.Generator) -> set[str]:
    """Return what makes this picture harder than a plain one."""
    weights: dict[str, int] = _ON_ANY | (_ON_PAPER if surface in PAPERS else _ON_BOARDS)
    if surface == surfaces.WHITE:
        weights = {name: weight for name, weight in weights.items() if name != "margin line"}
    if surface == surfaces.BLACKBOARD:
        weights = {name: weight for name, weight in weights.items() if name != "object"}
    names = list(weights)
    shares = np.array(list(weights.values())) / sum(weights.values())
    wanted = int(random.choice(len(_HOW_MANY), p=_HOW_MANY))
    chosen: set[str] = set()
    for name in random.choice(names, len(names), replace=False, p=shares).tolist():
        if len(chosen) == wanted:
            break
        if not any(name in pair and pair & chosen for pair in _EITHER):
            chosen.add(name)
    return chosen
