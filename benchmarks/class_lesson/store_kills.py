"""What is left of the drawings when a process that writes, or PostgreSQL's server, is killed."""

import multiprocessing
import random
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from benchmarks import benchmark_command
from benchmarks.class_lesson import doomed_writer
from benchmarks.class_lesson.doomed_writer import Sent
from mnist_app.classroom.class_limits import MAXIMUM_PER_DIGIT
from mnist_app.classroom.records import ClassRoom
from mnist_app.classroom.store import ClassStore
from tests import postgres

LONGEST: Final = 1.0
"""Maximum seconds from the first acknowledged drawing to the kill of a process."""
LONGEST_ON_POSTGRES: Final = 2.0
"""The same for PostgreSQL's server, in which a process goes on writing."""
PASSWORD: Final = "benchmark"  # noqa: S105 (of a server that ends with the benchmark)


@dataclass
class Kills:
    """Kills, drawings acknowledged, and how many of these are not as they should be.

    ``half_written`` counts pupils who are asked for more or fewer digits than are missing.
    """

    database: str
    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    twice: int = 0
    of_another_pupil: int = 0
    altered: int = 0
    half_written: int = 0

    @property
    def is_good(self) -> bool:
        """Whether nothing is lost and nothing wrong."""
        wrong = (self.lost, self.twice, self.of_another_pupil, self.altered, self.half_written)
        return not any(wrong)


@dataclass
class Events:
    """What writers have told: drawings that were sent, and ids of those that were acknowledged."""

    sent: list[Sent] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)

    def tell(self, event: str, one: Sent) -> None:
        """Note what happened to a drawing."""
        if event == "sent":
            self.sent.append(one)
        else:
            self.kept.add(one.client_id)


def measure(kills: int, postgres_kills: int) -> tuple[dict[str, Any], str, bool]:
    """Return the figures of all kills, the same as text, and whether all is as it should be."""
    found = [kill_writers(kills)]
    if postgres_kills:
        found.append(kill_postgres(postgres_kills))
    text = "\n".join(
        f"{one.kills} kills, {one.database}: {one.acknowledged} drawings acknowledged; lost: "
        f"{one.lost}, twice: {one.twice}, of another pupil: {one.of_another_pupil}, altered: "
        f"{one.altered}; pupils whose next digit does not fit: {one.half_written}"
        for one in found
    )
    return {one.database: asdict(one) for one in found}, text, all(one.is_good for one in found)


def kill_writers(kills: int) -> Kills:
    """Kill a process that writes to SQLite ``kills`` times, at random moments."""
    result = Kills("SQLite")
    moments = random.Random(0)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([doomed_writer.__name__])
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'classes.sqlite'}"
        for _ in benchmark_command.progress(range(kills), "kills"):
            store = ClassStore.open(address)
            classroom = _new_class(store)
            store.close()
            receiving, telling = processes.Pipe(duplex=False)
            writer = processes.Process(
                target=doomed_writer.write_until_killed, args=(address, classroom.code, telling)
            )
            writer.start()
            telling.close()
            events = Events()
            _hear_and_kill(writer, receiving, events, moments.uniform(0, LONGEST))
            store = ClassStore.open(address)  # as the app that starts again
            _check(store, classroom, events, result)
            store.delete_class(classroom)
            store.close()
    return result


def _hear_and_kill(writer: Any, receiving: Connection, events: Events, seconds: float) -> None:
    """Kill a process so long after its first acknowledged drawing; note all that it has told."""
    kill = threading.Timer(seconds, writer.kill)
    try:
        while True:
            events.tell(*receiving.recv())
            if events.kept and not kill.ident:
                kill.start()
    except EOFError:
        pass
    writer.join()
    if kill.ident:
        kill.join()
    receiving.close()


def kill_postgres(kills: int) -> Kills:
    """Kill PostgreSQL's server ``kills`` times while a process writes."""
    result = Kills("PostgreSQL")
    moments = random.Random(0)
    with postgres.stoppable_server(PASSWORD) as server:
        store = ClassStore.open(server.address)
        for _ in benchmark_command.progress(range(kills), "kills of PostgreSQL"):
            classroom = _new_class(store)
            events, over = Events(), threading.Event()
            writers = [
                threading.Thread(
                    target=doomed_writer.draw_all,
                    args=(store, classroom.code, events.tell, lambda over=over: not over.is_set()),
                    daemon=True,
                )
                for _ in range(doomed_writer.PUPILS)
            ]
            for writer in writers:
                writer.start()
            while not events.kept:
                time.sleep(0.01)
            time.sleep(moments.uniform(0, LONGEST_ON_POSTGRES))
            server.kill()
            server.start()
            over.set()
            for writer in writers:
                writer.join()
            _check(store, classroom, events, result)
            store.delete_class(classroom)
        store.close()
    return result


def _new_class(store: ClassStore) -> ClassRoom:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    return store.create_class("Benchmark", MAXIMUM_PER_DIGIT, tomorrow)[0]


def _check(store: ClassStore, classroom: ClassRoom, events: Events, result: Kills) -> None:
    """Add a kill to ``result``: what was acknowledged must be kept, also when it is sent again."""
    result.kills += 1
    result.acknowledged += len(events.kept)
    result.lost += len(events.kept - _kept_ids(store, classroom))
    for one in events.sent:
        if one.client_id not in events.kept:  # the page sends again what has no tick
            doomed_writer.send(store, one)
    drawings = store.drawings(classroom)
    counts = Counter(str(drawing.client_id) for drawing in drawings)
    result.twice += sum(count - 1 for count in counts.values())
    sent = {one.client_id: one for one in events.sent}
    for drawing, strokes in zip(drawings, store.strokes(drawings), strict=True):
        client_id = str(drawing.client_id)
        origin = sent.get(client_id)
        if origin is None or origin.pupil.id != drawing.pupil_id:
            result.of_another_pupil += 1
            continue
        expected = doomed_writer.strokes_of(client_id)[0].points.tobytes()
        is_same = strokes[0].points.tobytes() == expected and drawing.label == origin.label
        result.altered += not is_same
    result.lost += len(sent.keys() - counts.keys())
    for pupil in store.pupils(classroom):
        own = sum(drawing.pupil_id == pupil.id for drawing in drawings)
        result.half_written += store.asked(pupil).drawn != own


def _kept_ids(store: ClassStore, classroom: ClassRoom) -> set[str]:
    return {str(drawing.client_id) for drawing in store.drawings(classroom)}
