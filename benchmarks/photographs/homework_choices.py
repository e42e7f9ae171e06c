"""What is drawn by lot for one sheet or board: what is written, with what, on what.

The limits keep to what shops sell and people do, and to what a person reads without doubt: at most
two things that make reading hard come together.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.photographs import homework_writing as writing
from benchmarks.photographs.homework_paper import (
    BOARDS,
    PAPERS,
    SPACINGS,
    SQUARES,
    TABLES,
    Colour,
    HomeworkSheet,
    Ruling,
    margin,
    ruled,
    squared,
)
from benchmarks.photographs.homework_writing import Tool
from benchmarks.photographs.photograph import Floats

GROUNDS: Final = {
    "white paper": 0.33,
    "squared paper": 0.33,
    "ruled paper": 0.2,
    "blackboard": 0.14,
}
TOOLS: Final[dict[str, tuple[tuple[Tool, float], ...]]] = {
    "white paper": (
        (writing.PENCIL, 0.24),
        (writing.BALLPOINT, 0.2),
        (writing.FOUNTAIN_PEN, 0.06),
        (writing.FINELINER, 0.08),
        (writing.FELT_PEN, 0.16),
        (writing.MARKER, 0.26),
    ),
    "squared paper": (
        (writing.PENCIL, 0.34),
        (writing.BALLPOINT, 0.27),
        (writing.FOUNTAIN_PEN, 0.14),
        (writing.FINELINER, 0.1),
        (writing.FELT_PEN, 0.1),
        (writing.MARKER, 0.05),
    ),
    "ruled paper": (
        (writing.PENCIL, 0.3),
        (writing.BALLPOINT, 0.3),
        (writing.FOUNTAIN_PEN, 0.15),
        (writing.FINELINER, 0.1),
        (writing.FELT_PEN, 0.1),
        (writing.MARKER, 0.05),
    ),
    "blackboard": ((writing.CHALK, 1.0),),
}
HARD: Final = {
    "low light": 0.13,
    "noise": 0.08,
    "blur": 0.1,
    "shaken": 0.08,
    "strong JPEG": 0.11,
    "deep shadow": 0.12,
    "faint": 0.12,
}
"""What makes reading harder, and how often it is wanted."""
MOST_HARD: Final = 2
LUMINANCE_OF_GRAPHITE: Final = (0.09, 0.2)


@dataclass(frozen=True)
class Subject:
    """What is written, with what, on what; and what makes it hard to read."""

    surface: str
    tool: Tool
    ink: Colour
    ground: Colour
    opacity: float
    line_width: float
    digit_height: float
    pitch: float
    """Of the printed lines; 0 on blank paper."""
    grain: float
    """Size in mm of the ground's roughness, as the tool feels it."""
    dust: float
    hard: frozenset[str]
    conditions: tuple[str, ...]


def choose_subject(random: np.random.Generator) -> Subject:
    """Return what is written with what on what."""
    surface = str(random.choice(list(GROUNDS), p=list(GROUNDS.values())))
    tools = TOOLS[surface]
    tool = tools[random.choice(len(tools), p=[share for _, share in tools])][0]
    wanted = [name for name, share in HARD.items() if random.random() < share]
    hard = frozenset(random.permutation(wanted)[:MOST_HARD].tolist())
    width = random.uniform(tool.least_width, tool.most_width)
    pitch = {"squared paper": SQUARES, "ruled paper": SPACINGS}.get(surface, (0.0,))
    spacing = float(random.choice(pitch))
    height = max(_digit_height(tool, surface, spacing, random), 7 * width)
    low, high = tool.opacity
    opacity = random.uniform(low, high)
    if "faint" in hard:
        opacity = low * random.uniform(0.75, 0.9)
    ink, words = _ink(tool, random)
    if "faint" in hard:
        words = (*words, "faint")
    grounds = BOARDS if tool is writing.CHALK else PAPERS
    return Subject(
        surface=surface,
        tool=tool,
        ink=ink,
        ground=grounds[random.integers(len(grounds))],
        opacity=opacity,
        line_width=width,
        digit_height=height,
        pitch=spacing,
        grain=random.uniform(0.7, 1.3) if tool is writing.CHALK else random.uniform(0.05, 0.1),
        dust=random.beta(1.3, 2.2),
        hard=hard,
        conditions=(tool.name, surface, *words),
    )


