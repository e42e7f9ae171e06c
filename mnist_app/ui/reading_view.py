"""The reading of one digit on a page: digit, sentence and a bar for each answer.

What the server read is shown, and while a pen moves, what the browser reads itself. The browser
needs the script and the weights (`mnist_app.live_reading`), which it loads once there is a canvas;
without them the page shows the server's readings alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from streamlit.components import v2 as components

from mnist_app import prediction, words
from mnist_app.arrays import DIGITS
from mnist_app.bundle import Bundle
from mnist_app.prediction import Prediction
from mnist_app.server import live_files
from mnist_app.ui.charts import probability_bars as bars
from mnist_app.words import _, mark

KEY: Final = "reading"
HINT: Final = mark("Draw a digit from 0 to 9")
_HERE: Final = Path(__file__).parent
SCRIPTS: Final = ("live_reader.js", "reading_view.js")
"""Our scripts, joined to one module."""
STYLES: Final = ("reading_view.css", "announcement.css")

_view = components.component(
    "reading_view",
    html='<div class="reading"></div><p class="announced" role="status"></p>',
    css="\n".join((_HERE / name).read_text(encoding="utf-8") for name in STYLES),
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
            "hint": _(HINT),
            "language": words.language(),
            "reading": None if prediction is None else as_shown(prediction),
            "strokes": strokes,
            "live": None if bundle is None else _live(bundle),
        },
        key=KEY,
        height="content",
    )


def show_still(prediction: Prediction, key: str) -> None:
    """Show ``prediction``, which does not follow the pen, as another element with this ``key``."""
    data = {
        "hint": "",
        "language": words.language(),
        "reading": as_shown(prediction),
        "strokes": 0,
        "live": None,
    }
    _view(data=data, key=key, height="content")


def as_shown(prediction: Prediction) -> dict[str, Any]:
    """Return the texts and bars of a reading. ``reading_view.js`` makes the same of its own."""
    shown = bars.probability_bars(prediction)
    return {
        "digit": str(prediction.digit) if prediction.accepted else "?",
        "sentence": prediction.sentence,
        "bars": [vars(bar) for bar in shown],
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
        "words": script_words(),
    }


@words.by_language
def script_words() -> Mapping[str, Any]:
    """Return the texts of readings, and the numbers by which they are chosen, for the script."""
    return {
        "sure": [_(sentence).format(certainty="{}") for sentence in prediction.SURE],
        "refused": _(prediction.REFUSED),
        "perhaps": [prediction.perhaps(digit) for digit in range(DIGITS)],
        "likely": prediction.LIKELY,
        "over": _(prediction.OVER),
        "overFrom": prediction.OVER_FROM,
        "under": _(prediction.UNDER),
        "underBelow": prediction.UNDER_BELOW,
        "answers": bars.answers(),
        "minimumLabelled": bars.MINIMUM_LABELLED,
        "description": _(bars.DESCRIPTION).format(answers="{}"),
    }
