"""Attacks through sessions of the app: hostile messages, and uploads of hostile pictures."""

import asyncio
import random
from collections.abc import Callable, Iterator
from functools import cache, partial

from benchmarks.app_session import Session
from benchmarks.attack import hostile_messages, hostile_pictures, picture_check
from benchmarks.attack.attack_report import Outcome
from benchmarks.attack.hostile_client import (
    AttackError,
    HostileClient,
    outcome_of_status,
    page_outcome,
)
from benchmarks.raw_connection import upload
from mnist_app.worker_pool import WorkerPool

CLOSING_SECONDS = 3.0
"""Seconds within which the server must close a connection whose message it refuses."""
MUTATED_PER_BUILT = 40
"""Number of mutated pictures that are read after each built one."""
UPLOADS_PER_SESSION = 5


async def attack_with_messages(client: HostileClient) -> None:
    """Send every hostile message, each in a session of its own, again and again."""
    drawings = {name: cache(make) for name, make in hostile_messages.drawings().items()}
    while True:
        for attack, make in drawings.items():
            await client.attempt(attack, partial(_draw, make=make))
            for _ in range(5):
                wrong = hostile_messages.wrong_types(client.rng)
                draw = partial(_draw, make=partial(str, wrong))
                await client.attempt("drawing with wrong types", draw, wrong[-100:])
        for message in hostile_messages.foreign_kinds().values():
            await client.attempt("message of a foreign kind", partial(_send_foreign, data=message))
            await client.attempt("unparsable message", _send_unparsable)
        await client.attempt(f"flood of {hostile_messages.FLOOD} tiny messages", _flood)


async def attack_with_pictures(client: HostileClient) -> None:
    """Upload built and mutated pictures on the Photo page, again and again."""
    pictures = _pictures(client.rng)
    while True:
        await client.attempt("session for pictures", partial(_upload_some, pictures=pictures))


async def read_pictures(client: HostileClient) -> None:
    """Read built and mutated pictures with the library in a child process, again and again."""
    pictures, pool = _pictures(client.rng, MUTATED_PER_BUILT), picture_check.checker()
    try:
        while True:
            name, make, attack = next(pictures)
            reading = partial(_read, pool=pool, name=name, make=make)
            await client.attempt(f"{attack}, read by the library", reading, name)
    finally:
        pool.close()


def _pictures(
    rng: random.Random, mutated_per_built: int = 3
) -> Iterator[tuple[str, Callable[[], bytes], str]]:
    """Yield the name of a picture, what makes it, and the kind of picture, endlessly."""
    mutated = hostile_pictures.mutated(rng.randrange(2**32))
    while True:
        for name, make in hostile_pictures.built().items():
            yield name, make, "built picture"
            for _ in range(mutated_per_built):
                mutated_name, content = next(mutated)
                yield mutated_name, partial(bytes, content), "mutated picture"


async def _draw(client: HostileClient, *, make: Callable[[], str]) -> Outcome:
    """Send a value of the canvas; a session that goes on must still have its canvas."""
    async with client.session() as session:
        await session.open_page()
        await session.send_canvas_value(make())
        outcome = page_outcome(session)
        await session.send_canvas([])
        session.canvas()
        return outcome


async def _send_foreign(client: HostileClient, *, data: bytes) -> Outcome:
    async with client.session() as session:
        await session.open_page()
        await session.send(data)
        closed = await session.wait_closed(CLOSING_SECONDS)
        return Outcome.REFUSED if closed else Outcome.FAILED


async def _send_unparsable(client: HostileClient) -> Outcome:
    async with client.session() as session:
        await session.open_page()
        await session.send(hostile_messages.unparsable(client.rng))
        closed = await session.wait_closed(CLOSING_SECONDS)
        return Outcome.REFUSED if closed else Outcome.LEFT


async def _flood(client: HostileClient) -> Outcome:
    async with client.session() as session:
        await session.open_page()
        for _ in range(hostile_messages.FLOOD):
            await session.send(hostile_messages.tiny())
        closed = await session.wait_closed(CLOSING_SECONDS)
        return Outcome.REFUSED if closed else Outcome.LEFT


async def _upload_some(
    client: HostileClient, *, pictures: Iterator[tuple[str, Callable[[], bytes], str]]
) -> Outcome:
    async with client.session() as session:
        await session.open_page("photo")
        for _ in range(UPLOADS_PER_SESSION):
            name, make, attack = next(pictures)
            content = await asyncio.to_thread(make)
            action = partial(_upload, session=session, name=name, content=content)
            await client.attempt(f"{attack}, uploaded", action, name)
        return Outcome.ANSWERED


async def _upload(client: HostileClient, *, session: Session, name: str, content: bytes) -> Outcome:
    status = await upload(session, client.url, name, content, client.sender)
    if status != 204:
        return outcome_of_status(status)
    page_outcome(session)
    return Outcome.REFUSED if session.page.errors() else Outcome.ANSWERED


async def _read(
    client: HostileClient, *, pool: WorkerPool, name: str, make: Callable[[], bytes]
) -> Outcome:
    content = await asyncio.to_thread(make)
    checked = await asyncio.to_thread(picture_check.check, pool, name, content, client.slack)
    if checked.failure:
        raise AttackError(checked.failure)
    if checked.refused and name in hostile_pictures.MUST_BE_READ:
        raise AttackError("ordinary cameras write such files, and it was refused")
    return Outcome.REFUSED if checked.refused else Outcome.ANSWERED
