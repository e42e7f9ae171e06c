"""Photographs of handwritten numbers as a telephone takes them, painted for a final figure.

This painter shares nothing with the reader or with the other painters of photographs, so that what
was chosen on those can be checked against pictures that nobody chose anything by. Every range here
was set by looking at the pictures: a person reads each at a glance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.photographs import snapshot_camera as camera
from benchmarks.photographs import snapshot_sheet as sheet
from benchmarks.photographs.photograph import Photograph
from benchmarks.photographs.snapshot_camera import Floats, View
from benchmarks.photographs.snapshot_sheet import Written

SURFACES: Final = {
    "white paper": 0.30,
    "ruled paper": 0.22,
    "squared paper": 0.22,
    "whiteboard": 0.11,
    "blackboard": 0.07,
    "greenboard": 0.08,
}
TOOLS: Final = {"ballpoint": 0.43, "pencil": 0.29, "felt pen": 0.28}
COLOURS: Final = {
    "ballpoint": {"blue": 0.55, "black": 0.33, "red": 0.07, "green": 0.05},
    "pencil": {"grey": 1.0},
    "felt pen": {"black": 0.45, "blue": 0.27, "red": 0.16, "green": 0.12},
    "marker": {"black": 0.40, "blue": 0.30, "red": 0.17, "green": 0.13},
    "chalk": {"white": 0.82, "yellow": 0.18},
}
LIGHTS: Final = {
    "even light": 0.37,
    "gradient": 0.24,
    "lamp": 0.11,
    "soft shadow": 0.11,
    "hard shadow": 0.07,
    "window frame": 0.03,
    "low light": 0.07,
}
OPTICS: Final = {"sharp": 0.78, "defocus": 0.12, "motion": 0.10}
BALANCES: Final = {"neutral": 0.68, "warm": 0.20, "cold": 0.12}
ORIENTATIONS: Final = {1: 0.62, 6: 0.22, 8: 0.09, 3: 0.07}
DESKS: Final = {"wood": 0.5, "plain desk": 0.3, "cloth": 0.2}
SIDES: Final = {1: 0.5, 2: 0.35, 3: 0.15}
"""At how many sides of the sheet the desk is seen, if it is."""
RARE: Final = {"crease": 0.06, "holes": 0.08, "show-through": 0.07, "bent": 0.08}
"""What happens to paper, and how often."""
DESK_SEEN, FRAME_SEEN, TILTED, ERASED, GLARE, VIGNETTED = 0.24, 0.15, 0.16, 0.3, 0.25, 0.2
"""How often; boards are rarely photographed with their frames, and seldom wiped quite clean."""

PENS_MM: Final = {
    "ballpoint": (0.4, 0.7),
    "pencil": (0.45, 0.9),
    "felt pen": (0.9, 3.2),
    "marker": (3.0, 6.0),
    "chalk": (6.0, 11.0),
}
HEIGHTS_MM: Final = {
    "ballpoint": (5.0, 16.0),
    "pencil": (5.5, 18.0),
    "felt pen": (11.0, 45.0),
    "marker": (40.0, 120.0),
    "chalk": (65.0, 170.0),
}
PEN_SHARES: Final = (0.035, 0.16)
"""Least and greatest width of a pen over the digits' height: thicker ones fill the loops."""
SHARES: Final = (0.09, 0.54)
"""Least and greatest height of the digits, wished for, in heights of the picture."""
NEAREST_MM: Final = 55.0
"""What the shorter side of a picture shows at least: telephones focus no nearer."""
SIZES: Final = {(1152, 864): 0.3, (1280, 960): 0.24, (1280, 720): 0.14, (1600, 1200): 0.14,
                (1920, 1080): 0.08, (2048, 1536): 0.07, (2592, 1944): 0.03}  # fmt: skip
CROPPED: Final = 0.16
"""How often somebody cut the picture to the writing before sending it."""
PAINTED_PIXELS: Final = 1.3e6
"""Larger pictures are painted with so many pixels and enlarged: lenses resolve no more."""

Key = TypeVar("Key")


