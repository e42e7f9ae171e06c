"""Pages run by Streamlit itself, without a browser."""

import base64
import html
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image as PillowImage
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from mnist_app.arrays import Image
from mnist_app.preprocessing.strokes import Stroke
from mnist_app.ui import reading_view
from mnist_app.ui.canvas.canvas_spec import DIGIT, CanvasSpec
from mnist_app.ui.canvas.fabric_adapter import as_reported, read_drawing

ROOT: Final = Path(__file__).resolve().parents[2]
MAIN_SCRIPT: Final = ROOT / "mnist_app" / "ui" / "main.py"
"""Script that the app runs for every visitor."""
SCRIPT_SECONDS: Final = 120.0
"""Maximum time of one run of a page, on a busy machine; Streamlit's default is three seconds."""


def fabric(strokes: Sequence[Stroke]) -> list[dict[str, Any]]:
    """Return the objects that the canvas component reports for ``strokes``."""
    return [
        {
            "type": "Path",
            "strokeWidth": stroke.width,
            "path": [
                ["L" if index else "M", float(x), float(y)]
                for index, (x, y) in enumerate(stroke.points)
            ],
        }
        for stroke in strokes
    ]


def page_at(
    name: str, strokes: Sequence[Stroke] = (), canvas: CanvasSpec = DIGIT, **query: str
) -> AppTest:
    """Return the page of this name after its first run, opened with a drawing and a query."""
    page = ROOT / "mnist_app" / "ui" / "pages" / f"{name}_page.py"
    app = AppTest.from_file(str(page), default_timeout=SCRIPT_SECONDS)
    app.session_state[canvas.drawing_key] = read_drawing(as_reported(fabric(strokes)), canvas)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def component_data(app: AppTest, key: str) -> dict[str, Any]:
    """Return what the page hands to its component with this key, which must be there once."""
    (data,) = (
        json.loads(element.proto.json)
        for element in app.get("bidi_component")
        if element.proto.id.endswith(f"-{key}")
    )
    return dict(data)


def reading_on(app: AppTest) -> dict[str, Any]:
    """Return what the page hands to its view of the reading, see ``ui/reading_view.py``."""
    return component_data(app, reading_view.KEY)


def texts_on(app: AppTest) -> list[str]:
    """Return the texts of the reading, or its hint, and then those of the page."""
    data = reading_on(app)
    shown = data["reading"]
    reading = [data["hint"]] if shown is None else [shown["digit"], shown["sentence"]]
    return [*reading, *(element.value for element in app.markdown)]


def images_on(app: AppTest) -> list[tuple[str, Image]]:
    """Return caption and pixels of every image on the page."""
    return [
        (image.caption, pixels_of(image.url))
        for element in app.get("image")
        for image in element.proto.imgs
    ]


def pixels_of(data_url: str) -> Image:
    """Return the pixels of an image in a data URL."""
    content = base64.b64decode(data_url.partition(",")[2])
    return np.asarray(PillowImage.open(io.BytesIO(content)))


def tables_on(app: AppTest) -> list[list[list[str]]]:
    """Return the cells of every table of figures on the page, row by row, its head first."""
    return [
        [
            [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall(r"<tr>(.*?)</tr>", element.proto.body)
        ]
        for element in app.get("html")
        if "<table>" in element.proto.body
    ]


def draw_on(app: AppTest, strokes: Sequence[Stroke], canvas: CanvasSpec = DIGIT) -> AppTest:
    """Have the canvas on the page report a drawing, and run the page."""
    key = canvas.component_key(app.session_state[canvas.generation_key])
    app.session_state[key] = {"drawing": {"raw": as_reported(fabric(strokes))}}
    return app.run()


def fire(app: AppTest, key: str, event: str, value: object) -> AppTest:
    """Have a component on the page report an event, as the browser does, and run the page."""
    (component_id,) = (
        element.proto.id
        for element in app.get("bidi_component")
        if element.proto.id.endswith(f"-{key}")
    )
    states = app._tree.get_widget_states()  # AppTest has no public way to send an event
    report = json.dumps([{"event": event, "value": value}])
    states.widgets.add(id=_make_trigger_id(component_id, "events"), json_trigger_value=report)
    return app._run(states)
