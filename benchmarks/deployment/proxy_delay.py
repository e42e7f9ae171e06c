"""What the proxy adds to the time of an answer: the same session's strokes with it and without."""

import asyncio
import random
import time
from statistics import median
from typing import Any, Final

from benchmarks.app_session import Session
from benchmarks.load_test.digit_strokes import draw_digit, fabric_objects
from benchmarks.proxied_app import ProxiedApp

DELAY_LIMIT: Final = 0.005
"""Maximum median of the added time, in seconds."""


def measure(database_url: str, answers: int) -> tuple[dict[str, Any], str, bool]:
    """Return the median of ``answers`` of one process directly and through the proxy, in turns."""
    with ProxiedApp(1, database_url) as app:
        direct, proxied = asyncio.run(_answer_seconds([app.servers[0].url, app.url], answers))
    added = median(proxied) - median(direct)
    text = (
        f"an answer takes {1000 * median(direct):.1f} ms directly and "
        f"{1000 * median(proxied):.1f} ms through the proxy, medians of {answers}: "
        f"{1000 * added:+.1f} ms (at most {1000 * DELAY_LIMIT:.0f})"
    )
    return {"direct": median(direct), "proxied": median(proxied)}, text, added <= DELAY_LIMIT


async def _answer_seconds(urls: list[str], answers: int) -> list[list[float]]:
    found: list[list[float]] = [[] for _ in urls]
    hand = random.Random(0)
    async with Session(urls[0]) as first, Session(urls[1]) as second:
        sessions = (first, second)
        for session in sessions:
            await session.open_page()
        for number in range(answers):
            for session, seconds in zip(sessions, found, strict=True):
                canvas, _ = session.canvas()
                drawn = draw_digit(number % 10, hand, canvas["canvasWidth"])
                width, colour = canvas["strokeWidth"], canvas["strokeColor"]
                objects = fabric_objects(drawn.strokes, width, colour)
                begun = time.perf_counter()
                await session.send_canvas(objects)
                seconds.append(time.perf_counter() - begun)
                await asyncio.sleep(0.1)  # below the messages that a connection may send
    return found
