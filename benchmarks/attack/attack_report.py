"""The figures of an attack: what became of each attempt, and which targets were met."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Final

from benchmarks.load_test.load_report import Target
from mnist_app.server.limits import KEPT_SESSIONS

DRAWING_LIMIT: Final = 1.0
"""Maximum time of a neighbour's answer to a stroke during the attack, in seconds."""
UPLOAD_LIMIT: Final = 5.0
"""Maximum time of a neighbour's answer to a photo during the attack, in seconds."""
CLIENT_MEMORY: Final = 100.0
"""Maximum memory in megabytes that the server holds for one client."""
DESCRIPTORS: Final = 3 * KEPT_SESSIONS + 30
"""Maximum number of descriptors by which the server may have more after the attack than before:
three for each session that it keeps for visitors who may return, a few for worker processes."""
RECOVERY_SECONDS: Final = 60.0
"""Time after the attack within which the server must have given back its memory."""
MAXIMUM_SLACK: Final = 2.0
"""Maximum factor by which slack widens limits other than those of wall time. Two busy threads of
one core halve each other's speed; memory is given back later where the server rarely runs."""
PAGE_LOAD: Final = "page load dropped at once"
"""Name of the attempts that load the page as a visitor does, none of which may be refused."""
EXAMPLES: Final = 12


class Outcome(StrEnum):
    """What became of one attempt.

    ``LEFT``: the attacker went before an answer was due. ``FAILED``: an error inside the app, no
    answer where one was due, or an answer to what must be refused.
    """

    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"
    LEFT = "left"


@dataclass
class AttackTally:
    """Attempts by attack and outcome, and examples of failures."""

    counts: dict[str, Counter[Outcome]] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)

    def add(self, attack: str, outcome: Outcome, detail: str = "") -> None:
        """Count one attempt; ``detail`` tells of a failure."""
        self.counts.setdefault(attack, Counter())[outcome] += 1
        if outcome is Outcome.FAILED:
            self.examples.append(f"{attack}: {detail}")

    def merge(self, other: "AttackTally") -> None:
        """Add the attempts of another tally."""
        for attack, counts in other.counts.items():
            self.counts.setdefault(attack, Counter()).update(counts)
        self.examples += other.examples

    @property
    def failed(self) -> int:
        """Number of failed attempts."""
        return sum(counts[Outcome.FAILED] for counts in self.counts.values())

    @property
    def tried(self) -> int:
        """Number of all attempts."""
        return sum(counts.total() for counts in self.counts.values())


@dataclass(frozen=True)
class NeighbourFigures:
    """Answer times in seconds of the ordinary sessions, without and during the attack.

    ``wrong`` tells of answers that were wrong or missing.
    """

    calm_drawings: Sequence[float]
    calm_uploads: Sequence[float]
    drawings: Sequence[float]
    uploads: Sequence[float]
    wrong: Sequence[str]


@dataclass(frozen=True)
class ServerFigures:
    """Memory in megabytes and descriptors of the server, before, during and after the attack.

    ``before``, ``peak`` and ``after`` are those of the server's own process, ``after`` some
    seconds ``waited``; ``family_before`` and ``family_peak`` include its worker processes.
    ``errors`` are the last lines of the tracebacks that it has printed.
    """

    before: float
    peak: float
    after: float
    family_before: float
    family_peak: float
    waited: float
    descriptors_before: int
    descriptors_after: int
    errors: Sequence[str]


