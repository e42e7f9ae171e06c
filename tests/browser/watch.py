"""What must never happen on any page: errors in the console, requests to other hosts."""

import re
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

_WITHIN_THE_PAGE: Final = ("data", "blob", "about")


class Watch:
    """Collects complaints about everything that browser contexts do."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    def expect(self, pattern: str) -> None:
        """Do not complain about console messages that this regular expression finds."""
        self._expected.append(re.compile(pattern))

    def over(self, context: BrowserContext, url: str) -> None:
        """Watch all pages of ``context``, which may speak to the host and port of ``url`` only."""
        host = urlsplit(url).netloc

        def request_to(address: str) -> None:
            parts = urlsplit(address)
            if parts.scheme not in _WITHIN_THE_PAGE and parts.netloc != host:
                self.complaints.append(f"request to another host: {address}")

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
        if message.type == "error" and not any(p.search(message.text) for p in self._expected):
            self.complaints.append(f"error in the console: {message.text}")

    def _on_error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught error in the page: {error.error}")
