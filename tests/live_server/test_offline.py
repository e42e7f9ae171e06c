"""The server process sends nothing to another machine: at its start, or while somebody draws.

Every contact that the server's Python code tries is written down by an audit hook before it is
made, and refused unless it stays on this computer, so that the tests themselves are safe to run.
Where strace works, the same is seen from outside the process, native libraries included.
"""

import asyncio
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from benchmarks.app_server import HOST, ROOT, AppServer, ServerError
from benchmarks.app_session import Session
from benchmarks.load_test.digit_strokes import draw_digit, fabric_objects

READY_WITHIN = 60.0  # seconds from the command to the page, on a busy computer
LAN = "--server.address=0.0.0.0"
FOREIGN_ORIGIN = "http://elsewhere.example"

HOOK = """
import os, socket, sys

LOG = os.open(os.environ["CONTACTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
HERE = ("127.", "::1", "::ffff:127.", "localhost", "0.0.0.0")
OWN = tuple(os.environ.get("OWN_ADDRESSES", "").split())

def is_here(host):
    host = host.decode() if isinstance(host, bytes) else host
    return not host or host == "::" or host.startswith(HERE) or host in OWN

def note(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) and address else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    else:
        return
    if host is not None and not is_here(host):
        os.write(LOG, f"{event} {host}\\n".encode())
        raise PermissionError(f"{event} {host}: refused by the test")

sys.addaudithook(note)
"""


@pytest.fixture
def fresh_home(tmp_path):
    """An environment as on a laptop on which Streamlit has never run, watched by the hook."""
    home, hook, commands = (tmp_path / name for name in ("home", "hook", "bin"))
    for folder in (home, hook, commands):
        folder.mkdir()
    (hook / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    for opener in ("xdg-open", "open"):  # instead of a browser
        (commands / opener).write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/opened\n')
        (commands / opener).chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if k in ("LANG", "LC_ALL", "SYSTEMROOT", "TEMP")}
    return {
        **kept,
        "PATH": os.pathsep.join([str(commands), os.environ["PATH"]]),
        "HOME": str(home),
        "USERPROFILE": str(home),
        **{f"XDG_{kind}_HOME": str(home / kind) for kind in ("CONFIG", "CACHE", "DATA")},
        "PYTHONPATH": str(hook),
        "CONTACTS": str(tmp_path / "contacts"),
        "OWN_ADDRESSES": " ".join(own_addresses()),
    }


def own_addresses() -> list[str]:
    """Return this computer's IPv4 addresses in its networks, loopback not among them."""
    found = (a.address for addresses in psutil.net_if_addrs().values() for a in addresses)
    return [a for a in found if re.fullmatch(r"[\d.]+", a) and not a.startswith("127.")]


def contacts(environment: Mapping[str, str]) -> list[str]:
    """Return what the server tried to reach outside this computer so far."""
    log = Path(environment["CONTACTS"])
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


async def draw_a_digit(url: str) -> str:
    """Open the page, draw a seven, return the first words of the reading."""
    async with Session(url) as session:
        await session.open_page()
        canvas, _ = session.canvas()
        strokes = draw_digit(7, random.Random(7), canvas["canvasWidth"]).strokes
        await session.send_canvas(
            fabric_objects(strokes, canvas["strokeWidth"], canvas["strokeColor"])
        )
        assert session.page.errors() == []
        data = json.loads(session.page.container("prediction")[0].bidi_component.json)
        digit: str = data["reading"]["digit"]
        return digit


def refuses(url: str, origin: str) -> bool:
    """Whether a page from `origin` is refused a session at `url`."""

    async def knock() -> None:
        async with Session(url, origin=origin):
            pass

    try:
        asyncio.run(knock())
    except InvalidStatus as refusal:
        return refusal.response.status_code == 403
    return False


def status_for_host(port: int, host: str) -> int:
    """Return the status of the front page for a request that names this host."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", "/", headers={"Host": host})
    status = connection.getresponse().status
    connection.close()
    return status


def wait_until_started(server: AppServer) -> str:
    """Wait until the server has told its address, the last thing it does; return what it said."""
    deadline = time.monotonic() + READY_WITHIN
    while "URL: " not in server.log():
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.1)
    return server.log()


def probe(code: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a few lines of Python under the hook."""
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('203.0.113.1', 80), 1)",
        "import socket; socket.getaddrinfo('host.invalid', 80)",
        "import socket; socket.gethostbyname('host.invalid')",
        "import socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM).sendto(b'x', ('203.0.113.1', 9))",
        "import socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM).connect(('203.0.113.1', 9))",
        "import urllib.request as r; r.urlopen('http://203.0.113.1/', timeout=1)",
        "import requests; requests.get('https://host.invalid/', timeout=1)",
    ],
)
def test_the_hook_sees_and_refuses_every_way_out(fresh_home, code):
    tried = probe(code, fresh_home)
    assert tried.returncode != 0
    assert "refused by the test" in tried.stderr
    assert len(contacts(fresh_home)) >= 1


