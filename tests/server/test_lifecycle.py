"""What the server prepares at its start: threads of OpenCV, open files, the browser."""

import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from mnist_app.server import lifecycle

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
from mnist_app.server import lifecycle

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
