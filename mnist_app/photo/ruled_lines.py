"""The printed lines of ruled and squared paper: found, and taken out from under the writing."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats, Image, Mask

MAXIMUM_TILT: Final = 16.0
"""Degrees by which a line may lean, by the paper's turn and by perspective."""
TILT_STEP: Final = 0.25
LEAST_SPAN: Final = 0.85
"""Share of its length in the picture along which a single line must be seen: the bar of a digit
that fills the picture is shorter."""
FAMILY_SPAN: Final = 0.4
"""The same for lines of which there are `FAMILY` and more: a margin or a desk may end them."""
FAMILY: Final = 4
LIMIT: Final = 1.5
"""No line absorbs more than so many times what it does nearly everywhere, or what the others of
its sheet usually do."""
STROKE: Final = 2.0
"""What absorbs more than so many times what the line does is a stroke across it: it stays."""
HALF_STRIP: Final = 10
"""Pixels on each side of a line that are looked at; the thickest line must fit into them."""
SMOOTHING: Final = 31
"""Pixels along which grey levels are averaged: a line stays, noise and strokes fade."""
RIDGE: Final = 4
"""Least level by which a line differs from the paper beside it."""
BLOCK: Final = 32
"""Pixels of a line that share one profile."""
NEIGHBOURS: Final = 0.4
"""Share of a line's length over which its profile is a median: writing on a line is shorter."""
MOST_LINES: Final = 120
MOST_VOTES: Final = 2000
"""Lines with the most pixels that are considered."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RuledLines:
    """Straight lines that run across a picture, and those that run down it.

    Each is y at the left and at the right edge, or x at the top and at the bottom.
    """

    across: list[tuple[float, float]]
    down: list[tuple[float, float]]


def find_ruled_lines(absorbance: Image, sheet: Mask | None = None) -> RuledLines:
    """Return the printed lines in ``absorbance``.

    ``absorbance`` is uint8 (height, width): the share of light absorbed, 0 for paper, 255 for all.
    Where ``sheet`` is False, no line can be seen.
    """
    if sheet is None:
        sheet = np.ones(absorbance.shape, np.bool_)
    turned = np.ascontiguousarray(absorbance.T), np.ascontiguousarray(sheet.T)
    return RuledLines(_horizontal_lines(absorbance, sheet), _horizontal_lines(*turned))


def remove_ruled_lines(absorbance: Image, lines: RuledLines) -> Image:
    """Return ``absorbance`` with ``lines`` taken out.

    Where a stroke crosses a line, what the line alone absorbs is divided out, so that the stroke
    is not cut.
    """
    across = _without_horizontal(absorbance, lines.across)
    if not lines.down:
        return across
    turned = np.ascontiguousarray(across.T)
    return np.ascontiguousarray(_without_horizontal(turned, lines.down).T)


def _without_horizontal(absorbance: Image, found: list[tuple[float, float]]) -> Image:
    if not found:
        return absorbance
    cleaned = absorbance.copy()
    # Lines of one sheet are printed alike: the bar of a digit is not.
    usual = float(np.median([line_level(absorbance, line) for line in found]))
    is_family = len(found) >= FAMILY
    for line in found:
        most = (
            LIMIT * max(usual, line_level(absorbance, line, LEAST_SPAN)) / 255 if is_family else 1.0
        )
        _take_out(cleaned, *line, most)
    return cleaned


def _horizontal_lines(absorbance: Image, sheet: Mask) -> list[tuple[float, float]]:
    """Return y at the left and at the right edge of every line that runs across ``absorbance``."""
    width = absorbance.shape[1]
    ridge = np.where(sheet, _ridges(absorbance), 0).astype(np.uint8)
    tilt = np.deg2rad(MAXIMUM_TILT)
    votes = cv2.HoughLines(
        ridge,
        1,
        np.deg2rad(TILT_STEP),
        max(20, round(FAMILY_SPAN * width)),
        min_theta=np.pi / 2 - tilt,
        max_theta=np.pi / 2 + tilt,
    )
    if votes is None:
        return []
    chosen: list[tuple[float, float]] = []
    spans: list[float] = []
    rho, theta = votes.reshape(-1, 2)[:MOST_VOTES].astype(np.float64).T
    lefts, rights = rho / np.sin(theta), (rho - width * np.cos(theta)) / np.sin(theta)
    remaining = np.arange(len(rho))
    while len(remaining) and len(chosen) < MOST_LINES:
        line = (lefts[remaining[0]], rights[remaining[0]])
        chosen.append(line)
        spans.append(_span(ridge, sheet, line))
        remaining = remaining[_are_apart(lefts[remaining], rights[remaining], line)]
    many = sum(span >= FAMILY_SPAN for span in spans) >= FAMILY
    least = FAMILY_SPAN if many else LEAST_SPAN
    return [_fitted(ridge, line) for line, span in zip(chosen, spans, strict=True) if span >= least]


def _ridges(absorbance: Image) -> Image:
    """Return where ``absorbance`` is higher than above and below, along the lines; 1 or 0."""
    along = cv2.blur(absorbance, (SMOOTHING, 1))
    beside = cv2.blur(along, (1, 2 * HALF_STRIP + 1))
    grow = cv2.dilate(along, np.ones((5, 1), np.uint8))
    ridge = (cv2.subtract(along, beside) > RIDGE) & (along >= grow)
    return np.asarray(cv2.dilate(ridge.view(np.uint8), np.ones((2, 1), np.uint8)), np.uint8)


def _are_apart(lefts: Doubles, rights: Doubles, line: tuple[float, float]) -> Mask:
    """Return which lines, y at the left and at the right edge, neither cross nor touch ``line``."""
    left, right = lefts - line[0], rights - line[1]
    near = np.minimum(np.abs(left), np.abs(right))
    return np.asarray((left * right > 0) & (near > HALF_STRIP / 2))


def _span(ridge: Image, sheet: Mask, line: tuple[float, float]) -> float:
    """Return along which share of ``line`` there is a ridge within two pixels.

    What of it lies on the sheet counts, but no less than `FAMILY_SPAN` of the width.
    """
    height, width = ridge.shape
    columns = np.arange(width)
    rows = np.rint(np.linspace(line[0], line[1], width)).astype(np.int64)
    offsets = np.arange(-2, 3)[:, np.newaxis]
    near = ridge[np.clip(rows + offsets, 0, height - 1), columns] > 0
    inside = (rows >= 0) & (rows < height) & sheet[np.clip(rows, 0, height - 1), columns]
    seen = np.count_nonzero(near.any(axis=0) & inside)
    return float(seen / max(np.count_nonzero(inside), FAMILY_SPAN * width))


def line_level(absorbance: Image, line: tuple[float, float], share: float = 0.5) -> float:
    """Return the level that a ``line`` across ``absorbance`` has along this share of its length.

    It is taken where it is darkest within two pixels. The line is y at the left and at the right
    edge.
    """
    height, width = absorbance.shape
    rows = np.rint(np.linspace(line[0], line[1], width)).astype(np.int64)
    offsets = np.arange(-2, 3)[:, np.newaxis]
    darkest = absorbance[np.clip(rows + offsets, 0, height - 1), np.arange(width)].max(axis=0)
    return float(np.quantile(darkest, 1 - share))


def _fitted(ridge: Image, line: tuple[float, float]) -> tuple[float, float]:
    """Return the straight line through the ridge within three pixels of ``line``."""
    height, width = ridge.shape
    rows = (
        np.rint(np.linspace(line[0], line[1], width)).astype(np.int64) + np.arange(-3, 4)[:, None]
    )
    inside = (rows >= 0) & (rows < height)
    near = (ridge[np.clip(rows, 0, height - 1), np.arange(width)] > 0) & inside
    offsets, columns = np.nonzero(near)
    if np.ptp(columns) < width / 4:
        return line
    slope, start = np.polyfit(columns, rows[offsets, columns], 1)
    return float(start), float(start + slope * (width - 1))


def _take_out(absorbance: Image, start: float, end: float, limit: float) -> None:
    """Divide the line from (0, ``start``) to (width, ``end``) out of ``absorbance``, in place.

    It absorbs no more than ``limit``.
    """
    height, width = absorbance.shape
    y = np.linspace(start, end, width, dtype=np.float32)
    base = np.floor(y).astype(np.int64)
    part = (y - base).astype(np.float32)
    columns = np.arange(width)
    offsets = np.arange(-HALF_STRIP, HALF_STRIP + 2)[:, np.newaxis]
    rows = np.clip(base + offsets, 0, height - 1)
    strip = absorbance[rows, columns].astype(np.float32) / 255
    straight = strip[:-1] * (1 - part) + strip[1:] * part
    profile = _profile(straight)
    # Back to whole rows: row base + o lies o - part from the line.
    shifted = np.zeros_like(strip)
    shifted[:-1] += profile * (1 - part)
    shifted[1:] += profile * part
    shifted = np.minimum(shifted, min(limit, 0.9))
    cleaned = np.where(strip > STROKE * shifted, strip, 1 - (1 - strip) / (1 - shifted))
    inside = (base + offsets >= 0) & (base + offsets < height)
    cleaned = np.floor(np.clip(cleaned, 0, 1) * 255 + 0.5).astype(np.uint8)
    absorbance[rows[inside], np.broadcast_to(columns, rows.shape)[inside]] = cleaned[inside]


def _profile(strip: Floats) -> Floats:
    """Return what the line alone absorbs at every pixel of ``strip`` (offset, along)."""
    offsets, width = strip.shape
    blocks = max(1, width // BLOCK)
    cut = strip[:, : blocks * BLOCK].reshape(offsets, blocks, -1) if blocks > 1 else strip[:, None]
    typical = np.median(cut, axis=2).astype(np.float32)
    reach = max(1, round(NEIGHBOURS * blocks / 2))
    padded = np.pad(typical, ((0, 0), (reach, reach)), mode="reflect" if blocks > reach else "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=1)
    level = np.percentile(windows, 40, axis=2).astype(np.float32)
    # Only what peaks at the line is the line; a stroke along the strip's edge is not.
    middle = offsets // 2
    level[:middle] = np.minimum.accumulate(level[middle::-1], axis=0)[:0:-1]
    level[middle:] = np.minimum.accumulate(level[middle:], axis=0)
    wide = cv2.resize(level, (width, offsets), interpolation=cv2.INTER_LINEAR)
    return np.asarray(wide, np.float32)
