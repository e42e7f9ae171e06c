"""The reading that a page shows of a drawing, and the reading that it should show."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from benchmarks.app_session import PageState, SessionError
from mnist_app.preprocessing.normalize import IMAGE_SIDE
from mnist_app.preprocessing.strokes import Stroke, draw, flatten_path
from mnist_app.recognizer import Recognizer

Objects = list[dict[str, Any]]
"""A drawing as the canvas component's Fabric.js objects, one per stroke."""


@dataclass(frozen=True)
class PageReading:
    """What a page says of one drawing.

    ``texts`` are the digit (or "?") and the sentence, or the hint alone; ``probabilities`` the
    values of the bars; ``image`` the bytes of the 28×28 image. Without a drawing the latter two
    are empty.
    """

    texts: tuple[str, ...]
    probabilities: tuple[float, ...] = ()
    image: bytes = b""

    @property
    def is_blank(self) -> bool:
        """Whether this is the reading of an empty canvas."""
        return not self.probabilities and not self.image


@dataclass(frozen=True)
class RawReading:
    """The elements of a page that make a `PageReading`, decoded only after the measurement."""

    reading: str
    """What the page hands to its view of the reading, as JSON."""
    image_url: str = ""
    """The network's image as a data URL."""

    @classmethod
    def of(cls, page: PageState) -> "RawReading":
        """Return the elements of the container ``prediction`` and the network's image."""
        elements = page.container("prediction")
        images = (image for element in page.elements() for image in element.imgs.imgs)
        shown = [e.bidi_component.json for e in elements if e.HasField("bidi_component")]
        if len(shown) != 1:
            raise SessionError(f"the container 'prediction' shows {len(shown)} readings")
        urls = (str(image.url) for image in images if image.caption.startswith("28×28"))
        return cls(shown[0], next(urls, ""))

    def decode(self) -> PageReading:
        """Return the reading. Raises ValueError for elements that the app does not show."""
        data = json.loads(self.reading)
        shown = data["reading"]
        if shown is None:
            return PageReading((data["hint"],), (), _network_image(self.image_url))
        probabilities = tuple(bar["share"] for bar in shown["bars"])
        texts = (shown["digit"], shown["sentence"])
        return PageReading(texts, probabilities, _network_image(self.image_url))


def expected_reading(
    recognizer: Recognizer, side: int, blank: PageReading
) -> Callable[[Objects], PageReading]:
    """Return a function from a drawing on ``side``×``side`` pixels to its right `PageReading`."""

    def expect(objects: Objects) -> PageReading:
        strokes = [Stroke(flatten_path(o["path"]), float(o["strokeWidth"])) for o in objects]
        prediction = recognizer.read_digit(draw(strokes, side, side)) if objects else None
        if prediction is None:
            return blank
        digit = str(prediction.digit) if prediction.accepted else "?"
        probabilities = tuple(float(p) for p in prediction.answers)
        return PageReading((digit, prediction.sentence), probabilities, prediction.image.tobytes())

    return expect


def chosen_model(page: PageState) -> str | None:
    """Return the name of the bundle that the page reads with, None if it offers no choice."""
    try:
        choice = page.widget("selectbox", "model")[0].selectbox
    except SessionError:
        return None
    return choice.options[choice.default] if choice.options else None


def _network_image(url: str) -> bytes:
    """Return the pixels of the 28×28 image in a data URL; none for an empty URL."""
    if not url:
        return b""
    kind, _, data = url.partition(",")
    if kind != "data:image/png;base64":
        raise ValueError(f"the network's image is {url[:40]!r}, not a PNG inside the page")
    png = np.frombuffer(base64.b64decode(data), np.uint8)
    image = cv2.imdecode(png, cv2.IMREAD_GRAYSCALE)
    if image is None or image.shape != (IMAGE_SIDE, IMAGE_SIDE):
        raise ValueError("the network's image has not 28×28 pixels")
    return image.tobytes()
