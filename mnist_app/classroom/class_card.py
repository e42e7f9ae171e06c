"""The README in the file of a class: what the data is, and what its taught models are."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from mnist_app.arrays import DIGITS
from mnist_app.classroom.records import ClassRoom, Drawing, TaughtModel

_CARD: Final = """\
# {title}: digits drawn by a class

Drawings of single digits: {drawings}. Pupils: {pupils}. Drawn: {drawn} (UTC). Saved: {saved}.

## What it is

- `drawings.jsonl`: one line of JSON for each drawing, in the order of arrival: the pupil's number,
  the digit that was asked for (`label`), height and width of the canvas in pixels, time, and the
  strokes in the order of drawing, each with the width of the pen and its points (x to the right, y
  down, in pixels).
- `images.npz` (NumPy): `images` uint8 (n, 28, 28), white on black, made from the strokes as MNIST's
  images were made; `labels` uint8 (n); `pupils` int64 (n). Same order.
- `sheets/`: a picture of all drawings of each digit, by arrival.
- `readings.csv`: what models of the app read in each drawing, how sure they were, and whether they
  took the drawing for a digit.
- `models.jsonl`: the models that the class taught, if any: one line of JSON for each, with its
  name, its last layer (`weights`: float32, little-endian, in base64) and its figures. Drawings are
  named by their line in `drawings.jsonl`.
- `class.json`: the title, and how many drawings were asked for. With this file the app opens the
  class again, and `python train_model.py fit cnn --class FILE.zip` trains a network with it.

## How it was collected

Pupils drew on their own devices what the app asked for, each digit {per_digit} times, in random
order. A label is what was asked for: a slip is a wrong label. Drawings that the teacher removed
are not in this file. It holds no names. Pupils have numbers, but handwriting and times can tell
who a person is to those who know the class.

## Who may use it

The drawings are the pupils'. Use them for lessons with this class. Ask the pupils, and their
parents where the law wants it, before anybody else gets this file, and delete it when it is not
needed any more. One class is not everybody: what is measured here says little about people of
other ages, schools and countries.

## How many

"""
_TAUGHT: Final = """
## Models that this class taught

Each is a model of the app whose last layer learned from the drawings of some pupils. It is meant
for lessons with this class. Figures on pupils who taught it say nothing about others.
"""


def class_card(
    classroom: ClassRoom,
    drawings: Sequence[Drawing],
    models: Sequence[TaughtModel],
    saved_at: datetime,
) -> str:
    """Return the card of a class in Markdown; titles and names are plain text in it."""
    days = sorted({drawing.drawn_at.date().isoformat() for drawing in drawings})
    counts = Counter((drawing.pupil_number, drawing.label) for drawing in drawings)
    card = _CARD.format(
        title=_plain(classroom.title),
        drawings=len(drawings),
        pupils=len({pupil for pupil, _ in counts}),
        drawn=" to ".join(dict.fromkeys((days[0], days[-1]))) if days else "not yet",
        saved=f"{saved_at:%Y-%m-%d}",
        per_digit=classroom.drawings_per_digit,
    )
    card += "\n".join(_table(counts)) + "\n"
    if models:
        card += _TAUGHT
    for model in models:
        card += f"\n### {_plain(model.name)}, {model.created_at:%Y-%m-%d}\n\n"
        card += "".join(f"- {_plain(key)}: {_plain(text)}\n" for key, text in _flat(model.summary))
    return card


def _table(counts: Counter[tuple[int, int]]) -> Iterator[str]:
    """Yield the lines of a table with a row for each pupil and a column for each digit."""
    yield "| pupil | " + " | ".join(map(str, range(DIGITS))) + " | all |"
    yield "|---" * (DIGITS + 2) + "|"
    pupils = sorted({pupil for pupil, _ in counts})
    for pupil in pupils:
        yield _row(str(pupil), [counts[pupil, digit] for digit in range(DIGITS)])
    yield _row("all", [sum(counts[one, digit] for one in pupils) for digit in range(DIGITS)])


def _row(name: str, counts: Sequence[int]) -> str:
    return "| " + " | ".join([name, *map(str, counts), str(sum(counts))]) + " |"


def _flat(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values of nested JSON objects with the words of their keys; lists as one text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{key} {name}".strip().replace("_", " "))
    elif isinstance(value, list):
        yield key, ", ".join(text for item in value for _, text in _flat(item))
    else:
        yield key, str(value)


def _plain(text: str) -> str:
    """Return ``text`` on one line, without a meaning in Markdown or HTML."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>&~-])", r"\\\1", " ".join(text.split()))