@dataclass(frozen=True)
class Plan:
    """What a photograph will show; numbers are drawn while it is painted."""

    surface: str
    tool: str
    colour: str
    light: str
    caster: str
    optics: str
    balance: str
    orientation: int
    desk: str
    sides: tuple[str, ...]
    extras: tuple[str, ...]
    quality: int

    @property
    def board(self) -> bool:
        """Whether chalk is written on a dark board."""
        return self.tool == "chalk"

    @property
    def paper(self) -> bool:
        """Whether the writing is on paper."""
        return self.surface.endswith("paper")

    def conditions(self) -> tuple[str, ...]:
        """Return the names of all that is special, plain things left out."""
        shadowed = self.light in camera.PENUMBRAS
        named = [self.surface, self.tool, self.colour, self.light]
        named += [f"shadow of {self.caster}"] if shadowed else []
        named += [self.optics] if self.optics != "sharp" else []
        named += [self.balance] if self.balance != "neutral" else []
        named += [self.desk] if self.sides else []
        named += [f"orientation {self.orientation}"] if self.orientation != 1 else []
        named += ["low quality"] if self.quality < 65 else []
        return (*named, *self.extras)


def photograph(
    digits: Sequence[Sequence[NDArray[np.float32]]], random: np.random.Generator
) -> Photograph:
    """Return a photograph of 1 to 8 ``digits`` of one writer, written side by side.

    Each digit is its strokes, float32 (n, 2), x right, y down, in any unit. The same state of
    ``random`` gives the same bytes. Raises ValueError if there are no digits or more than eight.
    """
    if not 1 <= len(digits) <= 8:
        raise ValueError(f"a photograph shows 1 to 8 digits, not {len(digits)}")
    plan = draw_plan(random)
    spacing = _spacing(plan, random)
    height = _digit_height(plan, spacing, random)
    pen = float(np.clip(random.uniform(*PENS_MM[plan.tool]), *np.multiply(PEN_SHARES, height)))
    written = sheet.write(digits, height, pen, random)
    size, view = _look(plan, written, height, random)
    scene = _scene(plan, view, written, random, pen=pen, spacing=spacing)
    marks = view.project(np.concatenate([stroke for digit in written for stroke in digit]))
    scene *= camera.light(view, plan.light, plan.caster, random)
    if "glare" in plan.extras:
        scene += camera.glare(view, marks, random)[..., np.newaxis]
    scale = float(view.scale(np.zeros((1, 2)))[0])
    scene = camera.lens(scene, plan.optics, height * scale, pen * scale, random)
    exposure = "board" if plan.board else "low light" if plan.light == "low light" else "paper"
    vignetting = random.uniform(0.15, 0.35) if "vignetting" in plan.extras else 0.05
    pixels = camera.develop(scene, exposure, plan.balance, float(vignetting), random)
    return Photograph(camera.store(pixels, size, plan.orientation, plan.quality), plan.conditions())


def draw_plan(random: np.random.Generator) -> Plan:
    """Return what a photograph will show: plain things mostly, hard ones seldom together."""
    surface = _pick(SURFACES, random)
    board = {"whiteboard": "marker", "blackboard": "chalk", "greenboard": "chalk"}.get(surface)
    tool = board or _pick(TOOLS, random)
    light = _pick(LIGHTS, random)
    if board == "chalk" and light == "low light":
        light = "gradient"  # dark boards in dark rooms are not readable at a glance
    # Who takes a picture again when it is bad seldom sends one that is bad twice.
    easy = light in ("even light", "gradient", "lamp", "soft shadow")
    extras = []
    if board is None:
        extras += [name for name, share in RARE.items() if random.random() < share]
    else:
        extras += ["erased traces"] if random.random() < ERASED else []
        extras += ["glare"] if board == "marker" and random.random() < GLARE else []
    extras += ["tilted"] if random.random() < TILTED else []
    extras += ["vignetting"] if random.random() < VIGNETTED else []
    desk = "board's frame" if board else _pick(DESKS, random)
    sides: tuple[str, ...] = ()
    if random.random() < (FRAME_SEEN if board else DESK_SEEN):
        count = min(_pick(SIDES, random), 2 if board else 3)
        sides = tuple(random.permutation(["left", "top", "right", "bottom"])[:count].tolist())
    return Plan(
        surface=surface,
        tool=tool,
        colour=_pick(COLOURS[tool], random),
        light=light,
        caster=str(random.choice(camera.CASTERS)),
        optics=_pick(OPTICS, random) if easy else "sharp",
        balance=_pick(BALANCES, random),
        orientation=_pick(ORIENTATIONS, random),
        desk=desk,
        sides=sides,
        extras=tuple(extras),
        quality=int(random.integers(*camera.QUALITIES)),
    )


def _pick(shares: Mapping[Key, float], random: np.random.Generator) -> Key:
    weights = np.array(list(shares.values()))
    return list(shares)[int(random.choice(len(weights), p=weights / weights.sum()))]


def _spacing(plan: Plan, random: np.random.Generator) -> float:
    """Return the distance of the printed lines in millimetres."""
    if plan.surface == "squared paper":
        return 5.0
    return float(random.choice([7.0, 8.0, 9.0, 10.0], p=[0.3, 0.3, 0.2, 0.2]))