def test_the_hook_leaves_this_computer_alone(fresh_home):
    code = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
    socket.create_connection(("localhost", server.getsockname()[1])).close()
"""
    tried = probe(code, fresh_home)
    assert tried.returncode == 0, tried.stderr
    assert contacts(fresh_home) == []


@pytest.mark.slow
def test_without_our_settings_streamlit_asks_outside_and_that_is_seen(fresh_home, tmp_path):
    (tmp_path / "app.py").write_text("import streamlit as st; st.write(1)", encoding="utf-8")
    with AppServer(tmp_path, [LAN, "--server.headless=true"], fresh_home) as server:
        wait_until_started(server)
    assert any("amazonaws" in contact for contact in contacts(fresh_home))


@pytest.mark.slow
def test_without_our_settings_the_first_start_asks_and_that_is_seen(fresh_home):
    flags = ["--server.headless=false", "--server.showEmailPrompt=true"]
    with pytest.raises(ServerError, match=r"(?i)e-?mail"), AppServer(ROOT, flags, fresh_home):
        pass


HEADLESS, LAPTOP = "--server.headless=true", "--server.headless=false"


def class_flags(*screen: str) -> list[str]:
    """Return the options of docs/classroom.md for the first address of this computer."""
    address = (own_addresses() or [HOST])[0]
    return [LAN, f"--browser.serverAddress={address}", *screen]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("network", "screen"), [(None, None), (None, LAPTOP), (LAN, None), (LAN, LAPTOP)]
)
def test_a_first_start_and_a_drawing_ask_nobody_anything(fresh_home, network, screen):
    """Without a screen: in the two tests below."""
    begun = time.monotonic()
    screens = [screen] if screen else []
    flags = class_flags(*screens) if network == LAN else screens
    with AppServer(ROOT, flags, fresh_home) as server:
        said = wait_until_started(server)
        assert time.monotonic() - begun < READY_WITHIN
        assert asyncio.run(draw_a_digit(server.url)) in set("0123456789?")
        for address in own_addresses()[:1]:
            from_outside = f"http://{address}:{server.port}"
            if network == LAN:
                assert asyncio.run(draw_a_digit(from_outside)) in set("0123456789?")
            else:
                with pytest.raises(OSError, match=r"refused|Connect call failed"):
                    asyncio.run(draw_a_digit(from_outside))
        assert "email" not in said.lower()
        assert "statistics" not in said.lower()
    assert contacts(fresh_home) == []


@pytest.mark.slow
def test_the_class_command_prints_its_address_and_answers_no_other_name(fresh_home):
    address = (own_addresses() or [HOST])[0]
    with AppServer(ROOT, class_flags(HEADLESS), fresh_home) as server:
        named = f"http://{address}:{server.port}"
        assert f"URL: {named}" in wait_until_started(server)
        check_pages_from_elsewhere(server.url, fresh_home)
        assert asyncio.run(draw_a_digit(named)) in set("0123456789?")
        assert status_for_host(server.port, f"{address}:{server.port}") == 200
        for foreign in ("elsewhere.example", f"elsewhere.example:{server.port}", f"{address}.x"):
            assert status_for_host(server.port, foreign) == 421
    assert contacts(fresh_home) == []


@pytest.mark.slow
def test_a_page_from_elsewhere_is_refused_without_asking_anybody(fresh_home):
    with AppServer(ROOT, [HEADLESS], fresh_home) as server:
        check_pages_from_elsewhere(server.url, fresh_home)
    assert contacts(fresh_home) == []


def check_pages_from_elsewhere(url: str, environment: Mapping[str, str]) -> None:
    assert refuses(url, FOREIGN_ORIGIN), "before the first visitor"
    assert contacts(environment) == []
    asyncio.run(draw_a_digit(url))
    assert refuses(url, FOREIGN_ORIGIN), "after the first visitor"
    assert refuses(url, "http://localhost:3000"), "another page of this computer"
    assert not refuses(url, url)


def files_in(*folders: Path) -> dict[Path, int]:
    """Return every file below these folders with the time of its last change."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path: path.stat().st_mtime_ns for path in files}


