"""Pages run by Streamlit itself, without a browser."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from streamlit.testing.v1 import AppTest

from mnist_app.preprocessing.strokes import Stroke

ROOT: Final = Path(__file__).resolve().parents[2]


def fabric(strokes: Sequence[Stroke]) -> list[dict[str, Any]]:
    """Return the objects that the canvas component reports for ``strokes``."""
    return [
        {
            "type": "Path",
            "strokeWidth": stroke.width,
            "path": [
                ["L" if number else "M", float(x), float(y)]
                for number, (x, y) in enumerate(stroke.points)
            ],
        }
        for stroke in strokes
    ]


def page_at(name: str, strokes: Sequence[Stroke] = (), **query: str) -> AppTest:
    """Return the page of this module in ``mnist_app/ui/pages``, with a drawing kept from before."""
    app = AppTest.from_file(
        str(ROOT / "mnist_app" / "ui" / "pages" / f"{name}_page.py"), default_timeout=60
    )
    app.session_state["canvas_drawing"] = fabric(strokes)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()
