"""A result as a picture: the drawing, what the network saw, the bars, the model and the day."""

import datetime as dt
from typing import Final

from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from mnist_app.arrays import Image
from mnist_app.recognizer import Prediction, percentage
from mnist_app.ui.pictures import enlarge

SIZE: Final = (1200, 630)
"""What chat programs and web pages show whole."""
PAPER, TEXT, ACCENT, PALE = "#FFFFFF", "#14181D", "#0072B2", "#A7ADB5"
"""The colours of the light theme (``.streamlit/config.toml``)."""

_MARGIN: Final = 40
_TOP: Final = 130
_DRAWING: Final = 400
_SEEN_LEFT, _SEEN_SCALE = 480, 8
_BARS_LEFT, _BARS_WIDTH, _BAR_STEP = 790, 260, 40


def card(ink: Image, prediction: Prediction, model: str, day: dt.date) -> PillowImage.Image:
    """Return the card, RGB, `SIZE` pixels, of a reading of ``ink``, uint8 (height, width)."""
    picture = PillowImage.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(picture)
    pen.text((_MARGIN, 36), prediction.sentence, TEXT, _font(44))
    drawing = PillowImage.fromarray(ink).resize((_DRAWING, _DRAWING))
    picture.paste(drawing.convert("RGB"), (_MARGIN, _TOP))
    seen = PillowImage.fromarray(enlarge(prediction.image, _SEEN_SCALE))
    picture.paste(seen.convert("RGB"), (_SEEN_LEFT, _TOP))
    below = _TOP + seen.height + 12
    pen.multiline_text(
        (_SEEN_LEFT, below), "What the network sees:\n28 by 28 pixels", TEXT, _font(22)
    )
    for digit, share in enumerate(prediction.probabilities.tolist()):
        middle = _TOP + 20 + digit * _BAR_STEP
        is_best = digit == prediction.digit
        length = round(share * _BARS_WIDTH)
        pen.text((_BARS_LEFT, middle), str(digit), TEXT, _font(24), anchor="rm")
        start = _BARS_LEFT + 14
        if length:
            box = (start, middle - 13, start + length, middle + 13)
            pen.rectangle(box, ACCENT if is_best else PALE)
        if is_best:
            label = percentage(share)
            pen.text((start + length + 10, middle), label, TEXT, _font(22), anchor="lm")
    written = f"{day.day} {day:%B %Y}"
    pen.text((_MARGIN, SIZE[1] - 56), f"Read by the model {model}, {written}", TEXT, _font(24))
    return picture


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return Pillow's own font, so that cards look the same on every computer."""
    return ImageFont.load_default(size)
