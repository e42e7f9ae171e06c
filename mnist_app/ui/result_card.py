"""A result as a picture: the drawing, the network's input, the bars, the model and the date."""

import datetime as dt
from typing import Final

from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from mnist_app import words
from mnist_app.arrays import Image
from mnist_app.chart_style import LIGHT_BACKGROUND, LIGHT_COLOURS
from mnist_app.recognizer import Prediction, percentage
from mnist_app.ui.charts.probability_bars import answers as answer_names
from mnist_app.ui.pictures import enlarge
from mnist_app.words import _

SIZE: Final = (1200, 630)
"""Width and height in pixels; chat programs and web pages show this format uncropped."""
ACCENT, PALE, TEXT = LIGHT_COLOURS[:3]

_MARGIN: Final = 40
_TOP: Final = 130
_DRAWING_SIDE: Final = 400
_INPUT_LEFT, _INPUT_SCALE = 480, 8
_BARS_LEFT, _BARS_WIDTH, _BAR_STEP, _BAR_HEIGHT = 804, 260, 40, 26


def draw_card(ink: Image, prediction: Prediction, model: str, day: dt.date) -> PillowImage.Image:
    """Return the card, RGB, `SIZE` pixels, of a reading of ``ink``, uint8 (height, width)."""
    picture = PillowImage.new("RGB", SIZE, LIGHT_BACKGROUND)
    pen = ImageDraw.Draw(picture)
    pen.text((_MARGIN, 36), prediction.sentence, TEXT, _font(44))
    drawing = PillowImage.fromarray(ink).resize((_DRAWING_SIDE, _DRAWING_SIDE))
    picture.paste(drawing.convert("RGB"), (_MARGIN, _TOP))
    network_input = PillowImage.fromarray(enlarge(prediction.image, _INPUT_SCALE))
    picture.paste(network_input.convert("RGB"), (_INPUT_LEFT, _TOP))
    below = _TOP + network_input.height + 12
    pen.multiline_text(
        (_INPUT_LEFT, below), _("What the network sees:\n28 by 28 pixels"), TEXT, _font(22)
    )
    _draw_bars(pen, prediction)
    foot = _("Read by the model {model}, {day}").format(model=model, day=words.day(day))
    pen.text((_MARGIN, SIZE[1] - 56), foot, TEXT, _font(24))
    return picture


def _draw_bars(pen: ImageDraw.ImageDraw, prediction: Prediction) -> None:
    answers, names = prediction.answers, answer_names()
    for index, share in enumerate(answers.tolist()):
        middle = _TOP + 20 + index * _BAR_STEP
        colour = ACCENT if prediction.accepted and index == prediction.digit else PALE
        end = _BARS_LEFT + round(share * _BARS_WIDTH)
        pen.text((_BARS_LEFT - 14, middle), names[index], TEXT, _font(24), anchor="rm")
        if end > _BARS_LEFT:
            top, bottom = middle - _BAR_HEIGHT // 2, middle + _BAR_HEIGHT // 2
            pen.rectangle((_BARS_LEFT, top, end, bottom), colour)
        if index == answers.argmax():
            pen.text((end + 10, middle), percentage(share), TEXT, _font(22), anchor="lm")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return Pillow's own font, which is the same on every computer."""
    return ImageFont.load_default(size)
