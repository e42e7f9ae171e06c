"""Photographs of a digit or a number in homework and on the blackboard, as phones take them.

A sheet and its light are given in linear light and in millimetres, seen through a phone's lens and
stored by its picture processing. Every picture is a plausible one: most are ordinary, some are
hard, none is so hard that a person would be in doubt what is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.photographs.homework_camera import (
    develop,
    homography,
    looked_at,
    phone_file,
    project,
)
from benchmarks.photographs.homework_choices import Subject, choose_sheet, choose_subject
from benchmarks.photographs.homework_light import illumination
from benchmarks.photographs.homework_paper import board, paper
from benchmarks.photographs.homework_taking import (
    choose_camera,
    choose_file,
    choose_light,
    choose_pose,
)
from benchmarks.photographs.homework_writing import (
    CHALK,
    PENCIL,
    HomeworkLine,
    chalk_dust,
    coverage,
    grain,
    graphite,
    ink_of_pen,
    lay_out,
    written,
)
from benchmarks.photographs.photograph import Floats, Photograph

CONDITIONS: Final = (
    *("pencil", "ballpoint", "fountain pen", "fineliner", "felt pen", "marker", "chalk"),
    *("white paper", "squared paper", "ruled paper", "blackboard"),
    *("coloured ink", "coloured chalk", "faint", "margin line", "sheet edge"),
    *("even light", "lighting gradient", "shadow", "shadow edge", "deep shadow", "low light"),
    *("perspective", "turned", "blur", "shaken", "noise", "strong JPEG", "EXIF turned"),
)
"""Everything that `photograph` may say of a picture."""


@dataclass(frozen=True)
class HomeworkShot:
    """A photograph, and where the middles of the strokes lie in it."""

    photograph: Photograph
    strokes_of_digits: list[list[Floats]]
    """In pixels of the upright picture."""


def photograph(
    strokes_of_digits: Sequence[Sequence[Floats]], random: np.random.Generator
) -> Photograph:
    """Return a photograph of the digits, written from left to right in one line.

    Each digit is a sequence of pen strokes, float32 (n, 2), x to the right and y down; the digits
    share one unit. All that happens is drawn from ``random``.
    """
    return shoot(strokes_of_digits, random).photograph


def shoot(
    strokes_of_digits: Sequence[Sequence[Floats]], random: np.random.Generator
) -> HomeworkShot:
    """Return a photograph as `photograph` does, with the places of its strokes."""
    subject = choose_subject(random)
    digits = lay_out(strokes_of_digits, subject.digit_height, subject.line_width, random)
    everything = np.concatenate([stroke for digit in digits for stroke in digit])
    pose, oblique = choose_pose(everything, subject, random)
    matrix = homography(pose)
    points = looked_at(matrix, pose.size)
    in_pixels = [[project(matrix, stroke) for stroke in digit] for digit in digits]

    ground, marks = _ground(points, everything, subject, random)
    lines = written(
        [stroke for digit in digits for stroke in digit], subject.tool, subject.line_width, random
    )
    _write(ground, lines, matrix, subject, random)
    light, lit = choose_light(pose.span, subject, random)
    scale = pose.size[0] / pose.span
    camera, taken = choose_camera(
        subject, subject.line_width * scale, subject.digit_height * scale, random
    )
    picture = develop(ground * illumination(points, light), camera, random)
    stored = choose_file(pose.size, subject, random)
    conditions = (*subject.conditions, *marks, *lit, *oblique, *taken, *stored.conditions)
    jpeg = phone_file(picture, stored.orientation, stored.quality, stored.subsampling)
    return HomeworkShot(Photograph(jpeg, conditions), in_pixels)


def _ground(
    points: Floats, everything: Floats, subject: Subject, random: np.random.Generator
) -> tuple[Floats, tuple[str, ...]]:
    """Return the reflectance of what is written on, and words for its marks."""
    if subject.tool is CHALK:
        return board(points.shape[:2], subject.ground, subject.dust, random), ()
    sheet, marks = choose_sheet(points, everything, subject, random)
    return paper(points, sheet, random), marks


def _write(
    ground: Floats,
    lines: Sequence[HomeworkLine],
    matrix: npt.NDArray[np.float64],
    subject: Subject,
    random: np.random.Generator,
) -> None:
    """Put the lines on the ground, in place, in two layers: strokes that cross grow darker."""
    everything = np.concatenate([line.middle for line in lines])
    edge = 2 * subject.line_width
    low, high = everything.min(axis=0) - edge, everything.max(axis=0) + edge
    corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]]], np.float32)
    seen = project(matrix, corners)
    sides = (np.linalg.norm(np.roll(box, 1, axis=0) - box, axis=1) for box in (seen, corners))
    scale = float(np.divide(*sides).max())
    size = (int(np.ceil((high[0] - low[0]) * scale)), int(np.ceil((high[1] - low[1]) * scale)))
    left, top = np.maximum(np.floor(seen.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(seen.max(axis=0)).astype(int) + 1
    target = ground[top:bottom, left:right]
    to_sheet = np.array([[1 / scale, 0, low[0]], [0, 1 / scale, low[1]], [0, 0, 1]])
    to_target = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]]) @ matrix @ to_sheet
    rough = np.float32(0.87) * grain((size[1], size[0]), subject.grain * scale, random)
    rough += np.float32(0.5) * grain((size[1], size[0]), 0.35 * subject.grain * scale, random)
    for layer in (lines[::2], lines[1::2]):
        if not layer:
            continue
        share = _share(coverage(layer, low, size, scale), rough, scale, subject)
        share = cv2.warpPerspective(share, to_target, (target.shape[1], target.shape[0]))[..., None]
        if subject.tool is CHALK:
            target += share * (np.array(subject.ink, np.float32) - target)
        else:
            target *= 1 - share * (1 - np.array(subject.ink, np.float32))


def _share(covered: Floats, rough: Floats, scale: float, subject: Subject) -> Floats:
    """Return which share of each pixel's light meets what the tool leaves behind."""
    if subject.tool is PENCIL:
        return graphite(covered, subject.opacity, rough)
    if subject.tool is CHALK:
        return chalk_dust(covered, subject.opacity, rough, subject.line_width * scale)
    return ink_of_pen(covered, subject.opacity, rough)
