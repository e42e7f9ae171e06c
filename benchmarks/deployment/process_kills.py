"""Processes are killed one after another while pupils draw: what is lost, what is wrong."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from benchmarks.deployment.returning_pupils import ReturningClassPupil, ReturningPupil
from benchmarks.load_test.load_report import Comparison, compare
from benchmarks.load_test.page_readings import (
    RawReading,
    chosen_model,
    expected_reading,
)
from benchmarks.load_test.scenario import empty_page
from benchmarks.proxied_app import ProxiedApp
from mnist_app import Recognizer
from mnist_app.classroom.class_limits import MAXIMUM_PER_DIGIT
from mnist_app.classroom.records import ClassRoom
from mnist_app.classroom.store import ClassStore

EVERY: Final = 3.0
"""Mean seconds from drawing to drawing of a pupil."""
DOWN_SECONDS: Final = 1.0
"""Time until a killed process is started again, as in ``deploy/mnist-app@.service``."""
PAUSE_SECONDS: Final = 6.0
"""Time after its start until the next one is killed."""
RETURN_LIMIT: Final = 15.0
"""Maximum seconds until a pupil whose process was killed goes on."""


@dataclass(frozen=True)
class KillFigures:
    """What was drawn and kept.

    ``readings`` are answers on the page Draw, ``wrong`` and ``of_others`` those that differ from
    the recognizer's and those of another pupil's drawing. ``acknowledged`` are drawings for the
    class with a tick, ``lost`` those of them that the database lacks; ``twice`` and ``foreign``
    count drawings that it has twice, and those that their pupil has not sent.
    """

    kills: int
    readings: int
    acknowledged: int
    returns: int
    lost: int
    twice: int
    foreign: int
    wrong: int
    of_others: int
    errors: list[str]
    slowest_return: float

    @property
    def is_good(self) -> bool:
        """Whether nothing is lost or wrong, and every pupil went on in time."""
        faults = self.lost + self.twice + self.foreign + self.wrong + self.of_others
        was_enough = self.readings > 0 and self.acknowledged > 0 and self.returns > 0
        return was_enough and not faults and not self.errors and self.slowest_return <= RETURN_LIMIT


def measure(database_url: str, pupils: int, kills: int) -> tuple[dict[str, Any], str, bool]:
    """Return the figures of ``kills`` under the load of ``pupils``, half of them in a class."""
    store = ClassStore.open(database_url)
    delete_on = datetime.now(UTC).date() + timedelta(days=1)
    classroom, _ = store.create_class("Benchmark", MAXIMUM_PER_DIGIT, delete_on)
    try:
        with ProxiedApp(4, database_url) as app:
            drawing = [ReturningPupil(number, app.url, EVERY) for number in range(pupils // 2)]
            class_ = [
                ReturningClassPupil(app.url, number, EVERY) for number in range(pupils // 2, pupils)
            ]
            blank, side = asyncio.run(empty_page(app.url))
            asyncio.run(_lesson(app, drawing, class_, classroom.code, kills))
        recognizer = Recognizer.load(chosen_model(blank))
        expect = expected_reading(recognizer, side, RawReading.of(blank).decode())
        answers = [answer for pupil in drawing for answer in pupil.answers]
        figures = _judged(kills, [*drawing, *class_], store, classroom, compare(answers, expect))
    finally:
        store.delete_class(classroom)
        store.close()
    text = (
        f"{kills} kills (SIGKILL) of one of 4 processes, {pupils} pupils, "
        f"a drawing every {EVERY:g} s:\n"
        f"  {figures.readings} readings on the page Draw, {figures.wrong} wrong, "
        f"{figures.of_others} of another's drawing\n"
        f"  {figures.acknowledged} drawings for the class with a tick, {figures.lost} lost, "
        f"{figures.twice} twice, {figures.foreign} of nobody\n"
        f"  {figures.returns} pupils went on after a kill, the slowest after "
        f"{figures.slowest_return:.1f} s (at most {RETURN_LIMIT:g} s)"
    )
    return asdict(figures), "\n".join([text, *figures.errors[:5]]), figures.is_good


async def _lesson(
    app: ProxiedApp,
    drawing: Sequence[ReturningPupil],
    class_: Sequence[ReturningClassPupil],
    code: str,
    kills: int,
) -> None:
    """Let pupils draw while processes are killed and started again."""
    await asyncio.gather(*(one.enter() for one in drawing), *(one.join(code) for one in class_))
    over = asyncio.Event()

    async def work(pupil: ReturningPupil | ReturningClassPupil) -> None:
        while not over.is_set():
            if isinstance(pupil, ReturningPupil):
                await pupil.draw(EVERY)
            else:
                await pupil.draw_until(time.perf_counter() + EVERY)

    everybody: list[ReturningPupil | ReturningClassPupil] = [*drawing, *class_]
    tasks = [asyncio.create_task(work(one)) for one in everybody]
    try:
        for number in range(kills):
            index = random.Random(number).randrange(len(app.servers))
            await asyncio.sleep(PAUSE_SECONDS)
            await asyncio.to_thread(app.servers[index].kill)
            await asyncio.sleep(DOWN_SECONDS)
            await asyncio.to_thread(app.stop, index)
            await asyncio.to_thread(app.start, index)
        await asyncio.sleep(PAUSE_SECONDS)
    finally:
        over.set()
        await asyncio.gather(*tasks)
        await asyncio.gather(*(one.leave() for one in everybody), return_exceptions=True)


def _judged(
    kills: int,
    pupils: Sequence[ReturningPupil | ReturningClassPupil],
    store: ClassStore,
    classroom: ClassRoom,
    readings: Comparison,
) -> KillFigures:
    class_ = [pupil for pupil in pupils if isinstance(pupil, ReturningClassPupil)]
    lost = twice = foreign = 0
    for pupil in class_:
        kept = store.drawings(classroom, store.pupil_of_secret(pupil.secret))
        strokes = store.strokes(kept)
        found = Counter(
            (one.label, b"".join(stroke.points.tobytes() for stroke in lines))
            for one, lines in zip(kept, strokes, strict=True)
        )
        lost += sum(one not in found for one in pupil.drawn)
        twice += sum(count - 1 for count in found.values())
        foreign += sum(one not in pupil.sent for one in found)
    returns = [seconds for pupil in pupils for seconds in pupil.returns]
    return KillFigures(
        kills=kills,
        readings=readings.compared,
        acknowledged=sum(len(pupil.drawn) for pupil in class_),
        returns=len(returns),
        lost=lost,
        twice=twice,
        foreign=foreign,
        wrong=readings.wrong,
        of_others=readings.leaks,
        errors=[text for pupil in pupils for text in pupil.errors] + readings.examples,
        slowest_return=max(returns, default=0.0),
    )
