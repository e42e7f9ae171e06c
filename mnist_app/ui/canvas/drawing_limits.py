"""Limits of one drawing: how much a person may draw on a canvas.

They are far above what a person draws; beyond them the canvas is full. The server's own limits for
messages are in `mnist_app.server.limits`.
"""

from typing import Final

MAXIMUM_STROKES: Final = 2_000
"""Strokes of a drawing: two a second for a quarter of an hour."""
MAXIMUM_POINTS: Final = 200_000
"""Points of a drawing, which are commands of its paths: a pen that moves for almost an hour
without a pause, at 60 points a second. To parse and render them takes about a second."""
MAXIMUM_CHARACTERS: Final = 11_000_000
"""Characters of a drawing as the browser sends it. Below the bytes of a message that the server
accepts, so that a person reads that the canvas is full before the server refuses the drawing."""
MAXIMUM_LISTS: Final = MAXIMUM_POINTS + 5 * MAXIMUM_STROKES
"""Opening square brackets of a drawing's JSON text. A path has one for each point."""
MAXIMUM_VALUES: Final = 5 * MAXIMUM_POINTS + 50 * MAXIMUM_STROKES
"""Commas of a drawing's JSON text. A point has up to five values, a stroke about 30 besides; each
takes up to 60 bytes while the text is parsed."""
MAXIMUM_STROKE_WIDTH: Final = 50.0
"""Width of a stroke in pixels; the brushes of the pages have 6 to 40."""