def choose_sheet(
    points: Floats, everything: Floats, subject: Subject, random: np.random.Generator
) -> tuple[HomeworkSheet, tuple[str, ...]]:
    """Return the sheet under the digits, and words for its margin line and its edge.

    ``points`` float32 (height, width, 2) is what each pixel looks at, ``everything`` float32 (n, 2)
    all points of the strokes, both in mm.
    """
    rulings: tuple[Ruling, ...] = ()
    words: tuple[str, ...] = ()
    low, high = everything.min(axis=0), everything.max(axis=0)
    # a plane's outermost points are seen in the corners
    corners = points[:: points.shape[0] - 1, :: points.shape[1] - 1]
    left, top = (float(value) for value in corners.min(axis=(0, 1)))
    right, bottom = (float(value) for value in corners.max(axis=(0, 1)))
    if subject.pitch:
        sits = random.random() < 0.85
        wander = random.normal(0, 0.07) if sits else random.uniform(-0.5, 0.5)
        baseline = float(high[1]) + subject.pitch * wander
        lines = squared if subject.surface == "squared paper" else ruled
        rulings = lines(subject.pitch, baseline, random)
        if random.random() < 0.35:
            beside = float(low[0]) - random.uniform(3, 40)
            if random.random() < 0.2:
                beside = float(high[0]) + random.uniform(3, 40)
            rulings = (*rulings, margin(beside, random))
            middle = points[points.shape[0] // 2, :, 0]
            if middle.min() < beside < middle.max():
                words = ("margin line",)
    far = 400.0
    sides = [left - far, top - far, right + far, bottom + far]
    if random.random() < 0.18:
        words = (*words, "sheet edge")
        first = int(random.integers(4))
        for side in {first, (first + int(random.integers(0, 2))) % 4}:
            sides[side] = _edge(points, everything, side, random)
    table = TABLES[random.integers(len(TABLES))]
    return HomeworkSheet(
        subject.ground, rulings, sides[0], sides[1], sides[2], sides[3], table
    ), words


def _digit_height(tool: Tool, surface: str, pitch: float, random: np.random.Generator) -> float:
    """Return a height in mm that people write with this tool on this surface."""
    if tool is writing.CHALK:
        return random.uniform(65, 150)
    if tool is writing.MARKER:
        return random.uniform(22, 65)
    if tool is writing.FELT_PEN:
        return random.uniform(11, 34)
    if surface == "squared paper":
        squares = random.choice([random.uniform(0.8, 1.1), random.uniform(1.3, 2.1), 2.9])
        return float(np.clip(pitch * squares, 4, 20))
    if surface == "ruled paper":
        lines = random.uniform(0.5, 0.95) if random.random() < 0.8 else random.uniform(1.4, 2)
        return max(4.0, pitch * lines)
    return float(np.exp(random.uniform(np.log(5), np.log(20))))


def _ink(tool: Tool, random: np.random.Generator) -> tuple[Colour, tuple[str, ...]]:
    """Return the colour that a full layer has, and a word if it is an unusual one."""
    if tool is writing.PENCIL:
        grey = random.uniform(*LUMINANCE_OF_GRAPHITE)
        return (grey, grey, grey * 1.04), ()
    if tool is writing.CHALK:
        name = "yellow" if random.random() < 0.14 else "white"
        return writing.CHALKS[name], () if name == "white" else ("coloured chalk",)
    name = tool.inks[random.integers(len(tool.inks))]
    return writing.INKS[name], () if name in writing.NOT_COLOURED else ("coloured ink",)


def _edge(points: Floats, everything: Floats, side: int, random: np.random.Generator) -> float:
    """Return x or y in mm of a sheet's edge that is seen between the digits and the frame."""
    axis = side % 2
    height, width = points.shape[:2]
    border = {
        0: points[height // 2, 0, 0],
        1: points[0, width // 2, 1],
        2: points[height // 2, -1, 0],
        3: points[-1, width // 2, 1],
    }[side]
    ends = everything[:, axis]
    near = float(ends.min() if side < 2 else ends.max())
    tall = float(np.ptp(everything[:, 1]))
    room = float(border) - near
    keep = np.sign(room) * min(abs(room), 0.4 * tall)
    return float(near + keep + (room - keep) * random.uniform(0.3, 0.85))
