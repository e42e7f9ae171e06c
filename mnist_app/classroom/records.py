"""What the store hands out: frozen records. Times are aware, in UTC."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from mnist_app.arrays import Image

COLOURS: Final = ("blue", "orange", "green", "purple", "red", "brown", "turquoise")
SHAPES: Final = ("circle", "square", "triangle", "diamond", "star", "heart", "cross", "moon")
"""Colours and shapes of pupils. Their counts have no common divisor: neighbours differ in both, and
56 pupils have different pairs."""


@dataclass(frozen=True)
class ClassRoom:
    """A class. ``code`` lets pupils join while ``is_open``; deleted after the day ``delete_on``.

    Pupils are asked for ``drawings_per_digit`` drawings of each digit.
    """

    id: int
    title: str
    code: str = field(repr=False)
    is_open: bool
    drawings_per_digit: int
    created_at: datetime
    delete_on: date


@dataclass(frozen=True)
class Pupil:
    """A pupil of a class, numbered from 1; hidden with all drawings if ``is_removed``."""

    id: int
    class_id: int
    number: int
    joined_at: datetime
    is_removed: bool

    @property
    def colour(self) -> str:
        """One of `COLOURS`, which follows from the number."""
        return COLOURS[(self.number - 1) % len(COLOURS)]

    @property
    def shape(self) -> str:
        """One of `SHAPES`, which follows from the number."""
        return SHAPES[(self.number - 1) % len(SHAPES)]


@dataclass(frozen=True)
class Asked:
    """What a pupil is asked for: ``digit``, None when ``drawn`` has reached ``total``."""

    digit: int | None
    drawn: int
    total: int


@dataclass(frozen=True, eq=False)
class Drawing:
    """A drawing of a class, without its strokes (`ClassStore.strokes` has them).

    ``label`` is the digit that was asked for, ``image`` uint8 (28, 28) what a network reads;
    ``height`` and ``width`` are those of the canvas in pixels. ``client_id`` was chosen by the
    pupil's page. ``is_visible`` is False if the drawing or its pupil was removed.
    """

    id: int
    client_id: UUID
    class_id: int
    pupil_id: int
    pupil_number: int
    label: int
    height: int
    width: int
    image: Image
    drawn_at: datetime
    is_removed: bool
    is_visible: bool


@dataclass(frozen=True, eq=False)
class Changes:
    """All that has changed in a class between a revision and ``revision``.

    ``drawings`` and ``pupils`` are new, removed or restored, as they are now: a wall shows those
    that are visible, and takes the others off.
    """

    revision: int
    drawings: tuple[Drawing, ...] = ()
    pupils: tuple[Pupil, ...] = ()


@dataclass(frozen=True, eq=False)
class TaughtModel:
    """A model that a class has taught: ``blob`` as it was given, ``summary`` a JSON object."""

    id: int
    class_id: int
    name: str
    blob: bytes = field(repr=False)
    summary: dict[str, Any]
    created_at: datetime
