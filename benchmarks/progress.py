"""How far a benchmark is, for whoever waits."""

import sys
from typing import Final

EVERY: Final = 50


def show(done: int, total: int, what: str) -> None:
    """Say on standard error that ``done`` of ``total`` were read, now and then and at the end."""
    if done % EVERY == 0 or done == total:
        end = "\n" if done == total else ""
        print(f"\r{what}: {done} of {total} read", end=end, file=sys.stderr, flush=True)
