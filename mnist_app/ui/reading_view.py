"""The reading of one digit on a page: digit, sentence and a bar for each answer.

What the server read is shown, and while a pen moves, what the browser reads itself. The browser
needs the script and the weights (`mnist_app.live_reading`), which it loads once there is a canvas;
without them the page shows the server's readings alone.
"""

import functools
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from streamlit.components import v2 as components

from mnist_app import recognizer
from mnist_app.bundle import Bundle
from mnist_app.recognizer import Prediction
from mnist_app.server import live_files
from mnist_app.ui.charts import probability_bars as bars

KEY: Final = "reading"
HINT: Final = "Draw a digit from 0 to 9"
_HERE: Final = Path(__file__).parent
SCRIPTS: Final = ("live_reader.js", "reading_view.js")
"""Our scripts, joined to one module."""

_view = components.component(
    "reading_view",
    html='<div class="reading"></div>',
    css=(_HERE / "reading_view.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in SCRIPTS),
    isolate_styles=False,
)


def show_reading(prediction: Prediction | None, bundle: Bundle | None, strokes: int) -> None:
    """Show ``prediction``, or the hint without one.

    It is of a drawing of that many ``strokes``; ``bundle`` is of the model that read it, with which
    the browser reads as well.
    """
    _view(
        data={
            "hint": HINT,
            "reading": None if prediction is None else as_shown(prediction),
            "strokes": strokes,
            "live": None if bundle is None else _live(bundle),
        },
        key=KEY,
        height="content",
    )


def as_shown(prediction: Prediction) -> dict[str, Any]:
    """Return the texts and bars of a reading. ``reading_view.js`` makes the same of its own."""
    shown = bars.probability_bars(prediction)
    return {
        "digit": str(prediction.digit) if prediction.accepted else "?",
        "sentence": prediction.sentence,
        "bars": [asdict(bar) for bar in shown],
        "description": bars.description(shown),
    }


def _live(bundle: Bundle) -> Mapping[str, Any]:
    settings = bundle.settings
    return {
        "script": live_files.script_url(),
        "model": {
            "weights": live_files.weights_url(bundle),
            "temperature": settings.temperature,
            "threshold": settings.acceptance_threshold,
        },
        "words": words(),
    }


@functools.cache
def words() -> Mapping[str, Any]:
    """Return the texts of readings, and the numbers by which they are chosen, for the script."""
    return {
        "sure": recognizer.SURE,
        "refused": recognizer.REFUSED,
        "perhaps": recognizer.PERHAPS,
        "likely": recognizer.LIKELY,
        "percentage": recognizer.PERCENTAGE,
        "over": recognizer.OVER,
        "overFrom": recognizer.OVER_FROM,
        "under": recognizer.UNDER,
        "underBelow": recognizer.UNDER_BELOW,
        "answers": bars.ANSWERS,
        "minimumLabelled": bars.MINIMUM_LABELLED,
        "description": bars.DESCRIPTION,
    }
