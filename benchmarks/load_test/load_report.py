"""The figures of a load test and the targets that they meet or miss."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import linear_regression
from typing import Any, Final, Self

import numpy as np

from benchmarks.load_test.page_readings import Objects, PageReading
from benchmarks.load_test.scenario import ClassRun
from benchmarks.load_test.virtual_pupil import Answer

P95_LIMIT: Final = 1.0
"""Maximum 95th percentile of the answer times, in seconds."""
GROWTH_LIMIT: Final = 1.0
"""Maximum growth of the server's memory in MB a minute: less than 50 MB in a school lesson."""
WARM_UP: Final = 3.0
"""Minutes until the heap has its working size.

Python collects old garbage only when the heap has grown by a quarter, and every script run is a
thread with an allocator's arena of its own.
"""
JUDGED_FROM: Final = 3.0
"""Minimum minutes of samples after the warm-up for a slope of the memory."""
EXAMPLES: Final = 5
"""Maximum number of errors, and of wrong answers, that a report describes."""
PERCENTILES: Final = {"p50": 0.5, "p95": 0.95, "slowest": 1.0}


@dataclass(frozen=True)
class Target:
    """One target; ``met`` is None where the run is too short to tell."""

    name: str
    measured: str
    wanted: str
    met: bool | None


@dataclass(frozen=True)
class Comparison:
    """How many answers differ from the expected readings.

    ``leaks`` are readings of a drawing that another pupil made, ``wrong`` all other differences.
    ``different_readings`` counts the distinct expected readings, by which a mix-up is found.
    """

    compared: int
    different_readings: int
    leaks: int
    wrong: int
    examples: list[str]


def compare(answers: Sequence[Answer], expect: Callable[[Objects], PageReading]) -> Comparison:
    """Compare every answer with the expected reading of its own drawing."""
    expected = [expect(answer.drawing) for answer in answers]
    owners: dict[PageReading, set[int]] = {}
    for answer, wanted in zip(answers, expected, strict=True):
        if not wanted.is_blank:
            owners.setdefault(wanted, set()).add(answer.pupil)
    leaks, wrong, examples = 0, 0, []
    for answer, wanted in zip(answers, expected, strict=True):
        try:
            shown = answer.reading.decode()
        except (ValueError, KeyError) as error:
            wrong += 1
            examples.append(f"pupil {answer.pupil}: {error}")
            continue
        if shown == wanted:
            continue
        others = owners.get(shown, set()) - {answer.pupil}
        leaks, wrong = (leaks + 1, wrong) if others else (leaks, wrong + 1)
        owner = f"the reading of pupil {min(others)}" if others else "an unexpected reading"
        examples.append(f"pupil {answer.pupil} got {owner}: {_difference(shown, wanted)}")
    return Comparison(len(answers), len(owners), leaks, wrong, examples[:EXAMPLES])


def _difference(shown: PageReading, wanted: PageReading) -> str:
    if shown.texts != wanted.texts:
        return f"{shown.texts}, not {wanted.texts}"
    if shown.probabilities != wanted.probabilities:
        return f"{wanted.texts} with the probabilities {shown.probabilities}"
    return f"{wanted.texts} with another 28×28 image"


