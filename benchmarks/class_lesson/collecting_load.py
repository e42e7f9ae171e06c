"""A class draws its digits on one server while the teacher's wall is open."""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.app_server import AppServer
from benchmarks.class_lesson.drawing_sessions import DrawingPupil, WallSession
from benchmarks.load_test.server_usage import ServerUsage
from mnist_app.classroom.database_errors import DATABASE_VARIABLE
from mnist_app.classroom.records import ClassRoom
from mnist_app.classroom.store import ClassStore

ASKED: Final = 20
"""Digits that each pupil is asked for."""
P95_LIMITS: Final = {30: 0.5, 100: 1.0}
"""Maximum 95th percentile of the time to the tick, in seconds, by the maximum number of pupils."""


@dataclass(frozen=True)
class KeptDrawings:
    """Drawings with a tick, and how many of them the database lacks or has wrongly."""

    acknowledged: int
    lost: int
    twice: int
    of_another_pupil: int


def measure(pupils: int, drawings: int, every: float) -> tuple[dict[str, Any], str, bool]:
    """Return the figures of a class that draws, the same as text, and whether they are good."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'classes.sqlite'}"
        store = ClassStore.open(database)
        delete_on = datetime.now(UTC).date() + timedelta(days=1)
        classroom, teacher = store.create_class("Benchmark", ASKED // 10, delete_on)
        home = {"HOME": folder, "USERPROFILE": folder, DATABASE_VARIABLE: database}
        with AppServer(environment={**os.environ, **home}) as server:
            usage = ServerUsage(server.pid)
            class_ = [DrawingPupil(server.url, number, every) for number in range(pupils)]
            wall = WallSession(server.url)
            lesson = _lesson(class_, wall, classroom.code, teacher, drawings, usage=usage)
            drawing_cpu = asyncio.run(lesson)
            cpu, memory = usage.cpu_seconds(), usage.memory()
            errors = [line for line in server.log().splitlines() if "Traceback" in line]
        comparison = _compared(store, classroom, class_)
        store.close()
    errors += [text for one in class_ for text in one.errors] + wall.errors
    seconds = np.array([answer for pupil in class_ for answer in pupil.ticks])
    figures: dict[str, Any] = {
        "pupils": pupils,
        "drawings": drawings,
        "every": every,
        "p50": _percentile(seconds, 50),
        "p95": _percentile(seconds, 95),
        "slowest": _percentile(seconds, 100),
        "wall_p95": _percentile(wall.updates, 95),
        "not_on_the_wall": comparison.acknowledged - len(wall.drawings),
        "server_cpu_seconds": round(cpu, 1),
        "server_cpu_ms_per_drawing": round(1000 * drawing_cpu / (pupils * drawings), 1),
        "server_megabytes": round(memory),
        "load_of_the_machine": round(os.getloadavg()[0], 1),
        **asdict(comparison),
        "errors": errors[:5],
    }
    limit = next((limit for most, limit in P95_LIMITS.items() if pupils <= most), None)
    is_met = (
        not errors
        and comparison.acknowledged == pupils * drawings
        and not comparison.lost + comparison.twice + comparison.of_another_pupil
        and not figures["not_on_the_wall"]
        and (limit is None or figures["p95"] <= limit)
    )
    return figures, _text(figures, limit), is_met


async def _lesson(
    class_: Sequence[DrawingPupil],
    wall: WallSession,
    code: str,
    teacher: str,
    drawings: int,
    *,
    usage: ServerUsage,
) -> float:
    """Hold the lesson; return the server's processor time from the first drawing to the last."""
    await wall.open(teacher)
    watching = asyncio.create_task(wall.watch())
    try:
        await asyncio.gather(*(pupil.join(code) for pupil in class_))
        before = usage.cpu_seconds()
        await asyncio.gather(*(pupil.draw(drawings) for pupil in class_))
        used = usage.cpu_seconds() - before
        await asyncio.sleep(2 * wall.update_seconds)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await asyncio.gather(wall.leave(), *(one.leave() for one in class_), return_exceptions=True)
    return used


def _compared(
    store: ClassStore, classroom: ClassRoom, class_: Sequence[DrawingPupil]
) -> KeptDrawings:
    """Compare what was drawn with what is kept, stroke by stroke."""
    owners = {drawing: pupil.number for pupil in class_ for drawing in pupil.drawn}
    lost = twice = foreign = 0
    for one in class_:
        if not one.secret:
            continue
        kept = store.drawings(classroom, store.pupil_of_secret(one.secret))
        strokes = store.strokes(kept)
        found = Counter(
            (drawing.label, b"".join(stroke.points.tobytes() for stroke in lines))
            for drawing, lines in zip(kept, strokes, strict=True)
        )
        lost += sum(drawing not in found for drawing in one.drawn)
        twice += sum(count - 1 for count in found.values())
        foreign += sum(owners.get(drawing) != one.number for drawing in found)
    return KeptDrawings(sum(len(one.drawn) for one in class_), lost, twice, foreign)


def _percentile(values: Any, share: float) -> float:
    return round(float(np.percentile(values, share)), 3) if len(values) else float("inf")


def _text(figures: dict[str, Any], limit: float | None) -> str:
    wanted = f" (at most {limit} s)" if limit else ""
    lines = [
        "{pupils} pupils, {drawings} drawings each, every {every:g} s, with the teacher's wall:",
        "  from Next to the tick: median {p50} s, p95 {p95} s{wanted}, slowest {slowest} s",
        "  an update of the wall, p95: {wall_p95} s",
        "  drawings with a tick: {acknowledged}; lost: {lost}, twice: {twice}",
        "  of another pupil: {of_another_pupil}; not on the wall: {not_on_the_wall}",
        "  server: {server_cpu_seconds} s of processor time, {server_megabytes} MB",
        "  {server_cpu_ms_per_drawing} ms of it for a drawing, the wall included, joining aside",
        "  load of the machine: {load_of_the_machine}",
    ]
    errors = [f"  error: {text}" for text in figures["errors"]]
    return "\n".join([*(line.format(**figures, wanted=wanted) for line in lines), *errors])
