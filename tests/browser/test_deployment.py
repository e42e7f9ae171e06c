"""A lesson on four processes behind HAProxy with PostgreSQL, all of them real: processes end."""

import asyncio
import os
import signal
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from benchmarks.app_server import POLL_SECONDS, ServerError
from benchmarks.app_session import Session
from benchmarks.proxied_app import COOKIE, ProxiedApp, haproxy
from mnist_app.classroom.store import ClassStore
from tests import postgres
from tests.bad_pictures import encoded
from tests.browser import shapes
from tests.browser.drawing_page import DrawingPage
from tests.browser.test_class import SMALL_PHONE, PupilPage
from tests.drawings import drawn
from tests.photographs import photographed

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RETURN_SECONDS = 15
"""Within which a pupil whose process was killed goes on."""
HANG_SECONDS = 15
"""Within which a process that hangs is taken out."""
AGREEMENT_SECONDS = 2
"""Within which pages of a class on different processes agree."""
LOSSES = r"Failed to load|when disconnected|not responding|reaching server|WebSocket|status of"
"""What the browser writes while a server is away."""


@pytest.fixture(scope="module")
def database():
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.server("deployment") as address:
        yield address


@pytest.fixture(scope="module")
def proxied(database):
    try:
        haproxy()
    except ServerError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    with ProxiedApp(4, database) as running:
        yield running


@pytest.fixture(autouse=True)
def _ends_of_processes(proxied, monitor):
    monitor.ignore(LOSSES)
    yield
    for server in proxied.servers:
        assert "Traceback" not in server.new_log()


@pytest.fixture
def store(database):
    opened = ClassStore.open(database)
    yield opened
    opened.close()


@pytest.fixture
def class_and_key(store):
    created, secret = store.create_class("7b", 1, datetime.now(UTC).date() + timedelta(days=1))
    yield created, secret
    store.delete_class(created)


def process_of(proxied, context):
    """The index of the process that serves a browser."""
    (found,) = [one for one in context.cookies() if one["name"] == COOKIE]
    return proxied.index_of(f"{COOKIE}={found['value']}")


