"""Figures as files: PNG for documents, and SVG, which is also embedded in web pages."""

import base64
import io
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import vl_convert
from matplotlib.figure import Figure

from mnist_app.chart_style import for_file

_DOTS_PER_INCH: Final = 150
_PNG_SCALE: Final = 2.0
"""Pixels of a PNG file per pixel of a chart."""


def save_figure(figure: Figure, path: Path) -> str:
    """Write a Matplotlib figure as PNG and SVG; return the SVG as a data URL.

    ``path`` has no suffix yet. Raises `OSError`.
    """
    figure.savefig(path.with_suffix(".png"), dpi=_DOTS_PER_INCH)
    content = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": path.name}):  # the same figure gives the same file
        figure.savefig(content, format="svg", metadata={"Date": None})
    return _save_svg(content.getvalue(), path)


def save_chart(spec: dict[str, Any], path: Path, *, width: int) -> str:
    """Write a Vega-Lite chart, ``width`` pixels wide, as `save_figure` does. Works offline."""
    chart = for_file(spec, width)
    path.with_suffix(".png").write_bytes(vl_convert.vegalite_to_png(chart, scale=_PNG_SCALE))
    return _save_svg(vl_convert.vegalite_to_svg(chart).encode(), path)


def _save_svg(content: bytes, path: Path) -> str:
    path.with_suffix(".svg").write_bytes(content)
    return f"data:image/svg+xml;base64,{base64.b64encode(content).decode('ascii')}"
