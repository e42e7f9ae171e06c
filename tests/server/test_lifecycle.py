"""What the server prepares at its start: threads of OpenCV, open files, log, the browser."""

import logging
import subprocess
import sys
from pathlib import Path

import cv2
import pytest
from starlette.requests import ClientDisconnect
from starlette.websockets import WebSocketDisconnect, WebSocketDisconnected
from streamlit import cli_util, net_util
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from mnist_app.server import lifecycle, limits

ROOT = Path(__file__).resolve().parents[2]


def test_opencv_starts_no_threads():
    before = cv2.getNumThreads()
    lifecycle.limit_opencv_to_one_thread()
    try:
        assert cv2.getNumThreads() == 1
    finally:
        cv2.setNumThreads(before)


RESIZE_IN_THREADS = """
import threading
import cv2, numpy as np, psutil
from streamlit import cli_util, net_util

from mnist_app.server import lifecycle, limits

def resize_in_threads(count):
    image = np.zeros((340, 340), np.uint8)
    for _ in range(count):
        thread = threading.Thread(target=cv2.resize, args=(image, (28, 28)))
        thread.start()
        thread.join()

lifecycle.limit_opencv_to_one_thread()
resize_in_threads(500)
before = psutil.Process().memory_info().rss
resize_in_threads(6000)
print(psutil.Process().memory_info().rss - before)
"""


@pytest.mark.slow
def test_a_stroke_in_a_thread_of_its_own_keeps_no_memory():
    """In a process of its own, whose memory no other test changes."""
    done = subprocess.run(
        [sys.executable, "-c", RESIZE_IN_THREADS], cwd=ROOT, check=True, capture_output=True
    )
    assert int(done.stdout) < 3e6, "a kilobyte a thread would be 5 MB"


def theme():
    """The themes of a page as the first message of its runs names them, by Streamlit's function."""
    message = CustomThemeConfig()
    populate = app_session._populate_theme_msg
    populate(message)
    for part in ("light", "dark", "sidebar"):
        populate(getattr(message, part), f"theme.{part}")
    return message


def test_the_theme_is_read_once_and_is_the_same(monkeypatch):
    own = app_session._populate_theme_msg
    sections = []
    monkeypatch.setattr(
        app_session, "_populate_theme_msg", lambda *given: sections.append(given) or own(*given)
    )
    before = theme()
    assert len(sections) == 4
    assert before.HasField("light")
    lifecycle.compute_theme_once()
    assert [theme(), theme()] == [before, before]
    assert len(sections) == 8


@pytest.fixture
def soft_limit():
    """Set the soft limit of open files; it is put back."""
    resource = pytest.importorskip("resource", reason="Windows has no such limit")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield lambda soft: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_limit_of_open_files_is_raised_and_never_lowered(soft_limit, monkeypatch):
    import resource

    for soft, wanted, expected in [(256, 1000, 1000), (1000, 256, 1000), (300, 10**9, None)]:
        soft_limit(soft)
        monkeypatch.setattr(limits, "OPEN_FILES", wanted)
        lifecycle.raise_open_file_limit()
        now, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert now == (expected or (hard if hard != resource.RLIM_INFINITY else wanted))


@pytest.mark.parametrize("name", lifecycle.LOGGERS_OF_CONNECTIONS)
def test_a_lost_connection_is_no_line_in_the_log(name, monkeypatch):
    logger, written = logging.getLogger(name), []
    handler = logging.Handler()
    monkeypatch.setattr(handler, "emit", lambda record: written.append(record.getMessage()))
    monkeypatch.setattr(logger, "filters", [])
    monkeypatch.setattr(logger, "handlers", [handler])
    lifecycle.hide_lost_connections()
    for error in (ClientDisconnect(), WebSocketDisconnect(1006), WebSocketDisconnected()):
        logger.error("lost", exc_info=error)
    assert written == []
    logger.error("fault", exc_info=RuntimeError("another"))
    logger.error("without an exception")
    assert written == ["fault", "without an exception"]


def test_streamlit_asks_nobody_for_this_computers_address(monkeypatch):
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)
    monkeypatch.setattr(net_util, "get_internal_ip", net_util.get_internal_ip)
    lifecycle.stay_offline()
    assert (net_util.get_external_ip(), net_util.get_internal_ip()) == (None, None)


def test_a_computer_without_a_browser_is_no_error(monkeypatch):
    opened = []

    def fail(url):
        opened.append(url)
        raise FileNotFoundError("xdg-open")

    monkeypatch.setattr(cli_util, "open_browser", fail)
    lifecycle.open_browser()
    assert opened == ["http://localhost:8501"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have another C library")
def test_memory_that_one_thread_frees_serves_the_next():
    """Without the limit each of these threads has a heap of its own, which keeps what it frees."""
    code = """
import ctypes, threading
from mnist_app.server import lifecycle
lifecycle.limit_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = (
    ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p])
barrier, places = threading.Barrier(12), []
def work():
    barrier.wait()
    place = libc.malloc(1000)
    places.append(place >> 26)  # a heap lies within 64 MB
    barrier.wait()
    libc.free(place)
threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(set(places)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) <= limits.HEAPS
