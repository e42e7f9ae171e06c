"""A result as a picture to keep: drawing, digit, sentence, bars, what the network saw, and when."""

import datetime as dt
from typing import Final

from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from mnist_app import words
from mnist_app.arrays import Image
from mnist_app.prediction import Prediction
from mnist_app.ui.charts.probability_bars import answers as answer_names
from mnist_app.ui.pictures import enlarge
from mnist_app.words import _

SIZE: Final = (1200, 630)
"""Width and height in pixels; chat programs and web pages show this format uncropped."""
GROUND, TEXT, ACCENT, PALE = "#11151A", "#F2F4F7", "#56B4E9", "#5C6570"
"""Colours of the dark theme (``.streamlit/config.toml``)."""
DRAWING: Final = (46, 56, 446, 456)
"""Where the drawing is, in pixels: left, top, right, bottom."""
SEEN: Final = (500, 366, 612, 478)
"""Where the network's 28×28 pixels are."""

_FRAME: Final = 8
_RIGHT: Final = 500
_BARS_LEFT, _BARS_FOOT, _BAR_STEP, _BAR_WIDTH, _BARS_HEIGHT = 660, 446, 45, 33, 110
_LONGEST_SENTENCE: Final = SIZE[0] - _RIGHT - 40


def draw_card(ink: Image, prediction: Prediction, model: str, day: dt.date) -> PillowImage.Image:
    """Return the card, RGB, `SIZE` pixels, of a reading of ``ink``, uint8 (height, width)."""
    picture = PillowImage.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(picture)
    colour = ACCENT if prediction.accepted else PALE
    left, top, right, bottom = DRAWING
    frame = (left - _FRAME, top - _FRAME, right + _FRAME - 1, bottom + _FRAME - 1)
    pen.rounded_rectangle(frame, 2 * _FRAME, colour)
    _paste(picture, ink, DRAWING)
    digit = str(prediction.digit) if prediction.accepted else "?"
    pen.text((_RIGHT, 130), digit, colour, _font(240), anchor="lm")
    _write_fitting(pen, (_RIGHT, 300), prediction.sentence, 52)
    scale = (SEEN[2] - SEEN[0]) // prediction.image.shape[0]
    _paste(picture, enlarge(prediction.image, scale), SEEN)
    pen.text((SEEN[0], SEEN[3] + 10), _("What it saw"), TEXT, _font(20))
    _draw_bars(pen, prediction)
    pen.text((_FRAME * 5, SIZE[1] - 62), _("Draw a digit"), ACCENT, _font(34))
    by = _("Read by the model {model}, {day}").format(model=model, day=words.day(day))
    pen.text((SIZE[0] - 40, SIZE[1] - 28), by, TEXT, _font(22), anchor="rs")
    return picture


def _paste(picture: PillowImage.Image, image: Image, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    part = PillowImage.fromarray(image).resize((right - left, bottom - top))
    picture.paste(part.convert("RGB"), (left, top))


def _write_fitting(pen: ImageDraw.ImageDraw, corner: tuple[int, int], text: str, size: int) -> None:
    """Write ``text``, smaller than ``size`` if it would not fit in its line."""
    length = pen.textlength(text, _font(size))
    fitting = min(1.0, _LONGEST_SENTENCE / length)
    pen.text(corner, text, TEXT, _font(int(size * fitting)), anchor="lm")


def _draw_bars(pen: ImageDraw.ImageDraw, prediction: Prediction) -> None:
    names = answer_names()
    for index, share in enumerate(prediction.answers.tolist()):
        is_winner = prediction.accepted and index == prediction.digit
        left = _BARS_LEFT + index * _BAR_STEP
        height = max(4, round(share * _BARS_HEIGHT))
        box = (left, _BARS_FOOT - height, left + _BAR_WIDTH - 1, _BARS_FOOT)
        pen.rectangle(box, ACCENT if is_winner else PALE)
        name = names[index].replace(" ", "\n")
        middle = left + _BAR_WIDTH / 2
        size = 24 if len(name) == 1 else 18
        pen.multiline_text((middle, _BARS_FOOT + 12), name, TEXT, _font(size), "ma", align="center")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return Pillow's own font, which is the same on every computer."""
    return ImageFont.load_default(size)
