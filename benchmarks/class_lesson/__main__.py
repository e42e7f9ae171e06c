"""The lesson with a class's own digits, measured.

    MNIST_APP_DATA=FOLDER python -m benchmarks.class_lesson [--only collecting|kills|teaching]
        [--pupils 30] [--drawings 5] [--every 4] [--kills 10] [--postgres-kills 3] [--json]

``collecting``: pupils draw on a server of the benchmark's own, each in a session over a websocket
on this computer, while the teacher's wall is open. Each draws the first ``--drawings`` of 20
digits, one every ``--every`` seconds. Measured is the time from pressing Next to the page with the
tick; afterwards the database is compared with what was drawn.
``kills``: processes that write drawings are killed (``kill -9``) at random moments on SQLite, and
the server of PostgreSQL under a process that writes. After each kill the database is compared
with what was acknowledged, and what was not is sent again.
``teaching`` (needs the data sets): the pen digits of writers 1 to 20 are a class of 20 pupils. Half
of them teach cnn, the others test it, in five random halves. Each half teaches with 200, 600 and
1,900 drawings, with and without rehearsing MNIST and bent copies. Time is processor time, in a
worker process with one thread.

Exit status: 0 all targets met, 1 if not.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks import benchmark_command
from benchmarks.class_lesson import collecting_load, store_kills, teaching_gain
from mnist_app.training.search.options import positive_integer, whole

COMMAND: Final = "class_lesson"
Part = Callable[[argparse.Namespace], tuple[dict[str, Any], str, bool]]
"""Returns for the options its figures, the same as text, and whether they meet the targets."""
PARTS: Final[dict[str, Part]] = {
    "collecting": lambda options: collecting_load.measure(
        options.pupils, options.drawings, options.every
    ),
    "kills": lambda options: store_kills.measure(options.kills, options.postgres_kills),
    "teaching": lambda options: teaching_gain.measure(options.data),
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    created = benchmark_command.parser(COMMAND, "Measure the lesson with a class's own digits.")
    created.add_argument("--only", choices=PARTS, help="one part alone; default: all")
    created.add_argument("--pupils", type=positive_integer, default=30, help="default: 30")
    created.add_argument(
        "--drawings",
        type=positive_integer,
        choices=range(1, collecting_load.ASKED + 1),
        metavar="N",
        default=5,
        help=f"of each pupil, up to {collecting_load.ASKED}; default: 5",
    )
    created.add_argument(
        "--every",
        type=benchmark_command.positive_number,
        default=4.0,
        help="seconds per drawing; default: 4",
    )
    created.add_argument(
        "--kills", type=whole, default=10, help="of processes that write to SQLite; default: 10"
    )
    created.add_argument(
        "--postgres-kills", type=whole, default=3, help="of PostgreSQL's server; default: 3"
    )
    created.add_argument("--json", action="store_true", help="print the figures as JSON")
    return created


@benchmark_command.reports_errors(COMMAND)
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped too
    options = parser().parse_args(arguments)
    figures, is_met = {}, True
    for name in [options.only] if options.only else PARTS:
        figures[name], text, good = PARTS[name](options)
        is_met &= good
        if not options.json:
            print(text, flush=True)
    if options.json:
        print(json.dumps(figures, indent=2))
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
