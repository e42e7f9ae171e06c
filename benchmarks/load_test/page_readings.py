"""What a page shows of a drawing, and what it ought to show."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.VegaLiteChart_pb2 import VegaLiteChart

from benchmarks.app_session import Page, SessionError
from mnist_app.preprocessing.normalize import IMAGE_SIDE
from mnist_app.preprocessing.strokes import Stroke, draw, flatten_path
from mnist_app.recognizer import Recognizer

Objects = list[dict[str, Any]]


@dataclass(frozen=True)
class Reading:
    """One reading, by everything that tells it from another.

    ``texts`` the digit (or "?") and the sentence, or the hint alone; ``probabilities`` the ten
    values of the chart; ``image`` the bytes of the 28x28 image. Without a drawing both are empty.
    """

    texts: tuple[str, ...]
    probabilities: tuple[float, ...] = ()
    image: bytes = b""

    @property
    def is_blank(self) -> bool:
        """Whether this is the reading of an empty canvas."""
        return not self.probabilities and not self.image


@dataclass(frozen=True)
class Shown:
    """The parts of a page that make a `Reading`, kept as they came: decoding takes time."""

    texts: tuple[str, ...]
    charts: tuple[bytes, ...] = ()  # serialized
    picture: str = ""  # data URL

    def decode(self) -> Reading:
        """Return the reading. Raises ValueError if a part is not what a page of ours shows."""
        if len(self.charts) > 1:
            raise ValueError("the container 'prediction' shows more than one chart")
        probabilities = _probabilities(self.charts[0]) if self.charts else ()
        return Reading(self.texts, probabilities, _network_image(self.picture))


def shown_reading(page: Page) -> Shown:
    """Take the reading off a page: the container `prediction` and the image of the network."""
    elements = page.container("prediction")
    texts = tuple(e.markdown.body for e in elements if e.HasField("markdown"))
    charts = [e.vega_lite_chart for e in elements if e.HasField("vega_lite_chart")]
    return Shown(texts, tuple(c.SerializeToString() for c in charts), _picture(page.elements()))


def expectation(recognizer: Recognizer, side: int, blank: Reading) -> Callable[[Objects], Reading]:
    """Return the function from a drawing to the reading that a page must show of it."""

    def expect(objects: Objects) -> Reading:
        if not objects:
            return blank
        strokes = [Stroke(flatten_path(o["path"]), float(o["strokeWidth"])) for o in objects]
        prediction = recognizer.read_digit(draw(strokes, side, side))
        if prediction is None:
            return blank
        digit = str(prediction.digit) if prediction.accepted else "?"
        probabilities = tuple(float(p) for p in prediction.probabilities)
        return Reading((digit, prediction.sentence), probabilities, prediction.image.tobytes())

    return expect


def chosen_model(page: Page) -> str | None:
    """Return the name of the bundle that the page reads with, None if it offers no choice."""
    try:
        choice = page.widget("selectbox", "model")[0].selectbox
    except SessionError:
        return None
    return choice.options[choice.default] if choice.options else None


def _picture(elements: Sequence[Element]) -> str:
    for element in elements:
        for picture in element.imgs.imgs:
            if picture.caption.startswith("28×28"):
                return str(picture.url)
    return ""


def _probabilities(serialized: bytes) -> tuple[float, ...]:
    chart = VegaLiteChart()
    chart.ParseFromString(serialized)
    table = chart.datasets[0].data.data if chart.datasets else chart.data.data
    with pa.ipc.open_stream(io.BytesIO(table)) as stream:
        rows = stream.read_all().to_pylist()
    return tuple(row["probability"] for row in sorted(rows, key=lambda row: row["digit"]))


def _network_image(url: str) -> bytes:
    """Return the 28x28 image that is shown as a data URL."""
    if not url:
        return b""
    kind, _, data = url.partition(",")
    if kind != "data:image/png;base64":
        raise ValueError(f"a picture of a drawing came as {url[:40]!r}, not inside the page")
    png = np.frombuffer(base64.b64decode(data), np.uint8)
    image: npt.NDArray[np.uint8] | None = cv2.imdecode(png, cv2.IMREAD_GRAYSCALE)  # type: ignore[assignment]
    if image is None or image.shape != (IMAGE_SIDE, IMAGE_SIDE):
        raise ValueError("the picture of what the network sees is no image of 28x28 pixels")
    return image.tobytes()
