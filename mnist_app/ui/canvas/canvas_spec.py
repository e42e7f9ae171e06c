"""Sizes, brushes and session-state keys of the app's drawing canvases."""

from dataclasses import dataclass
from typing import Final

from mnist_app.words import mark

SIDE: Final = 340
"""Width and height of the digit canvas in pixels. It fits a phone 390 pixels wide."""
KEY_COUNT: Final = 16
"""Number of component keys that a canvas uses in turn.

Streamlit keeps a little memory for every key until the session ends, so the keys are reused. They
are not reused at once: a late message from a cleared canvas must not reach its successor.
"""


@dataclass(frozen=True)
class CanvasSpec:
    """A canvas and its brush. A session has one drawing for each, the same on every page.

    ``name`` starts its keys in the session state. ``width`` and ``height`` are in pixels, as are
    the widths of the brush. With the default brush a digit of usual height gets strokes of 2 to 3
    pixels in the 28×28 image, as MNIST's digits have. ``invitation`` stands in the empty canvas.
    """

    name: str
    width: int
    height: int
    brush_key: str
    minimum_brush: int
    maximum_brush: int
    default_brush: int
    invitation: str
    reports_each_stroke: bool = True
    """Whether the server gets each stroke at once; else all of them with the next button."""

    @property
    def drawing_key(self) -> str:
        """Key of the drawing, a `Drawing`: what is visible on the canvas and is read."""
        return f"{self.name}_drawing"

    @property
    def mounted_key(self) -> str:
        """Key of the text of the drawing with which the present component was mounted."""
        return f"{self.name}_at_mount"

    @property
    def full_key(self) -> str:
        """Key of whether the last stroke was left out because the canvas is full."""
        return f"{self.name}_is_full"

    @property
    def clears_key(self) -> str:
        """Key of how often the canvas was cleared."""
        return f"{self.name}_clears"

    @property
    def rest_key(self) -> str:
        """Key of the seconds that the pen rests before the drawing is sent, in this run."""
        return f"{self.name}_rest"

    @property
    def generation_key(self) -> str:
        """Key of the number of components that were mounted for this canvas."""
        return f"{self.name}_generation"

    def component_key(self, generation: int) -> str:
        """Return the key of the component that is mounted as number ``generation``."""
        return f"{self.name}-{generation % KEY_COUNT}"


DIGIT: Final = CanvasSpec("canvas", SIDE, SIDE, "brush", 8, 40, 22, mark("Draw a digit here"))
"""For one digit: the pages Draw, Compare and Inside."""
NUMBER: Final = CanvasSpec(
    "canvas-wide", 680, 400, "number_brush", 6, 24, 14, mark("Write a number here")
)
"""For whole numbers. A phone shows it as wide as its screen, about half as large."""
CLASS: Final = CanvasSpec(
    "canvas-class",
    320,
    320,
    "class_brush",
    8,
    40,
    21,
    mark("Draw it here"),
    reports_each_stroke=False,
)
"""For the digits that a class collects; all pupils have the same brush. It fits a phone 360 pixels
wide. Nothing on its page depends on a stroke, and a run of the page for each would take most of the
server's time (benchmarks.class_lesson)."""
