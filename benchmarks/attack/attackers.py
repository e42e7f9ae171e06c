"""All hostile clients at once, in a process of their own, for a number of seconds."""

import asyncio
import os
import random
import sys
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Final

from benchmarks.attack.attack_report import MAXIMUM_SLACK, AttackTally
from benchmarks.attack.hostile_client import HostileClient
from benchmarks.attack.session_attacks import (
    attack_with_messages,
    attack_with_pictures,
    read_pictures,
)
from benchmarks.attack.socket_attacks import (
    attack_with_connections,
    attack_with_files,
    attack_with_resets,
)

ATTACKS: Final[dict[str, Callable[[HostileClient], Awaitable[None]]]] = {
    "messages": attack_with_messages,
    "files": attack_with_files,
    "connections": attack_with_connections,
    "pictures": attack_with_pictures,
    "resets": attack_with_resets,
    "library": read_pictures,
}
"""What the clients do, one client each, by name; the last does not attack the server."""
NICENESS: Final = 5
"""Priority of the attackers' process below the server's and the neighbours', as if they were on
another computer."""


def run_attackers(
    url: str, seconds: float, seed: int, names: Collection[str], slack: float = 1.0
) -> AttackTally:
    """Attack the server at ``url`` for ``seconds``; return what became of every attempt.

    ``names`` are those of the attacks. It must run in a process of its own: its priority is lower
    afterwards, and the decoders' messages on standard error are lost.
    """
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 (no path)
        os.dup2(nothing.fileno(), 2)
    return asyncio.run(_attack(url, seconds, seed, names, min(slack, MAXIMUM_SLACK)))


async def _attack(
    url: str, seconds: float, seed: int, names: Collection[str], slack: float
) -> AttackTally:
    clients = {
        name: HostileClient(url, local_address(number), random.Random(f"{seed}/{name}"), slack)
        for number, name in enumerate(ATTACKS)
        if name in names
    }
    running = [asyncio.ensure_future(ATTACKS[name](client)) for name, client in clients.items()]
    await asyncio.wait(running, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for attack in running:
        attack.cancel()
    tally = AttackTally()
    for client, attack in zip(clients.values(), running, strict=True):
        with suppress(asyncio.CancelledError):
            await attack
        tally.merge(client.tally)
    return tally


def local_address(number: int) -> str | None:
    """Return a loopback address for a client, so that each seems to be another computer.

    Linux has 16 million of them, other systems one, for which None stands.
    """
    return f"127.0.1.{number + 1}" if sys.platform == "linux" else None
