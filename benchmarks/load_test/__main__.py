"""Load test of one server: the time of the answers to a class that draws, and their correctness.

    python -m benchmarks.load_test [--pupils 30] [--minutes 10] [--every 3] [--uploaders 0]
        [--addresses 1] [--url URL [--server-ports 8501,8502]] [--json]

Every virtual pupil is a real Streamlit session over a websocket, on this computer only. Each
presses Clear and draws another digit every few seconds; every stroke is one message, as in the
browser. The time is measured from lifting the pen until the page is complete; the browser adds
its own drawing of the page. Afterwards every answer is
compared with what `mnist_app.Recognizer` makes of the same drawing: digit, sentence, the bars’
ten probabilities and the 28×28 image. Exit status: 0 all targets met, 1 if not.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from urllib.parse import urlsplit

import psutil

from benchmarks.app_server import AppServer, ServerError
from benchmarks.app_session import SessionError
from benchmarks.benchmark_command import positive_number
from benchmarks.load_test.load_report import LoadReport
from benchmarks.load_test.page_readings import RawReading, chosen_model, expected_reading
from benchmarks.load_test.scenario import empty_page, log, run_class
from benchmarks.load_test.server_usage import ServerUsage
from mnist_app import MnistAppError, Recognizer
from mnist_app.training.search.options import positive_integer, whole

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def run(
    *,
    pupils: int,
    minutes: float,
    every: float,
    uploaders: int = 0,
    addresses: int = 1,
    url: str | None = None,
    server_ports: Collection[int] = (),
) -> LoadReport:
    """Run the load test, on a server of its own unless ``url`` names one, and judge it.

    ``server_ports`` are those of the processes behind ``url``, if that is a proxy's.
    """
    setting = {
        "pupils": pupils,
        "minutes": minutes,
        "seconds_per_drawing": every,
        "uploaders": uploaders,
        "addresses": addresses,
    }
    if url is None:
        with AppServer() as server:
            return _run_at(server.url, ServerUsage(server.pid), server.log, setting)
    usage = ServerUsage.of_ports(server_ports or [urlsplit(url).port or 80])
    return _run_at(url, usage, str, setting)


def _run_at(
    url: str, usage: ServerUsage | None, server_log: Callable[[], str], setting: dict[str, float]
) -> LoadReport:
    page, side = asyncio.run(empty_page(url))
    recognizer = Recognizer.load(chosen_model(page))
    expect = expected_reading(recognizer, side, RawReading.of(page).decode())
    setting = {**setting, "load_before": psutil.getloadavg()[0]}
    measured = asyncio.run(
        run_class(
            url,
            usage,
            pupils=int(setting["pupils"]),
            seconds=setting["minutes"] * 60,
            every=setting["seconds_per_drawing"],
            uploaders=int(setting["uploaders"]),
            addresses=int(setting["addresses"]),
        )
    )
    log("comparing every answer with the recognizer's own")
    return LoadReport.of(measured, expect, log=server_log(), setting=setting)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped too
    options = _parser().parse_args(arguments)
    try:
        report = run(
            pupils=options.pupils,
            minutes=options.minutes,
            every=options.every,
            uploaders=options.uploaders,
            addresses=options.addresses,
            url=options.url,
            server_ports=options.server_ports,
        )
    except (ServerError, SessionError, MnistAppError) as error:
        log(str(error))
        return 1
    except OSError as error:
        log(f"no app answers at {options.url}: {error}")
        return 1
    print(json.dumps(report.as_json(), indent=2) if options.json else report.as_text())
    return 0 if report.all_met else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load_test",
        description="Measure how fast and how correctly one server answers a class that draws.",
    )
    parser.add_argument("--pupils", type=positive_integer, default=30, help="default: 30")
    parser.add_argument("--minutes", type=positive_number, default=10.0, help="default: 10")
    parser.add_argument(
        "--every", type=positive_number, default=3.0, help="seconds per drawing; default: 3"
    )
    parser.add_argument(
        "--uploaders",
        type=whole,
        default=0,
        help="pupils who upload a photo every four seconds; default: 0",
    )
    parser.add_argument(
        "--addresses",
        type=positive_integer,
        default=1,
        help="local addresses that pupils come from, on Linux: the server has budgets for each; "
        "default: 1, a class behind one router",
    )
    parser.add_argument(
        "--url",
        type=_loopback_url,
        help="a server that runs on this computer; default: start one for the test",
    )
    parser.add_argument(
        "--server-ports",
        type=_ports,
        default=(),
        metavar="PORT,PORT",
        help="where the processes behind a proxy at --url listen, whose memory and processor time "
        "is measured",
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


def _ports(text: str) -> tuple[int, ...]:
    return tuple(positive_integer(part) for part in text.split(","))


def _loopback_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or parts.port is None:
        raise argparse.ArgumentTypeError("must be http://127.0.0.1:PORT: the load stays here")
    return f"http://{parts.netloc}"


if __name__ == "__main__":
    sys.exit(main())
