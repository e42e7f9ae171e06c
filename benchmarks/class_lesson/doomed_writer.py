"""A process that writes drawings of several pupils into the store until it is killed."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final, TypeVar
from uuid import UUID, uuid4

import numpy as np

from mnist_app.classroom.records import Pupil
from mnist_app.classroom.store import ClassStore
from mnist_app.errors import StoreError
from mnist_app.preprocessing.strokes import Stroke

T = TypeVar("T")

PUPILS: Final = 4
"""Pupils who draw at the same time."""
SIDE: Final = 64
"""Side of the canvas in pixels."""


@dataclass(frozen=True)
class Sent:
    """A drawing on its way: the pupil's number in the store, its own id, its label."""

    pupil: Pupil
    client_id: str
    label: int


def strokes_of(client_id: str) -> list[Stroke]:
    """Return a drawing by which its id is known again: its points are the bytes of the id."""
    points = np.frombuffer(UUID(client_id).bytes, np.uint8).reshape(-1, 2) / 4
    return [Stroke(points.astype(np.float32), 5.0)]


def send(store: ClassStore, sent: Sent) -> None:
    """Store a drawing, as often as it takes."""
    strokes = strokes_of(sent.client_id)
    patiently(
        lambda: store.add_drawing(
            sent.pupil, sent.client_id, sent.label, strokes, height=SIDE, width=SIDE
        )
    )


def patiently(call: Callable[[], T]) -> T:
    """Return what a call of the store returns, again and again while its database is away."""
    while True:
        try:
            return call()
        except StoreError:
            time.sleep(0.1)  # the pupil presses Next again


def write_until_killed(address: str, code: str, told: Connection) -> None:
    """Let pupils join and draw all they are asked for; tell before and after each drawing."""
    store = ClassStore.open(address)
    lock = threading.Lock()

    def tell(event: str, sent: Sent) -> None:
        with lock:
            told.send((event, sent))

    threads = [threading.Thread(target=draw_all, args=(store, code, tell)) for _ in range(PUPILS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def draw_all(
    store: ClassStore,
    code: str,
    tell: Callable[[str, Sent], None],
    go_on: Callable[[], bool] = lambda: True,
) -> None:
    """Join and draw what is asked for, while ``go_on``."""
    pupil, _ = patiently(lambda: store.join(store.class_of_code(code, "benchmark")))
    while go_on() and (digit := patiently(lambda: store.asked(pupil)).digit) is not None:
        sent = Sent(pupil, str(uuid4()), digit)
        tell("sent", sent)
        send(store, sent)
        tell("kept", sent)
