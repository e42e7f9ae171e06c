"""Drawings with captions as one picture, to keep: of a game, or of what was misread."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont, ImageOps

from mnist_app.arrays import Image
from mnist_app.chart_style import LIGHT_BACKGROUND, LIGHT_COLOURS
from mnist_app.ui.pictures import BLUE, GREY, ORANGE

COLUMNS: Final = 4
TILE: Final = 150
"""Width and height of a drawing in the picture, in pixels."""
GAP: Final = 20
WIDTH: Final = GAP + COLUMNS * (TILE + GAP)
_FRAME: Final = 6
_TOP: Final = 96
_CAPTION: Final = 76
"""Height of the two lines below a drawing, with the gap to the next row."""
_FOOT: Final = 48
_LINE: Final = 30
"""Height of one of those lines."""
_TITLE_SIZE, _CAPTION_SIZE, _FOOT_SIZE = 44, 26, 24
"""Font sizes; a text that is too long for its place is written smaller."""
_TEXT: Final = LIGHT_COLOURS[2]
GOOD, WRONG, NEUTRAL = BLUE, ORANGE, GREY
"""Colours of frames."""


@dataclass(frozen=True, eq=False)
class Tile:
    """A drawing, uint8 (height, width), white on black, its frame's colour, and two short lines."""

    ink: Image
    colour: tuple[int, int, int]
    caption: str
    second_line: str = ""


def draw_strip(title: str, tiles: Sequence[Tile], footer: str) -> bytes:
    """Return a PNG, RGB, `WIDTH` pixels wide, with ``tiles`` in rows of `COLUMNS`.

    ``title`` stands above them in one line, ``footer`` below.
    """
    rows = -(-len(tiles) // COLUMNS)
    height = _TOP + rows * (TILE + _CAPTION) + _FOOT
    picture = PillowImage.new("RGB", (WIDTH, height), LIGHT_BACKGROUND)
    pen = ImageDraw.Draw(picture)
    _write_line(pen, (GAP, _TOP // 2), title, _TITLE_SIZE, WIDTH - 2 * GAP)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, COLUMNS)
        left, top = GAP + column * (TILE + GAP), _TOP + row * (TILE + _CAPTION)
        inside = TILE - 2 * _FRAME
        ink = PillowImage.fromarray(tile.ink).convert("RGB").resize((inside, inside))
        picture.paste(ImageOps.expand(ink, _FRAME, tile.colour), (left, top))
        for line, text in enumerate((tile.caption, tile.second_line)):
            below = (left + TILE // 2, top + TILE + 18 + line * _LINE)
            _write_line(pen, below, text, _CAPTION_SIZE, TILE + GAP // 2, anchor="mm")
    _write_line(pen, (GAP, height - _FOOT // 2), footer, _FOOT_SIZE, WIDTH - 2 * GAP)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def _write_line(
    pen: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    size: int,
    width: int,
    *,
    anchor: str = "lm",
) -> None:
    """Write ``text`` at ``place`` in ``size``, or as much smaller as it must to fit ``width``."""
    font = ImageFont.load_default(size)
    while size > 1 and pen.textlength(text, font) > width:
        size -= 1
        font = ImageFont.load_default(size)
    pen.text(place, text, _TEXT, font, anchor=anchor)
