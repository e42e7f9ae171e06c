"""Characters that are no digits, as strokes: what a network must learn to say "no" to.

Source: the vector fonts that A. V. Hershey drew at the U.S. Naval Weapons Laboratory in 1967, as
the package hershey-fonts brings them: Latin, Greek and Cyrillic letters, gothic and script hands,
Japanese characters, mathematical and musical signs.
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
"""Keys under which a font with Latin letters has what a person could take for a digit."""
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
"""The same for the fonts whose keys stand for other signs, chosen by eye from a sheet of all."""


@functools.cache
def glyphs() -> tuple[Strokes, ...]:
    """Return every character that nobody would take for a digit, from all fonts.

    Strokes are float32 (n, 2), x to the right and y down, in units of the font. A shape that is
    left out in one font is left out in all: some fonts have it under several keys.
    """
    kept: dict[bytes, Strokes] = {}
    left_out = set()
    for font_name in HersheyFonts().default_font_names:
        font = HersheyFonts()
        font.load_default_font(font_name)
        excluded = LOOK_LIKE_DIGITS.get(font_name, SHARED_BY_DIGITS)
        for key in map(chr, range(33, 127)):
            strokes = tuple(
                np.array(stroke, np.float32) for stroke in font.strokes_for_text(key) if len(stroke)
            )
            if not strokes:
                continue
            shape = np.concatenate(strokes).tobytes()
            if key in excluded:
                left_out.add(shape)
            else:
                kept[shape] = strokes
    return tuple(strokes for shape, strokes in kept.items() if shape not in left_out)
