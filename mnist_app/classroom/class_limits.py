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

MAXIMUM_PUPIL_NUMBER: Final = 1_000_000
"""Largest number of a pupil in a file; numbers of removed pupils are not given again."""
FILE_BYTES: Final = 100_000_000
"""Bytes of the file of a class. 100 pupils with 20 drawings each have about 6 MB."""
DRAWINGS_BYTES: Final = 300_000_000
"""Bytes of all drawings in a file, unpacked: 200 pupils with 200 drawings of 7 kB."""
LINE_BYTES: Final = 400_000
"""Bytes of one drawing in a file: `MAXIMUM_POINTS` of up to 25 bytes, and its strokes."""
MODEL_LINE_BYTES: Final = 400_000
"""Bytes of one taught model in a file: `MAXIMUM_MODEL_BYTES`, however JSON is written."""
PART_BYTES: Final = 50_000_000
"""Bytes of every other part of a file, unpacked; 40,000 images of 28×28 have 31 MB."""
IMPORT_SECONDS: Final = 60.0
"""Time for reading a file and rendering its drawings; 2,000 take about 4 s."""
IMPORT_MEMORY: Final = 1_500_000_000
"""Bytes that reading a file may allocate: `CLASS_BYTES` of drawings, and twice that to hand them
on."""
