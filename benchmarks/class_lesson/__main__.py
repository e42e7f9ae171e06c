"""The lesson with a class's own digits, measured.

    MNIST_APP_DATA=FOLDER python -m benchmarks.class_lesson [--only teaching] [--json]

``teaching``: the pen digits of writers 1 to 20 are a class of 20 pupils. Half of them teach cnn,
the others test it, in five random halves. Each half teaches with 200, 600 and 1,900 drawings, with
and without rehearsing MNIST and bent copies. Time is processor time, in a worker process with one
thread. Exit status: 0 the target is met, 1 if not.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from benchmarks import benchmark_command
from benchmarks.class_lesson import teaching_gain

COMMAND: Final = "class_lesson"
Part = Callable[[str | None], tuple[dict[str, Any], str, bool]]
"""Returns for a data folder its figures, the same as text, and whether they meet the target."""
PARTS: Final[dict[str, Part]] = {"teaching": teaching_gain.measure}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    created = benchmark_command.parser(COMMAND, "Measure the lesson with a class's own digits.")
    created.add_argument("--only", choices=PARTS, help="one part alone; default: all")
    created.add_argument("--json", action="store_true", help="print the figures as JSON")
    return created


@benchmark_command.reports_errors(COMMAND)
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    options = parser().parse_args(arguments)
    figures, is_met = {}, True
    for name in [options.only] if options.only else PARTS:
        figures[name], text, good = PARTS[name](options.data)
        is_met &= good
        if not options.json:
            print(text)
    if options.json:
        print(json.dumps(figures, indent=2))
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