@dataclass(frozen=True)
class LoadReport:
    """Figures, memory (minutes, megabytes), targets, and the first errors and differences."""

    figures: dict[str, Any]
    memory: list[tuple[float, float]]
    targets: list[Target]
    complaints: list[str]

    @classmethod
    def of(
        cls,
        run: ClassRun,
        expect: Callable[[Objects], PageReading],
        *,
        log: str,
        setting: Mapping[str, float],
    ) -> Self:
        """Judge a run. ``log`` is what the server printed; ``setting`` is added to the figures."""
        strokes = [answer.seconds for answer in run.answers if answer.drawing]
        clears = [answer.seconds for answer in run.answers if not answer.drawing]
        errors = run.errors + [line for line in log.splitlines() if line.startswith("Traceback")]
        found = compare(run.answers, expect)
        figures = {
            **setting,
            "cores": os.cpu_count(),
            "server_cpu_share": run.cpu_share,
            "server_cpu_seconds": run.cpu_seconds,
            "drawings": sum(pupil.drawings for pupil in run.pupils),
            "photos": sum(len(pupil.seconds) for pupil in run.uploaders),
            "page_opened_seconds": _percentiles([p.opening_seconds for p in run.pupils]),
            "answer_seconds": _percentiles(strokes),
            "clear_seconds": _percentiles(clears),
            "errors": len(errors),
            "comparison": asdict(found),
        }
        targets = [
            _time_target(strokes),
            Target("errors", str(len(errors)), "none", not errors),
            _memory_target(run.memory),
            _none_of("readings of another's drawing", found.leaks, found.compared),
            _none_of("readings unlike the recognizer's", found.wrong, found.compared),
        ]
        return cls(figures, run.memory, targets, errors[:EXAMPLES] + found.examples)

    @property
    def all_met(self) -> bool:
        """Whether no target was missed."""
        return all(target.met is not False for target in self.targets)

    def as_json(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {**asdict(self), "all_met": self.all_met}

    def as_text(self) -> str:
        """Return the report as tables."""
        f, compared = self.figures, self.figures["comparison"]
        verdict = {True: "met", False: "MISSED", None: "not judged"}
        cpu = f["server_cpu_share"]
        times = {
            "pen lifted to answer": f["answer_seconds"],
            "Clear to empty page": f["clear_seconds"],
            "page opened": f["page_opened_seconds"],
        }
        lines = [
            (
                f"{f['pupils']} pupils, a drawing every {f['seconds_per_drawing']:g} s, "
                f"{f['minutes']:g} minutes: {f['drawings']} drawings, {f['photos']} photos, "
                f"{compared['compared']} answers, "
                f"{compared['different_readings']} different readings"
            ),
            f"{f['cores']} cores, load {f['load_before']:.1f} before"
            + (f", server {cpu:.0%} of one core" if cpu is not None else ""),
            "",
            _row("milliseconds", *PERCENTILES),
            *(_row(name, *(f"{1000 * s:.0f}" for s in t.values())) for name, t in times.items()),
            "",
            "server memory, MB: " + ", ".join(f"{mb:.0f}" for mb in _each_minute(self.memory)),
            "",
            _row("target", "measured", "wanted", ""),
            *(_row(t.name, t.measured, t.wanted, verdict[t.met]) for t in self.targets),
        ]
        return "\n".join([*lines, *(f"- {complaint}" for complaint in self.complaints)])


def _time_target(seconds: list[float]) -> Target:
    p95 = _percentiles(seconds)["p95"]
    measured = f"{p95 * 1000:.0f} ms" if seconds else "no answers"
    met = bool(seconds) and p95 < P95_LIMIT
    return Target("answer, p95", measured, f"under {P95_LIMIT * 1000:.0f} ms", met)


def _memory_target(memory: list[tuple[float, float]]) -> Target:
    name, wanted = "memory growth", f"at most {GROWTH_LIMIT:g} MB/min"
    warm = [(minute, megabytes) for minute, megabytes in memory if minute >= WARM_UP]
    if not memory:
        return Target(name, "not measured", wanted, met=None)
    if not warm or warm[-1][0] - warm[0][0] < JUDGED_FROM:
        return Target(name, "run too short", wanted, met=None)
    growth = linear_regression(*zip(*warm, strict=True)).slope
    return Target(name, f"{growth:+.2f} MB/min", wanted, growth <= GROWTH_LIMIT)


def _none_of(name: str, count: int, total: int) -> Target:
    return Target(name, f"{count} of {total}", "none", count == 0 and total > 0)


def _each_minute(memory: list[tuple[float, float]]) -> list[float]:
    """Return the memory at the start, at every full minute and at the end."""
    firsts: dict[int, float] = {}
    for minute, megabytes in memory:
        firsts.setdefault(int(minute), megabytes)
    return [*firsts.values(), *(megabytes for _, megabytes in memory[-1:])]


def _percentiles(seconds: list[float]) -> dict[str, float]:
    """Return nearest-rank percentiles: values that occurred; zeros if there are none."""
    shares = list(PERCENTILES.values())
    values = np.quantile(seconds, shares, method="inverted_cdf") if seconds else np.zeros(3)
    return dict(zip(PERCENTILES, values.tolist(), strict=True))


def _row(name: str, *cells: str) -> str:
    return f"{name:<34}" + "".join(f"{cell:>20}" for cell in cells)
