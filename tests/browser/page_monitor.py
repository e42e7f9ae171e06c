"""Records errors in the console and requests to other hosts, on every page of a test."""

import re
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

_LOCAL_SCHEMES: Final = ("data", "blob", "about")


class PageMonitor:
    """Records the ``problems`` of all pages of the browser contexts that it observes."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._ignored: list[re.Pattern[str]] = []

    def ignore(self, pattern: str) -> None:
        """Do not record console errors that the regular expression ``pattern`` finds."""
        self._ignored.append(re.compile(pattern))

    def observe(self, context: BrowserContext, url: str) -> None:
        """Observe all pages of ``context``, which may contact the host and port of ``url`` only."""
        host = urlsplit(url).netloc

        def request_to(address: str) -> None:
            parts = urlsplit(address)
            if parts.scheme not in _LOCAL_SCHEMES and parts.netloc != host:
                self.problems.append(f"request to another host: {address}")

        def on_request(request: Request) -> None:
            request_to(request.url)

        def on_websocket(websocket: WebSocket) -> None:
            request_to(websocket.url)

        def on_page(page: Page) -> None:
            page.on("websocket", on_websocket)

        context.on("request", on_request)
        context.on("page", on_page)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(p.search(message.text) for p in self._ignored):
            self.problems.append(f"error in the console: {message.text}")

    def _on_error(self, error: WebError) -> None:
        self.problems.append(f"uncaught error in the page: {error.error}")