def run(coroutine):
    """Run a coroutine in a thread of its own: this one has the event loop of Playwright."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(POLL_SECONDS)


def test_a_visitor_stays_with_a_process_and_visitors_are_spread(proxied):
    async def visit():
        async with AsyncExitStack() as stack:
            sessions = [
                await stack.enter_async_context(Session(proxied.url)) for _ in proxied.servers
            ]
            cookie = sessions[2].cookie
            again = await stack.enter_async_context(Session(proxied.url, cookie=cookie))
            for session in (*sessions, again):
                await session.open_page()
            assert again.cookie == cookie
            return [proxied.index_of(one.cookie) for one in sessions]

    assert sorted(run(visit())) == [0, 1, 2, 3]


def test_a_photo_is_uploaded_and_read_through_the_proxy(proxied, open_context):
    page = open_context(proxied.url).new_page()
    page.goto(f"{proxied.url}/photo")
    ink = np.hstack([drawn(digit, brush=16) for digit in (7, 2, 0)])
    picture = encoded(Image.fromarray(photographed(ink, spacing=60)), "JPEG", quality=92)
    page.locator("input[type=file]").set_input_files(
        {"name": "720.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )
    expect(page.get_by_text("720", exact=True).first).to_be_visible()


def test_a_lesson_goes_on_when_processes_are_killed(
    proxied, open_context, recognizer, store, class_and_key
):
    created, secret = class_and_key
    contexts = [open_context(proxied.url, **options) for options in (SMALL_PHONE, {}, {})]
    pupil = PupilPage(contexts[0].new_page())
    pupil.page.goto(f"{proxied.url}/class?code={created.code}")
    pupil.join()
    teacher = contexts[1].new_page()
    teacher.goto(f"{proxied.url}/class?key={secret}")
    drawing = DrawingPage(contexts[2].new_page(), proxied.url, recognizer)
    before = drawing.draw(shapes.DIGITS[4])
    processes = [process_of(proxied, context) for context in contexts]
    assert len(set(processes)) == 3

    delays = []
    for count in (1, 2):
        pupil.draw()
        kept_at = time.monotonic()
        expect(teacher.locator(".pupils .drawing")).to_have_count(count)
        delays.append(time.monotonic() - kept_at)
    assert min(delays) < AGREEMENT_SECONDS  # the load of this computer may delay one

    digit = pupil.digit()
    pupil.leave_ink(digit)
    with killed(proxied, processes[0], processes[2]):
        killed_at = time.monotonic()
        drawing.wait_for(lambda: drawing.connection() != "CONNECTED", lambda: "still connected")
        drawing.wait_for(lambda: drawing.connection() == "CONNECTED", lambda: "not connected")
        back = drawing.settled(lambda now: now.text == before.text, "another reading")
        expect(pupil.next).to_be_enabled()
        back_at = time.monotonic()
        assert np.array_equal(back.ink, before.ink)
        while "3 of 10" not in pupil.progress.inner_text():
            pupil.next.click()  # once more, if its ink has not arrived at the new process
            pupil.page.wait_for_timeout(1000)
        expect(pupil.progress).to_contain_text(f"Your {digit} is kept · 3 of 10")
        expect(teacher.locator(".pupils .drawing")).to_have_count(3)
        assert process_of(proxied, contexts[0]) not in (processes[0], processes[2])
        assert back_at - killed_at < RETURN_SECONDS
    kept = store.drawings(created)
    assert [one.label for one in kept][2] == digit
    assert len(kept) == 3


@contextmanager
def killed(proxied, *indices):
    """Kill processes; start them again at the end."""
    for index in indices:
        proxied.servers[index].kill()
    try:
        yield
    finally:
        proxied.stop(*indices)
        proxied.start(*indices)
        wait_for(lambda: all(state == "UP" for state in proxied.states()), HANG_SECONDS)


def test_a_rolling_restart_fails_no_request(proxied, open_context, recognizer):
    context = open_context(proxied.url)
    drawing = DrawingPage(context.new_page(), proxied.url, recognizer)
    before = drawing.draw(shapes.DIGITS[7])
    own = process_of(proxied, context)
    answers, is_over = [], threading.Event()

    def ask(number):
        cookie = {"Cookie": f"{COOKIE}=app{number + 1}"}
        while not is_over.wait(0.05):
            request = urllib.request.Request(f"{proxied.url}/_stcore/health", headers=cookie)
            try:
                with urllib.request.urlopen(request, timeout=10) as reply:
                    answers.append(reply.status)
            except (urllib.error.URLError, OSError) as error:
                answers.append(error)

    with ThreadPoolExecutor(4) as visitors:
        asking = [visitors.submit(ask, number) for number in range(4)]
        try:
            for half in ([own, (own + 1) % 4], [(own + 2) % 4, (own + 3) % 4]):
                proxied.stop(*half)
                proxied.start(*half)
                wait_for(lambda: all(one == "UP" for one in proxied.states()), HANG_SECONDS)
        finally:
            is_over.set()
        for one in asking:
            one.result()
    assert len(answers) > 50
    assert set(answers) == {200}
    drawing.wait_for(lambda: drawing.connection() == "CONNECTED", lambda: "not connected")
    assert np.array_equal(drawing.settled(lambda now: now.text == before.text).ink, before.ink)


def test_a_process_that_hangs_is_taken_out_and_comes_back(proxied):
    index = 1
    cookie = f"{COOKIE}=app{index + 1}"

    async def visit():
        async with Session(proxied.url, cookie=cookie) as session:
            hanging = proxied.servers[index].pid
            os.kill(hanging, signal.SIGSTOP)
            try:
                assert await session.wait_closed(HANG_SECONDS)
                async with Session(proxied.url, cookie=cookie) as other:
                    await other.open_page()
                    found = proxied.index_of(other.cookie)
            finally:
                os.kill(hanging, signal.SIGCONT)
            return found

    assert run(visit()) != index
    wait_for(lambda: proxied.states()[index] == "UP", HANG_SECONDS)
