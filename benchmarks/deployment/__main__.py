"""Several processes of the app behind HAProxy, measured on this computer.

    python -m benchmarks.deployment [--only capacity|memory|delay|kills] [--processes 1 2 4]
        [--seconds 30] [--pupils 40] [--kills 10] [--database URL] [--json]

``capacity``: classes of virtual pupils, who draw every 3 s, grow until the 95th percentile of the
answer times passes a second, at 1, 2 and 4 processes. ``memory``: a process with 50 sessions.
``delay``: what the proxy adds to an answer. ``kills``: processes are killed one after another while
``--pupils`` draw, half of them for a class; every reading and every drawing with a tick is checked.
HAProxy and, unless ``--database`` names one, PostgreSQL must be installed. All of it takes about 25
minutes. Exit status: 0 all targets met, 1 if not.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Final

from benchmarks.app_server import ServerError
from benchmarks.benchmark_command import positive_number, reports_errors
from benchmarks.deployment import capacity, process_kills, proxy_delay
from mnist_app.training.search.options import positive_integer
from tests import postgres

COMMAND: Final = "deployment"
PASSWORD: Final = "benchmark"  # noqa: S105 (of a server that ends with the benchmark)
Part = Callable[[str, argparse.Namespace], tuple[dict[str, Any], str, bool]]
"""Returns for a database and the options its figures, the same as text, and whether they do."""
PARTS: Final[dict[str, Part]] = {
    "delay": lambda url, _: proxy_delay.measure(url, 200),
    "memory": lambda url, options: capacity.measure_memory(url, options.seconds),
    "kills": lambda url, options: process_kills.measure(url, options.pupils, options.kills),
    "capacity": lambda url, options: capacity.measure(url, options.processes, options.seconds),
}


@reports_errors(COMMAND)
def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped too
    options = _parser().parse_args(arguments)
    figures, all_met = {}, True
    try:
        with ExitStack() as stack:
            url = options.database or stack.enter_context(postgres.server(PASSWORD))
            for name in [options.only] if options.only else PARTS:
                figures[name], text, is_met = PARTS[name](url, options)
                all_met = all_met and is_met
                if not options.json:
                    print(f"{name}, targets {'met' if is_met else 'MISSED'}:\n{text}\n", flush=True)
    except ServerError as error:
        print(f"{COMMAND}: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(figures, indent=2))
    return 0 if all_met else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(f"python -m benchmarks.{COMMAND}", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", choices=PARTS, help="default: all parts")
    parser.add_argument("--processes", type=int, nargs="+", choices=(1, 2, 3, 4), default=[1, 2, 4])
    parser.add_argument("--seconds", type=positive_number, default=30.0, help="of each try")
    parser.add_argument("--pupils", type=positive_integer, default=40, help="who see the kills")
    parser.add_argument("--kills", type=positive_integer, default=10)
    parser.add_argument("--database", metavar="URL", help="default: a PostgreSQL of its own")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
