"""Letters of fourteen scripts as outlines, from the font DejaVu Sans.

Source: the font file that Matplotlib contains (Bitstream Vera and public-domain glyphs). Most of
its scripts are in none of the fonts of `mnist_app.training.negatives.hershey`.
"""

import functools
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path as Outline

Outlines = tuple[npt.NDArray[np.float32], ...]

FONT: Final = Path("fonts", "ttf", "DejaVuSans.ttf")
HELD_OUT: Final = ("GEORGIAN", "LAO", "NKO")
"""Scripts kept for validation: no network trains on their letters."""
LOOK_LIKE_DIGITS: Final[Mapping[str, str]] = {
    "LATIN": (
        "BDIJOQSZgiloqs"
        "z\u0131\u018d\u0196\u01a7\u01a8\u01b5\u01b7\u01bc\u01bd\u01be\u01c0\u01c3\u01e5"
        "\u021c\u021d\u0222\u0223\u0225\u0237\u0240\u0253\u025c\u0261\u0263\u0264\u0265\u0269"
        "\u026a\u026d\u0279\u027a\u027f\u0283\u0285\u0287\u0292\u0293\u0299\u02a1\u02ae\u02af"
        "\u1d05\u1d08\u1d09\u1d0a\u1d11\u1d1f\u1d23\u1d77\u1d85\ua722\ua723\ua725\ua781\ua78b"
        "\ua78c\ua7fb\ua7fc\ua7fe"
    ),
    "GREEK": "\u03c3\u03d8\u03d9\u03df",
    "COPTIC": "\u03e4\u03e5\u03e7\u03e8\u03e9\u03ec\u03ed",
    "CYRILLIC": (
        "\u0417\u0427\u042c\u042d\u0431\u0447\u047a\u047b\u0494\u0495\u0498\u04b6\u04b7\u04cb"
        "\u04cc\u050c\u050d"
    ),
    "ARMENIAN": (
        "\u0533\u0534\u0536\u053e\u053f\u0541\u0542\u0545\u0549\u054f\u0551\u0563\u0566\u056c"
        "\u056f\u0573\u0577\u057b\u057e"
    ),
    "HEBREW": "\u05d5\u05d6\u05d9\u05da\u05df\u05e1\u05e8",
    "ARABIC": "\u0645\u0647\u0648\u066f",
    "NKO": "\u07ca\u07cb\u07d4\u07d7\u07df\u07e3",
    "LAO": "\u0e87",
    "GEORGIAN": (
        "\u10a1\u10a2\u10a4\u10a8\u10af\u10b1\u10b7\u10bd\u10c2\u10c3\u10d2\u10d4\u10d5\u10d6"
        "\u10d9\u10db\u10dc\u10de\u10e1\u10ec\u10ee\u10f3\u2d17\u2d1d\u2d23"
    ),
    "CANADIAN": (
        "\u141f\u1420\u1424\u144a\u146b\u1472\u1473\u1474\u1475\u147e\u147f\u1480\u1481\u1483"
        "\u1489\u148d\u14a2\u14a3\u14ac\u14ad\u14ed\u1506\u1510\u1526\u1530\u1574\u158a\u15af"
        "\u1646"
    ),
    "TIFINAGH": "\u2d30\u2d51\u2d54",
    "LISU": "\ua4d5\ua4d9",
    "OLD": "\U00010301\U00010303\U00010312\U0001031a\U0001031c",
}
"""Letters that look like a digit, by script as in Unicode's names, chosen by eye.

The keys are all scripts whose letters are used; "OLD" is Old Italic.
"""
STEP: Final = 0.05
"""Maximum distance of outline points, as a fraction of the letter's longer side, so that straight
sides can be distorted."""
_FIRST_PRESENTATION_FORM: Final = 0xFB00
"""First code point, up to U+FFFF, of ligatures and presentation forms of other letters."""


@functools.cache
def letters(*, held_out: bool = False) -> tuple[Outlines, ...]:
    """Return the letters that do not look like a digit, of the training scripts.

    Outlines are closed, float32 (n, 2), x to the right and y down, about 1 in size; points inside
    an odd number of them are ink. ``held_out`` returns those of the scripts `HELD_OUT` instead.
    A shape that looks like a digit in one script is left out in all scripts.
    """
    kept: dict[bytes, Outlines] = {}
    excluded = set()
    for character, script, polygons in letters_in(Path(mpl.get_data_path(), FONT), _script):
        outlines = [divided(one) * [1, -1] for one in polygons]
        points = np.concatenate(outlines)
        low, size = points.min(axis=0), np.ptp(points, axis=0).max()
        shape = np.rint(points - low).tobytes()
        if character in LOOK_LIKE_DIGITS[script]:
            excluded.add(shape)
        elif (script in HELD_OUT) == held_out:
            kept[shape] = tuple(((one - low) / size).astype(np.float32) for one in outlines)
    return tuple(outlines for shape, outlines in kept.items() if shape not in excluded)


def letters_in(
    font: Path, script_of: Callable[[str], str | None]
) -> Iterator[tuple[str, str, list[npt.NDArray[np.float64]]]]:
    """Yield the letters in the file ``font``: character, script, closed polygons (n, 2), y up.

    ``script_of`` returns the script of a letter, or None to leave it out. Letters with an accent
    and presentation forms are left out.
    """
    face = FT2Font(str(font))
    face.set_size(100, 72)
    for code in sorted(face.get_charmap()):
        character = chr(code)
        if unicodedata.category(character) not in ("Lu", "Ll", "Lo"):
            continue
        script = None if unicodedata.decomposition(character) else script_of(character)
        if script is None:
            continue
        face.load_char(code, flags=LoadFlags.NO_HINTING)
        polygons = [np.asarray(one) for one in Outline(*face.get_path()).to_polygons()]
        polygons = [one for one in polygons if len(one) > 2]  # noqa: PLR2004
        if polygons:
            yield character, script, polygons


def _script(character: str) -> str | None:
    """Return the script of ``character``, or None if none of its letters are used."""
    script = unicodedata.name(character).split()[0]
    if _FIRST_PRESENTATION_FORM <= ord(character) < 0x10000:  # noqa: PLR2004
        return None
    return script if script in LOOK_LIKE_DIGITS else None


def divided(polygon: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return ``polygon`` (n, 2) with sides of at most `STEP`.

    The last point of ``polygon`` is its first; it is left out of the result.
    """
    longest = STEP * np.ptp(polygon, axis=0).max()
    sides = np.diff(polygon, axis=0)
    counts = np.maximum(1, np.ceil(np.hypot(*sides.T) / longest)).astype(int)
    side = np.repeat(np.arange(len(sides)), counts)
    first = np.cumsum(counts) - counts
    fraction = (np.arange(len(side)) - first[side]) * (1 / counts)[side]
    points: npt.NDArray[np.float64] = polygon[side] + sides[side] * fraction[:, None]
    return points
