"""How much a class may keep: nobody who knows a code can fill the disk."""

from typing import Final

MAXIMUM_TITLE: Final = 80
"""Characters of the title of a class."""
MAXIMUM_PER_DIGIT: Final = 20
"""Drawings of each digit that a pupil may be asked for: 200 drawings are an hour's work."""
MAXIMUM_DAYS: Final = 366
"""Days from today after which a class is deleted at the latest."""
MAXIMUM_CLASSES: Final = 200
"""Classes in one store."""
MAXIMUM_PUPILS: Final = 200
"""Pupils of a class, without those that were removed."""
MAXIMUM_TAUGHT_MODELS: Final = 30
"""Taught models of a class."""
MAXIMUM_MODEL_BYTES: Final = 200_000
"""Bytes of a taught model with its summary; a last layer has about 5 kB."""

MAXIMUM_STROKES: Final = 100
"""Strokes of one drawing. A digit has one to four."""
MAXIMUM_POINTS: Final = 10_000
"""Points of one drawing. A canvas makes eight points of each pointer event: ten seconds of drawing
at 120 events per second."""
CLASS_BYTES: Final = 200_000_000
"""Bytes of the drawings of a class. A drawing has about 3 kB: 60,000 of them."""
STORE_BYTES: Final = 4_000_000_000
"""Bytes of the drawings of all classes."""