def _digit_height(plan: Plan, spacing: float, random: np.random.Generator) -> float:
    """Return the digits' height in millimetres; with thin pens, most keep to the printed lines."""
    low, high = HEIGHTS_MM[plan.tool]
    height = float(np.exp(random.uniform(np.log(low), np.log(high))))
    if plan.surface in ("ruled paper", "squared paper") and random.random() < 0.7:
        lines = max(1, round(height / spacing))
        height = max(low, lines * spacing * float(random.uniform(0.7, 0.95)))
    return height


def _look(
    plan: Plan, written: Written, height: float, random: np.random.Generator
) -> tuple[tuple[int, int], View]:
    """Return the size of the file's upright picture, and the view that is painted."""
    everything = np.concatenate([stroke for strokes in written for stroke in strokes])
    wide = float(np.ptp(everything[:, 0])) / height
    width, tall = _pick(SIZES, random)
    if random.random() < CROPPED:
        area, aspect = random.uniform(0.82e6, 1.3e6), wide * random.uniform(0.8, 1.5)
        aspect = float(np.clip(aspect, 0.8, 2.6))
        width, tall = round((area * aspect) ** 0.5), round((area / aspect) ** 0.5)
    elif wide < 3.5 and random.random() < 0.55:
        width, tall = tall, width
    margins = [0.05, 0.05, 0.05, 0.05]
    for place, side in enumerate(("left", "top", "right", "bottom")):
        if side in plan.sides:
            margins[place] = 0.17
    if "holes" in plan.extras:
        margins[0] = 0.25
    shrunk = min(1.0, (PAINTED_PIXELS / (width * tall)) ** 0.5)
    share = float(np.exp(random.uniform(*np.log(SHARES))))
    view = camera.aim(
        [np.concatenate(strokes) for strokes in written],
        (round(width * shrunk), round(tall * shrunk)),
        share,
        (margins[0], margins[1], margins[2], margins[3]),
        random,
        tilted="tilted" in plan.extras,
        bent="bent" in plan.extras,
        nearest=NEAREST_MM,
    )
    return (width, tall), view


def _scene(
    plan: Plan,
    view: View,
    written: Written,
    random: np.random.Generator,
    *,
    pen: float,
    spacing: float,
) -> Floats:
    """Return what share of the light comes back from every pixel, float32 (height, width, 3)."""
    grain = sheet.Grain(view, random)
    usual = float(np.median([np.ptp(np.concatenate(strokes)[:, 1]) for strokes in written]))
    if plan.paper:
        scene = sheet.paper(grain, plan.surface, spacing, written, random)
    else:
        scene = sheet.board(grain, plan.surface, random)
    if "show-through" in plan.extras:
        back = sheet.scribble(view, 6.0, 7, random, mirrored=True)
        back = cv2.GaussianBlur(back, (0, 0), max(0.4 * grain.scale, 0.5))
        scene *= np.exp(-np.float32(random.uniform(0.04, 0.09)) * back)[..., np.newaxis]
    if "erased traces" in plan.extras:
        old = sheet.wiped(view, grain, usual, random)[..., np.newaxis]
        faint = np.float32(random.uniform(0.02, 0.07))
        scene = scene + faint * old if plan.board else scene * np.exp(-1.5 * faint * old)
    layer = sheet.ink(view, written, pen, random)
    scene = sheet.marked(scene, layer, grain, random, tool=plan.tool, colour=plan.colour)
    if "crease" in plan.extras:
        scene *= sheet.creased(grain, random)[..., np.newaxis]
    ends = sheet.edges(view, plan.sides, written, random)
    holes: list[tuple[float, float]] = []
    if "holes" in plan.extras:
        x = _hole_x(view, ends, written, random)
        y = float(random.uniform(-25, 25))
        holes = [(x, y - 80), (x, y), (x, y + 80)]
    if ends or holes:
        scene = sheet.surrounded(scene, ends, holes, grain, random, ground=plan.desk)
    return scene


def _hole_x(
    view: View, ends: dict[str, float], written: Written, random: np.random.Generator
) -> float:
    """Return where in mm the punched holes are: 12 mm from the sheet's edge, if that is seen."""
    clear = min(float(stroke[:, 0].min()) for strokes in written for stroke in strokes)
    border = float(view.ground(np.array([[0, view.height / 2]]))[0, 0])
    wished = ends.get("left", border - float(random.uniform(2, 8))) + 12
    return min(wished, clear - sheet.HOLE_MM - 6)
