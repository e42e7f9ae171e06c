"""The server, the browser and the tabs that the browser tests share."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from benchmarks import chromium
from benchmarks.app_server import AppServer
from mnist_app import Recognizer
from mnist_app.classroom.store import ClassStore
from tests.browser.drawing_page import TIMEOUT_SECONDS, DrawingPage
from tests.browser.interruptible_connection import InterruptibleConnection
from tests.browser.page_monitor import PageMonitor
from tests.browser.pointers import Finger

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

PHONE_USER_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36"
)
"""User agent of a phone, for which Streamlit closes the menu of pages by itself."""

expect.set_options(timeout=1000 * TIMEOUT_SECONDS)

OpenPage = Callable[..., DrawingPage]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with a fresh profile."""
    try:
        launched = chromium.launch(playwright)
    except chromium.ChromiumError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield launched
    launched.close()


@pytest.fixture(scope="package")
def app() -> Iterator[AppServer]:
    """The app as `streamlit run app.py` starts it, with an empty home folder."""
    with AppServer() as server:
        yield server


@pytest.fixture
def store(app: AppServer) -> Iterator[ClassStore]:
    """The server's own database of classes, opened beside it."""
    opened = ClassStore.open(app.database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def recognizer() -> Recognizer:
    """The library with the model that the page selects first, as the oracle for the page."""
    return Recognizer.load()


@pytest.fixture(autouse=True)
def monitor(request: pytest.FixtureRequest) -> Iterator[PageMonitor]:
    """Fail on console errors, requests to other hosts, and tracebacks of the server."""
    monitor = PageMonitor()
    yield monitor
    assert monitor.problems == []
    if "app" in request.fixturenames:
        written = request.getfixturevalue("app").new_log()
        assert "Traceback" not in written, written


@pytest.fixture
def open_context(browser: Browser, monitor: PageMonitor) -> Iterator[Callable[..., BrowserContext]]:
    """Open a monitored browser context for a URL; the options are Playwright's."""
    contexts = []

    def open_one(url: str, **options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"viewport": DESKTOP, "reduced_motion": "reduce", **options}
        )
        context.set_default_timeout(1000 * TIMEOUT_SECONDS)
        monitor.observe(context, url)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(
    open_context: Callable[..., BrowserContext], app: AppServer, recognizer: Recognizer
) -> OpenPage:
    """Open the Draw page in a new browser context; arguments are Playwright's."""

    def open_one(url: str = app.url, **options: Any) -> DrawingPage:
        return DrawingPage(open_context(url, **options).new_page(), url, recognizer)

    return open_one


@pytest.fixture
def desktop(open_page: OpenPage) -> DrawingPage:
    """The Draw page on a desktop computer, with a mouse."""
    return open_page()


@pytest.fixture
def phone(open_page: OpenPage) -> DrawingPage:
    """The Draw page on a phone, with a finger."""
    opened = open_page(**PHONE)
    opened.pointer = Finger(opened.page)
    return opened


@pytest.fixture
def interruptible_connection(app: AppServer) -> Iterator[InterruptibleConnection]:
    """A connection to the server that the test can cut."""
    connection = InterruptibleConnection(app.port)
    yield connection
    connection.close()
