"""Whether a picture is a drawing, to be read as it is, or a photograph, to be cleaned first."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Image

SMALLEST_PHOTO: Final = 64
"""Pixels of the shorter side; what is smaller has too little of anything to be cleaned."""
FLAT_SHARE: Final = 0.4
"""A drawing's background is one colour, to the very level, in at least this share of it."""
EDGE_TOLERANCE: Final = 8
"""Levels by which a JPEG's artefacts may change the edge of a drawing, all of that colour."""
TWO_COLOURS_SHARE: Final = 0.9
"""If a drawing does reach the edge, background and pen alone make up this share of it."""
PEN_SHARE, PEN_CONTRAST = 0.02, 48
"""Least share of the pen's colour then, and least levels by which it differs."""
SAMPLE_SIDE: Final = 256

_COLOURS, _RGBA, _OPAQUE = 3, 4, 255


def is_photograph(pixels: Image) -> bool:
    """Tell a photograph or scan from a drawing, whose background is one colour."""
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST_PHOTO:
        return False
    if pixels.ndim > 2 and pixels.shape[2] == _RGBA:  # noqa: PLR2004
        alpha = cv2.extractChannel(np.ascontiguousarray(pixels), _COLOURS)
        if cv2.minMaxLoc(alpha)[0] < _OPAQUE:
            return False
    step = max(1, max(height, width) // SAMPLE_SIDE)
    sample = pixels[::step, ::step]
    ends = (pixels[:1], pixels[-1:], pixels[:, :1], pixels[:, -1:])
    edge = np.concatenate([_three(end).reshape(-1, _COLOURS) for end in ends]).astype(np.int16)
    if np.abs(edge - edge[0]).max() <= EDGE_TOLERANCE and _majority(sample):
        return False  # the usual case, told without counting every colour
    codes, counts = np.unique(_codes(sample), return_counts=True)
    first, *others = np.argsort(-counts, kind="stable")[:2]
    total = counts.sum()
    if counts[first] < FLAT_SHARE * total:
        return True
    paper = _colour(codes[first])
    if np.abs(edge - paper).max() <= EDGE_TOLERANCE:
        return False
    pen = [place for place in others if counts[place] >= PEN_SHARE * total]
    return not any(
        np.abs(_colour(codes[place]) - paper).max() >= PEN_CONTRAST
        and counts[first] + counts[place] >= TWO_COLOURS_SHARE * total
        for place in pen
    )


def _majority(sample: Image) -> bool:
    """Tell whether more than half of the pixels, all opaque, have the colour of the first."""
    sample = np.ascontiguousarray(sample)
    if sample.ndim > 2 and sample.shape[2] == _COLOURS:  # noqa: PLR2004
        levels = tuple(sample[0, 0].tolist())
        return 2 * cv2.countNonZero(cv2.inRange(sample, levels, levels)) > sample[..., 0].size
    # A pixel of four channels is compared as one number: eight times as fast.
    whole = sample if sample.ndim == 2 else sample.view(np.uint32)[..., 0]  # noqa: PLR2004
    return bool(2 * np.count_nonzero(whole == whole[0, 0]) > whole.size)


def _codes(pixels: Image) -> npt.NDArray[np.uint32]:
    return _three(pixels).astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)


def _colour(code: np.uint32) -> npt.NDArray[np.int16]:
    return np.array([int(code) >> shift & _OPAQUE for shift in (16, 8, 0)], np.int16)


def _three(pixels: Image) -> Image:
    """Return grey or coloured pixels as RGB."""
    if pixels.ndim > 2:  # noqa: PLR2004
        return pixels[..., :_COLOURS]
    return np.repeat(pixels[..., np.newaxis], _COLOURS, axis=2)
