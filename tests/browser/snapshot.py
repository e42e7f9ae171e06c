"""State of the Draw page at one instant, with a check that its parts agree."""

import base64
import importlib.resources
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from playwright.sync_api import Page

from mnist_app import Prediction, Recognizer
from mnist_app.arrays import Image
from mnist_app.preprocessing.normalize import IMAGE_SIDE, steps_of_drawing
from mnist_app.ui.charts.probability_bars import ANSWERS
from tests.browser.other_browsers import OtherBrowser

HINT: Final = "Draw a digit from 0 to 9"
SMOOTHING_LEVELS: Final = 4.0
"""Mean difference in grey levels by which the browser's smoothing of edges may differ from ours."""
PROBABILITY_TOLERANCE: Final = 1e-4
_SCRIPT: Final = importlib.resources.files(__package__).joinpath("snapshot.js").read_text("utf-8")


@dataclass(frozen=True)
class Bar:
    """One bar of the chart: answer and probability, upper edge and length in pixels."""

    answer: str
    probability: float
    top: float
    length: float


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The Draw page at one instant.

    ``ink`` uint8 (340, 340) are the pixels of the canvas; ``text`` is the text of the reading
    above the chart, without the hint that several digits were drawn; ``seen`` uint8 (28, 28) is
    the displayed input of the network.
    """

    ink: Image | None
    text: tuple[str, ...]
    bars: tuple[Bar, ...]
    scale: float | None
    seen: Image | None
    is_busy: bool

    def disagreement(self, recognizer: Recognizer) -> str | None:
        """Return how the page contradicts the visible ink, or None."""
        if self.ink is None or self.is_busy:
            return "the page is still at work"
        made = steps_of_drawing(self.ink)
        if made is None or self.seen is None:
            is_clean = self.text == (HINT,) and not self.bars and self.seen is made is None
            return None if is_clean else f"ink: {self.ink.any()}, the page says {self.text}"
        apart = least_difference(self.seen, made.image)
        if apart > SMOOTHING_LEVELS:
            return f"what the network sees is not what is drawn: {apart:.1f} grey levels apart"
        return self._misquotes(recognizer.read_normalized(self.seen))

    def _misquotes(self, said: Prediction) -> str | None:
        wanted = (str(said.digit) if said.accepted else "?", said.sentence)
        if self.text != wanted:
            return f"the page says {self.text}, the library {wanted}"
        answers = said.answers
        if [bar.answer for bar in self.bars] != list(ANSWERS[: len(answers)]):
            return f"the bars are {self.bars}"
        shown = np.array([bar.probability for bar in self.bars])
        if np.abs(shown - answers).max() > PROBABILITY_TOLERANCE:
            return f"the bars are {shown}, the library's probabilities {answers}"
        return None


def take(page: Page | OtherBrowser) -> Snapshot:
    """Return the current state of ``page``."""
    found: dict[str, Any] = page.evaluate(_SCRIPT)
    return Snapshot(
        ink=None if found["canvas"] is None else ink_of_canvas(decode_png(found["canvas"])),
        text=tuple(found["text"]),
        bars=tuple(Bar(**bar) for bar in found["bars"]),
        scale=found["scale"],
        seen=None if found["seen"] is None else _network_input(decode_png(found["seen"])),
        is_busy=found["isBusy"],
    )


def decode_png(data_url: str) -> npt.NDArray[np.uint8]:
    """Return the pixels of a PNG in a data URL, OpenCV's order of channels."""
    head, _, encoded = data_url.partition(",")
    assert head == "data:image/png;base64", data_url[:80]
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(encoded), np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)


def least_difference(one: Image, other: Image) -> float:
    """Return the mean absolute difference of two (28, 28) images, at best over one pixel's shift.

    Centring moves the centre of mass by whole pixels: a rounding error can change it by one.
    """
    shifted = (
        np.roll(other.astype(np.int16), (down, right), axis=(0, 1))
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    )
    return min(float(np.abs(one.astype(np.int16) - image).mean()) for image in shifted)


def ink_of_canvas(pixels: npt.NDArray[np.uint8]) -> Image:
    """Return what one sees of an RGBA canvas in front of black, as grey levels."""
    levels = pixels[..., :3].max(axis=2).astype(np.uint16) * pixels[..., 3] // 255
    return np.asarray(levels, np.uint8)


def _network_input(picture: npt.NDArray[np.uint8]) -> Image:
    """Return the picture, which must be the (28, 28) image itself: the browser enlarges it."""
    assert picture.shape == (IMAGE_SIDE, IMAGE_SIDE), picture.shape
    return picture
