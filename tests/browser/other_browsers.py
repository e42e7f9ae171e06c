"""Firefox and WebKit, driven by the protocols of the W3C that Debian's packages speak themselves.

Firefox speaks WebDriver BiDi on a websocket; WebKitGTK's MiniBrowser is driven by WebKitWebDriver,
which speaks WebDriver over HTTP. Both take the same input actions.
"""

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from websockets.sync.client import ClientConnection, connect

from benchmarks.app_server import HOST, free_port

WIDTH, HEIGHT = 1280, 900
"""Size of the window in pixels."""
ANSWER_SECONDS: Final = 60.0
"""Maximum time of one command, and until a browser has started, on a busy machine."""
FIREFOX_NAMES: Final = ("firefox-esr", "firefox")
MINI_BROWSERS: Final = "*/webkit2gtk-4.1/MiniBrowser"
"""Below /usr/lib; it comes with the library, for tests such as these."""

Actions = Sequence[Mapping[str, object]]
_T = TypeVar("_T")


class MissingBrowserError(Exception):
    """A browser or a part that it needs is not installed; the message names the part."""


class OtherBrowser(Protocol):
    """A browser with one window; ``devices`` are the pointers that its driver has."""

    devices: tuple[str, ...]

    def open(self, url: str) -> None:
        """Go to a page, and return when it has loaded."""

    def evaluate(self, script: str, *arguments: object) -> Any:
        """Call a JavaScript function; arguments and result are JSON."""

    def act(self, device: str, actions: Actions) -> None:
        """Let a pointer do what WebDriver calls pointer actions. What is pressed stays pressed."""

    def choose_file(self, selector: str, file: Path) -> None:
        """Choose a file in the ``<input>`` that the CSS selector finds."""

    def errors(self) -> list[str]:
        """Return the errors in the console since the last call; none if the driver has no way."""


def _call(script: str, arguments: Sequence[object]) -> str:
    """Return an expression whose value is the result of a function, as JSON."""
    function = script.rstrip().removesuffix(";")
    return f"JSON.stringify(({function})(...{json.dumps(arguments)}) ?? null)"


def _pointer(device: str, actions: Actions) -> list[dict[str, object]]:
    parameters = {"pointerType": device}
    return [{"type": "pointer", "id": device, "parameters": parameters, "actions": [*actions]}]


class Firefox:
    """Firefox, over its own websocket; its driver refuses pens."""

    devices = ("mouse", "touch")

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._errors: list[str] = []
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=["log.entryAdded"])
        self._tab = self._send("browsingContext.getTree")["contexts"][0]["context"]
        size = {"width": WIDTH, "height": HEIGHT}
        self._send("browsingContext.setViewport", context=self._tab, viewport=size)

    def open(self, url: str) -> None:
        self._send("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def evaluate(self, script: str, *arguments: object) -> Any:
        answer = self._send(
            "script.evaluate",
            expression=_call(script, arguments),
            target={"context": self._tab},
            awaitPromise=False,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def act(self, device: str, actions: Actions) -> None:
        self._send("input.performActions", context=self._tab, actions=_pointer(device, actions))

    def choose_file(self, selector: str, file: Path) -> None:
        locator = {"type": "css", "value": selector}
        found = self._send("browsingContext.locateNodes", context=self._tab, locator=locator)
        element = {"sharedId": found["nodes"][0]["sharedId"]}
        self._send("input.setFiles", context=self._tab, element=element, files=[str(file)])

    def errors(self) -> list[str]:
        self._send("session.status")  # what the console has written comes before the answer
        new, self._errors = self._errors, []
        return new

    def _send(self, method: str, **parameters: object) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=ANSWER_SECONDS))
            if message.get("method") == "log.entryAdded":
                entry = message["params"]
                if entry["level"] == "error":
                    self._errors.append(entry["text"])
            if message.get("id") == number:
                assert message["type"] == "success", message["message"]
                return message["result"]


class WebKit:
    """WebKitGTK's MiniBrowser, through WebKitWebDriver; it does not tell what the console says."""

    devices = ("mouse", "touch", "pen")

    def __init__(self, url: str, binary: Path) -> None:
        self._url = url
        options = {"binary": str(binary), "args": ["--automation"]}
        capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = _http("POST", f"{url}/session", {"capabilities": capabilities})
        self._url = f"{url}/session/{session['sessionId']}"
        self._send("window/rect", x=0, y=0, width=WIDTH, height=HEIGHT)

    def open(self, url: str) -> None:
        self._send("url", url=url)

    def evaluate(self, script: str, *arguments: object) -> Any:
        return json.loads(
            self._send("execute/sync", script=f"return {_call(script, arguments)}", args=[])
        )

    def act(self, device: str, actions: Actions) -> None:
        self._send("actions", actions=_pointer(device, actions))

    def choose_file(self, selector: str, file: Path) -> None:
        (element,) = self._send("element", using="css selector", value=selector).values()
        self._send(f"element/{element}/value", text=str(file))

    def errors(self) -> list[str]:
        return []

    def close(self) -> None:
        """End the session and the browser."""
        _http("DELETE", self._url)

    def _send(self, command: str, **parameters: object) -> Any:
        return _http("POST", f"{self._url}/{command}", parameters)


@contextlib.contextmanager
def firefox() -> Iterator[Firefox]:
    """Run Firefox with a fresh profile."""
    program = next(filter(None, map(shutil.which, FIREFOX_NAMES)), None)
    if program is None:
        raise MissingBrowserError("Firefox")
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # 1 is WebDriver BiDi.
        Path(profile, "user.js").write_text('user_pref("remote.active-protocols", 1);\n')
        arguments = ["--headless", "--no-remote", "--profile", profile]
        arguments += ["--remote-debugging-port", str(port)]
        with (
            _running([program, *arguments], {"HOME": profile}),
            _once_up(lambda: connect(f"ws://{HOST}:{port}/session", max_size=None)) as socket,
        ):
            yield Firefox(socket)


@contextlib.contextmanager
def webkit() -> Iterator[WebKit]:
    """Run WebKitGTK's MiniBrowser on a display that nobody sees."""
    binary = next(Path("/usr/lib").glob(MINI_BROWSERS), None)
    for name in ("WebKitWebDriver", "Xvfb"):
        if shutil.which(name) is None:
            raise MissingBrowserError(name)
    if binary is None:
        raise MissingBrowserError("WebKitGTK's MiniBrowser")
    screen = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    port = free_port()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        _running(screen, {}) as server,
    ):
        assert server.stdout is not None
        display = server.stdout.readline().decode().strip()
        environment = {"HOME": home, "DISPLAY": f":{display}"}
        with _running(["WebKitWebDriver", f"--port={port}"], environment):
            url = f"http://{HOST}:{port}"
            _once_up(lambda: _http("GET", f"{url}/status"))
            browser = WebKit(url, binary)
            try:
                yield browser
            finally:
                browser.close()


@contextlib.contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE if command[0] == "Xvfb" else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _once_up(connect_to: Callable[[], _T]) -> _T:
    """Return the result of ``connect_to`` as soon as it meets no closed port."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        try:
            return connect_to()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _http(method: str, url: str, body: Mapping[str, object] | None = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, content, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise AssertionError(error.read().decode()) from error
