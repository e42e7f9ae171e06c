"""A camera roll: photographs of handwritten digits and numbers as classes take them.

Teachers and pupils write a digit or a number on paper or a board and take a picture with a phone.
Sheet, light and lens are painted in linear light, lengths are millimetres on the sheet, and every
picture can be read at a glance.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.photographs.camera_roll_choices import CONDITIONS
from benchmarks.photographs.camera_roll_ink import lay_ink
from benchmarks.photographs.camera_roll_lens import expose, store
from benchmarks.photographs.camera_roll_light import glare_on, light_up
from benchmarks.photographs.camera_roll_plan import Plan, make_plan
from benchmarks.photographs.camera_roll_surface import BLACKBOARD, lay_sheet
from benchmarks.photographs.camera_roll_things import lay_thing
from benchmarks.photographs.camera_roll_writing import all_points
from benchmarks.photographs.photograph import Photograph

__all__ = ["CONDITIONS", "photograph"]

_DARKEST: Final = 0.065
"""Least linear brightness of bare paper where someone wrote: a phone brightens what is darker."""
_DARKEST_BOARD: Final = 0.007


def photograph(
    digits: Sequence[Sequence[npt.NDArray[np.float32]]], random: np.random.Generator
) -> Photograph:
    """Return a picture of one digit, or of several written side by side as one number.

    Each digit is a sequence of strokes, float32 (n, 2), x right and y down; all are in one unit
    and keep their relative sizes. All chance comes from ``random``: the same seed gives the same
    bytes. The conditions are words of `CONDITIONS`.
    """
    plan = make_plan(digits, random)
    return Photograph(store(paint(plan), plan.shot), plan.conditions)


def paint(plan: Plan, *, with_ink: bool = True) -> npt.NDArray[np.uint8]:
    """Return the upright picture, uint8 (height, width, 3) RGB, or the same one unwritten."""
    sheet, ink, light, lens = (np.random.default_rng([plan.seed, part]) for part in range(4))
    scene = lay_sheet(plan.sheet, plan.view, sheet)
    if with_ink:
        lay_ink(
            scene,
            plan.line,
            plan.view,
            pen=plan.pen,
            colour=plan.colour,
            width=plan.width,
            load=plan.load,
            random=ink,
        )
    if plan.thing is not None:
        lay_thing(scene, plan.thing, plan.view)
    lit = light_up(plan.light, plan.view.shape, light)
    gain = _exposure(plan, lit)
    scene *= lit
    scene *= gain
    mirrored = glare_on(plan.light, plan.view.shape)
    if mirrored is not None:
        scene += mirrored
    return expose(scene, plan.shot, lens)


def _exposure(plan: Plan, lit: npt.NDArray[np.float32]) -> np.float32:
    """Return the gain with which the sheet round the writing gets the brightness planned."""
    pixels = plan.view.project(all_points(plan.line)).astype(int)
    around = lit[pixels[:, 1], pixels[:, 0], 1] * plan.sheet.tone[1]
    darkest = _DARKEST_BOARD if plan.sheet.kind == BLACKBOARD else _DARKEST
    gain = plan.shot.level / float(np.mean(around))
    return np.float32(max(gain, darkest / float(np.percentile(around, 2))))