@dataclass(frozen=True)
class AttackReport:
    """All figures of one attack by ``clients`` clients at once.

    ``slack`` is the factor by which limits of wall time are wider than on a computer of its own;
    others are wider by `MAXIMUM_SLACK` at most.
    """

    tally: AttackTally
    neighbours: NeighbourFigures
    server: ServerFigures
    clients: int
    slack: float

    @property
    def targets(self) -> list[Target]:
        """The targets with what was measured."""
        near, server = self.neighbours, self.server
        held, peak = server.after - server.before, server.peak - server.before
        highest = CLIENT_MEMORY * self.clients
        lasting = CLIENT_MEMORY * min(self.slack, MAXIMUM_SLACK)
        loads = self.tally.counts.get(PAGE_LOAD, Counter())
        more = server.descriptors_after - server.descriptors_before
        answers = len(near.drawings) + len(near.uploads)
        return [
            _time(
                "slowest answer to a neighbour's stroke", near.drawings, DRAWING_LIMIT, self.slack
            ),
            _time("slowest answer to a neighbour's photo", near.uploads, UPLOAD_LIMIT, self.slack),
            Target(
                "neighbours' answers wrong or missing",
                f"{len(near.wrong)} of {answers}",
                "none",
                not near.wrong and answers > 0,
            ),
            Target(
                "attempts that failed",
                f"{self.tally.failed} of {self.tally.tried}",
                "none",
                self.tally.failed == 0 and self.tally.tried > 0,
            ),
            Target(
                "page loads that were refused",
                f"{loads[Outcome.REFUSED]} of {loads.total()}",
                "none",
                loads[Outcome.REFUSED] == 0 if loads else None,
            ),
            Target(
                "tracebacks in the server's log",
                str(len(server.errors)),
                "none",
                not server.errors,
            ),
            Target(
                f"memory during the attack ({self.clients} clients)",
                f"{peak:+.0f} MB",
                f"at most +{highest:.0f} MB",
                peak <= highest,
            ),
            Target(
                f"memory {server.waited:.0f} s after the attackers have gone",
                f"{held:+.0f} MB",
                f"at most +{lasting:.0f} MB",
                held <= lasting if server.waited >= RECOVERY_SECONDS else None,
            ),
            Target(
                "descriptors after the attack",
                f"{more:+d}",
                f"at most +{DESCRIPTORS}",
                more <= DESCRIPTORS,
            ),
        ]

    @property
    def all_met(self) -> bool:
        """Whether no target was missed."""
        return all(target.met is not False for target in self.targets)

    def as_text(self) -> str:
        """Return the report as tables."""
        near, server = self.neighbours, self.server
        columns = ("tried", *(outcome.value for outcome in Outcome))
        lines = [f"{os.cpu_count()} cores", "", _row("attack", *columns)]
        for attack, counts in self.tally.counts.items():
            numbers = (counts.total(), *(counts[outcome] for outcome in Outcome))
            mark = "  FAILED" if counts[Outcome.FAILED] else ""
            lines.append(_row(attack, *map(str, numbers)) + mark)
        lines += ["", _row("neighbours", "answers", "median", "slowest")]
        for name, seconds in (
            ("strokes before the attack", near.calm_drawings),
            ("strokes during the attack", near.drawings),
            ("photos before the attack", near.calm_uploads),
            ("photos during the attack", near.uploads),
        ):
            lines.append(_row(name, str(len(seconds)), *_times(seconds)))
        megabytes = [f"{value:.0f}" for value in (server.before, server.peak, server.after)]
        family = [f"{value:.0f}" for value in (server.family_before, server.family_peak)]
        lines += [
            "",
            _row("server", "before", "highest", "after"),
            _row("memory, MB", *megabytes),
            _row("with worker processes, MB", *family),
            _row("descriptors", str(server.descriptors_before), "", str(server.descriptors_after)),
            "",
            f"{'target':<48}{'measured':>16}{'wanted':>18}",
        ]
        verdict = {True: "met", False: "MISSED", None: "not judged"}
        lines += [
            f"{target.name:<48}{target.measured:>16}{target.wanted:>18}  {verdict[target.met]}"
            for target in self.targets
        ]
        complaints = [*near.wrong[:EXAMPLES], *self.tally.examples[:EXAMPLES]]
        complaints += sorted(set(server.errors))[:EXAMPLES]
        return "\n".join([*lines, "", *complaints]).rstrip()


def traceback_ends(log: str) -> list[str]:
    """Return the last line of every traceback in what a server has printed."""
    ends, inside = [], False
    for line in log.splitlines():
        if line.startswith("Traceback"):
            inside = True
        elif inside and line and not line.startswith(" "):
            ends.append(line[:200])
            inside = False
    return ends


def _time(name: str, seconds: Sequence[float], limit: float, slack: float) -> Target:
    wanted = f"at most {limit * slack:g} s"
    if not seconds:
        return Target(name, "no answer", wanted, met=False)
    return Target(name, f"{max(seconds):.2f} s", wanted, max(seconds) <= limit * slack)


def _times(seconds: Sequence[float]) -> tuple[str, str]:
    return (f"{median(seconds):.2f} s", f"{max(seconds):.2f} s") if seconds else ("-", "-")


def _row(name: str, *cells: str) -> str:
    return f"{name:<36}" + "".join(f"{cell:>10}" for cell in cells)