async def ask(url: str, message: BackMsg) -> None:
    """Send a message that no page sends; the websocket is closed."""
    async with connect(
        url.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=["streamlit"],
        origin=url,
    ) as socket:
        await socket.send(message.SerializeToString())
        with pytest.raises(ConnectionClosed, match="1009"):
            await asyncio.wait_for(read_to_the_end(socket), READY_WITHIN)


async def read_to_the_end(socket: ClientConnection) -> None:
    while True:
        await socket.recv()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the commands that open a browser are fakes")
def test_a_start_with_a_screen_opens_the_page_once_and_no_visitor_writes_a_file(
    fresh_home, tmp_path
):
    checkout = tmp_path / "checkout"
    leave_out = shutil.ignore_patterns("__pycache__")
    for name in ("mnist_app", ".streamlit"):
        shutil.copytree(ROOT / name, checkout / name, ignore=leave_out)
    shutil.copy(ROOT / "app.py", checkout)
    (checkout / "pretrained").symlink_to(ROOT / "pretrained")
    environment = {**fresh_home, "PYTHONDONTWRITEBYTECODE": "1"}
    opened = tmp_path / "opened"
    with AppServer(checkout, [LAPTOP], environment) as server:
        asyncio.run(draw_a_digit(server.url))
        deadline = time.monotonic() + READY_WITHIN
        while not opened.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        before = files_in(checkout, Path(fresh_home["HOME"]))
        for field in ("backend_operation_request", "load_git_info", "clear_cache"):
            message = BackMsg()
            if isinstance(getattr(message, field), bool):
                setattr(message, field, True)
            else:
                getattr(message, field).SetInParent()
            asyncio.run(ask(server.url, message))
        assert refuses(server.url, "http://localhost:3000")
        asyncio.run(draw_a_digit(server.url))
        assert files_in(checkout, Path(fresh_home["HOME"])) == before
        os.kill(server.pid, signal.SIGINT)
        psutil.Process(server.pid).wait(READY_WITHIN)
        assert "Traceback" not in server.log()
        assert opened.read_text().split() == [f"http://localhost:{server.port}"]
    assert contacts(fresh_home) == []


@pytest.mark.slow
def test_the_kernel_sees_no_contact_either(fresh_home, tmp_path):
    """Of the server for a class, which asks for more than one that this computer alone reaches."""
    trace = tmp_path / "trace"
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    # With --seccomp-bpf the server stops for these calls alone.
    wrapper = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", calls, "-o", str(trace)]
    if not shutil.which("strace") or subprocess.run([*wrapper, "true"], check=False).returncode:
        pytest.skip("strace is not installed or may not trace here")
    with AppServer(ROOT, class_flags(HEADLESS), fresh_home, wrapper) as server:
        wait_until_started(server)
        asyncio.run(draw_a_digit(server.url))
    lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert outside(lines) == []


INTERNET_ADDRESS = re.compile(r'inet_addr\("([\d.]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


def outside(lines: Sequence[str]) -> list[str]:
    """Return the traced calls that name an address which is not this computer's."""
    here = ("127.", "0.0.0.0", "::1", "::ffff:127.", *own_addresses())
    found = []
    for line in lines:
        named = [v4 or v6 for v4, v6 in INTERNET_ADDRESS.findall(line)]
        if any(not address.startswith(here) for address in named):
            found.append(line)
    return found


def test_outside_addresses_are_found_in_a_trace():
    here = 'connect(3, {sa_family=AF_INET, sin_port=80, sin_addr=inet_addr("127.0.0.1")}, 16) = 0'
    lines = [
        here,
        here.replace("127.0.0.1", "203.0.113.9"),
        'connect(3, {sa_family=AF_UNIX, sun_path="/run/nscd"}, 110) = -1 ENOENT',
        'connect(3, {sa_family=AF_INET6, inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = 0',
        'connect(3, {sa_family=AF_INET6, inet_pton(AF_INET6, "::1", &sin6_addr)}, 28) = 0',
        'sendto(5, "x", 1, 0, {sa_family=AF_INET, sin_addr=inet_addr("8.8.8.8")}, 16) = 1',
    ]
    assert outside(lines) == [lines[1], lines[3], lines[5]]
