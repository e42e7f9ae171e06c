"""What a lesson showed, beside what it should show."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from benchmarks.load_test.figures import percentile, slope
from benchmarks.load_test.page_readings import Objects, Reading
from benchmarks.load_test.scenario import Lesson
from benchmarks.load_test.virtual_pupil import Answer

P95_LIMIT = 1.0  # seconds
GROWTH_LIMIT = 1.0  # megabytes a minute: a school lesson costs less than 50 MB
# Minutes in which the heap finds its working size: Python collects old garbage only when the heap
# has grown by a quarter, and every script run is a thread with an allocator's arena of its own.
WARM_UP = 3.0
JUDGED_FROM = 3.0  # minutes of samples after the warm-up that a slope needs
EXAMPLES = 5


@dataclass(frozen=True)
class Target:
    """One line of the verdict; `met` is None where the run cannot say."""

    name: str
    measured: str
    wanted: str
    met: bool | None


@dataclass(frozen=True)
class Comparison:
    """The answers against the readings that they ought to be."""

    compared: int
    different_readings: int  # how many different readings there were: what a mix-up would show by
    leaks: int  # readings of a drawing that another pupil made
    wrong: int  # readings that are neither right nor another pupil's
    examples: list[str] = field(default_factory=list)


def compare(answers: Sequence[Answer], expect: Callable[[Objects], Reading]) -> Comparison:
    """Compare every answer with the reading of its own drawing, and find whose it is if not."""
    expected = [expect(answer.drawing) for answer in answers]
    owners: dict[Reading, set[int]] = {}
    for answer, reading in zip(answers, expected, strict=True):
        if not reading.is_blank:
            owners.setdefault(reading, set()).add(answer.pupil)
    leaks, wrong, examples = 0, 0, []
    for answer, wanted in zip(answers, expected, strict=True):
        try:
            shown = answer.shown.decode()
        except (ValueError, KeyError) as error:
            wrong += 1
            examples.append(f"pupil {answer.pupil}: {error}")
            continue
        if shown == wanted:
            continue
        others = owners.get(shown, set()) - {answer.pupil}
        leaks, wrong = (leaks + 1, wrong) if others else (leaks, wrong + 1)
        whose = f"the reading of pupil {min(others)}" if others else "nobody's reading"
        examples.append(f"pupil {answer.pupil} got {whose}: {_difference(shown, wanted)}")
    return Comparison(len(answers), len(owners), leaks, wrong, examples[:EXAMPLES])


def _difference(shown: Reading, wanted: Reading) -> str:
    if shown.texts != wanted.texts:
        return f"{shown.texts}, not {wanted.texts}"
    if shown.probabilities != wanted.probabilities:
        return f"{wanted.texts} with the probabilities {shown.probabilities}"
    return f"{wanted.texts} with another 28x28 image"


@dataclass(frozen=True)
class Report:
    """The figures of one lesson and the verdict on them."""

    figures: dict[str, Any]
    memory: list[tuple[float, float]]
    targets: list[Target]
    complaints: list[str]

    @classmethod
    def of(
        cls,
        lesson: Lesson,
        expect: Callable[[Objects], Reading],
        *,
        log: str,
        setting: Mapping[str, float],
    ) -> Self:
        """Judge a lesson. `log` is what the server printed, `setting` goes into the figures."""
        strokes = [answer.seconds for answer in lesson.answers if answer.drawing]
        clears = [answer.seconds for answer in lesson.answers if not answer.drawing]
        errors = [text for pupil in lesson.pupils for text in pupil.errors]
        errors += [line for line in log.splitlines() if line.startswith("Traceback")]
        found = compare(lesson.answers, expect)
        figures = {
            **setting,
            "cores": os.cpu_count(),
            "server_cpu_share": lesson.cpu_share,
            "drawings": sum(pupil.drawings for pupil in lesson.pupils),
            "page_opened_seconds": _spread([p.opening_seconds for p in lesson.pupils]),
            "answer_seconds": _spread(strokes),
            "clear_seconds": _spread(clears),
            "errors": len(errors),
            "comparison": asdict(found),
        }
        targets = [
            _time_target(strokes),
            Target("errors", str(len(errors)), "none", not errors),
            _memory_target(lesson.memory),
            Target(
                "readings of another's drawing",
                f"{found.leaks} of {found.compared}",
                "none",
                found.leaks == 0 and found.compared > 0,
            ),
            Target(
                "readings unlike the recognizer's",
                f"{found.wrong} of {found.compared}",
                "none",
                found.wrong == 0 and found.compared > 0,
            ),
        ]
        return cls(figures, lesson.memory, targets, errors[:EXAMPLES] + found.examples)

    @property
    def all_met(self) -> bool:
        """Whether no target was missed."""
        return all(target.met is not False for target in self.targets)

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {**asdict(self), "all_met": self.all_met}

    def as_text(self) -> str:
        """Return the tables that a person reads."""
        f, verdict = self.figures, {True: "met", False: "MISSED", None: "not judged"}
        cpu = f["server_cpu_share"]
        lines = [
            (
                f"{f['pupils']} pupils, a drawing every {f['seconds_per_drawing']:g} s, "
                f"{f['minutes']:g} minutes: {f['drawings']} drawings, "
                f"{f['comparison']['compared']} answers, "
                f"{f['comparison']['different_readings']} different readings"
            ),
            f"{f['cores']} cores, load {f['load_before']:.1f} before"
            + (f", server {cpu:.0%} of one core" if cpu is not None else ""),
            "",
            _row("milliseconds", "p50", "p95", "slowest"),
            *(
                _row(name, *(f"{value * 1000:.0f}" for value in f[key].values()))
                for name, key in (
                    ("pen lifted to answer", "answer_seconds"),
                    ("Clear to empty page", "clear_seconds"),
                    ("page opened", "page_opened_seconds"),
                )
            ),
            "",
            "server memory, MB: " + ", ".join(f"{mb:.0f}" for mb in _each_minute(self.memory)),
            "",
            _row("target", "measured", "wanted", ""),
            *(_row(t.name, t.measured, t.wanted, verdict[t.met]) for t in self.targets),
        ]
        return "\n".join([*lines, *(f"- {complaint}" for complaint in self.complaints)])


def _time_target(seconds: list[float]) -> Target:
    wanted = f"under {P95_LIMIT * 1000:.0f} ms"
    if not seconds:
        return Target("answer, p95", "no answers", wanted, met=False)
    p95 = percentile(seconds, 0.95)
    return Target("answer, p95", f"{p95 * 1000:.0f} ms", wanted, p95 < P95_LIMIT)


def _memory_target(memory: list[tuple[float, float]]) -> Target:
    wanted = f"at most {GROWTH_LIMIT:g} MB/min"
    if not memory:
        return Target("memory growth", "not measured", wanted, met=None)
    warm = [(minute, mb) for minute, mb in memory if minute >= WARM_UP]
    if not warm or warm[-1][0] - warm[0][0] < JUDGED_FROM:
        return Target("memory growth", "run too short", wanted, met=None)
    growth = slope(warm)
    return Target("memory growth", f"{growth:+.2f} MB/min", wanted, growth <= GROWTH_LIMIT)


def _each_minute(memory: list[tuple[float, float]]) -> list[float]:
    """Return the memory at the start, at every full minute and at the end."""
    firsts: dict[int, float] = {}
    for minute, megabytes in memory:
        firsts.setdefault(int(minute), megabytes)
    return [*firsts.values(), *(megabytes for _, megabytes in memory[-1:])]


def _spread(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {"p50": 0.0, "p95": 0.0, "slowest": 0.0}
    shares = {"p50": 0.5, "p95": 0.95, "slowest": 1.0}
    return {name: percentile(seconds, share) for name, share in shares.items()}


def _row(name: str, *cells: str) -> str:
    return f"{name:<34}" + "".join(f"{cell:>20}" for cell in cells)
