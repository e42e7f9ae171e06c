"""Glyphs other than digits as strokes, from the Hershey fonts.

Source: the vector fonts that A. V. Hershey drew at the U.S. Naval Weapons Laboratory in 1967, from
the package hershey-fonts: Latin, Greek and Cyrillic letters, gothic and cursive styles, Japanese
characters, mathematical and musical symbols.
"""

import functools
import string
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
from HersheyFonts import HersheyFonts

Strokes = tuple[npt.NDArray[np.float32], ...]

SHARED_BY_DIGITS: Final = string.digits + "!\"'(),./[\\]`{|}" + "BDGIJOQSZ" + "bgiloqsz"
"""Keys of the glyphs that look like a digit, in fonts with Latin letters."""
_GREEK: Final = string.digits + "!\"'(),./[\\]`{|}" + "BIOVZ" + "dios"
_MATHEMATICS: Final = SHARED_BY_DIGITS + "LO" + "mprtu"
LOOK_LIKE_DIGITS: Final[Mapping[str, str]] = {
    "cyrilc_1": string.digits + "!\"'(),./[\\]`{|}" + "BCHOX" + "bchox",
    "cyrillic": string.digits + "!\"'(),./\\`{|}" + "BCJOVZ" + "bcjovz",
    "greek": _GREEK,
    "timesg": _GREEK,
    "greekc": string.digits + "!\"'(),./[\\]`{|}" + "BFIO" + "dior",
    "greeks": string.digits + "!\"'(),./[\\]`{|}" + "BFIO" + "dior",
    "japanese": "!;<=>?@" + "CQRS" + "ikmp" + "tuvw",
    "markers": "Aa",
    "mathlow": _MATHEMATICS,
    "mathupp": _MATHEMATICS,
    "meteorology": SHARED_BY_DIGITS + "<=>~",
    "symbolic": "\"#$&'()*,-./012" + "457;=?@" + "H" + "rstuwx}",
}
"""Keys of the glyphs that look like a digit, in the other fonts, chosen by eye."""


@functools.cache
def glyphs() -> tuple[Strokes, ...]:
    """Return the glyphs of all fonts that do not look like a digit.

    Strokes are float32 (n, 2), x to the right and y down, in units of the font. A shape that looks
    like a digit in one font is left out in all: some fonts have it under several keys.
    """
    kept: dict[bytes, Strokes] = {}
    excluded = set()
    for font_name in HersheyFonts().default_font_names:
        font = HersheyFonts()
        font.load_default_font(font_name)
        excluded_keys = LOOK_LIKE_DIGITS.get(font_name, SHARED_BY_DIGITS)
        for key in map(chr, range(33, 127)):
            strokes = tuple(
                np.array(stroke, np.float32) for stroke in font.strokes_for_text(key) if len(stroke)
            )
            if not strokes:
                continue
            shape = np.concatenate(strokes).tobytes()
            if key in excluded_keys:
                excluded.add(shape)
            else:
                kept[shape] = strokes
    return tuple(strokes for shape, strokes in kept.items() if shape not in excluded)
