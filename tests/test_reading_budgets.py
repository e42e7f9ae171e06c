"""Budgets of reading: pictures of anything take bounded time and memory, and raise one error."""

import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from mnist_app import InvalidImageError, Recognizer
from mnist_app.preprocessing.normalize import MAXIMUM_CROP_SIDE, normalization_steps
from mnist_app.preprocessing.strokes import Stroke
from mnist_app.segmentation import connected_components, decoder, lattice
from mnist_app.segmentation.connected_components import find_components
from tests.drawings import strokes_of

LOAD = 3.0
"""How many times longer than on a quiet core a reading may take, in CPU seconds."""
MEGAPIXELS_12, MEGAPIXELS_64 = (3000, 4000), (8000, 8000)


def noise(height, width, grain=1, *channels, seed=0):
    shape = (-(-height // grain), -(-width // grain), *channels)
    levels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    return np.ascontiguousarray(levels.repeat(grain, 0).repeat(grain, 1)[:height, :width])


def specks(height, width, grain, share):
    return np.where(noise(height, width, grain) < 256 * share, 255, 0).astype(np.uint8)


def seen_through(ink):
    picture = np.zeros((*ink.shape, 4), np.uint8)
    picture[..., 3] = ink
    return picture


def checkerboard(height, width, side):
    rows, columns = np.ogrid[:height, :width]
    return np.where((rows // side + columns // side) % 2, 255, 0).astype(np.uint8)


def comb(height, width, pitch):
    ink = np.zeros((height, width), np.uint8)
    ink[height // 10 : height * 9 // 10, pitch::pitch] = 255
    ink[height // 2, pitch:] = 255
    return ink


def bars(height, width, pitch):
    ink = np.zeros((height, width), np.uint8)
    inside = ink[height // 10 : height * 9 // 10, pitch:-pitch]
    inside[:, np.arange(inside.shape[1]) % pitch < pitch // 2] = 255
    return ink


def rings(height, width, pitch):
    ink = np.zeros((height, width), np.uint8)
    for radius in range(pitch, min(height, width) // 2, pitch):
        cv2.circle(ink, (width // 2, height // 2), radius, 255, max(1, pitch // 3))
    return ink


def blobs(height, width, count, radius):
    ink, random = np.zeros((height, width), np.uint8), np.random.default_rng(1)
    for x, y, size in random.integers(0, (width, height, radius), (count, 3)):
        cv2.circle(ink, (int(x), int(y)), int(size) + 1, 255, cv2.FILLED)
    return ink


def text(height, width, size, letters="0123456789"):
    ink, random = np.zeros((height, width), np.uint8), np.random.default_rng(2)
    for bottom in range(2 * size, height - size // 2, 2 * size):
        line = "".join(random.choice(list(letters), width // size))
        at, font = (size // 2, bottom), cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(ink, line, at, font, size / 22, 255, max(1, size // 10), cv2.LINE_AA)
    return ink


def photographed(ink):
    grain = np.random.default_rng(3).normal(0, 4, ink.shape)
    return np.clip(225 - 0.75 * ink + grain, 0, 255).astype(np.uint8)


def halftone(height, width, pitch):
    rows, columns = np.ogrid[:height, :width]
    wave = np.sin(columns * 2 * np.pi / pitch) * np.sin(rows * 2 * np.pi / pitch)
    return np.where(wave > (columns / width - 0.5) * 1.8, 255, 0).astype(np.uint8)


def gradient(height, width):
    return np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1))


SMALL = {
    "one pixel": lambda: noise(1, 1),
    "row": lambda: noise(1, 200),
    "column of colours": lambda: noise(300, 1, 1, 3),
    "strip": lambda: noise(20_490, 64, 4, 3),
    "long row": lambda: specks(3, 34_000, 900, 0.5),
    "checkerboard": lambda: checkerboard(200, 200, 5),
    "rings": lambda: rings(200, 200, 24),
}
LARGE = {
    "noise": lambda: noise(*MEGAPIXELS_12),
    "row of noise": lambda: noise(1, 500),
    "colour noise": lambda: noise(*MEGAPIXELS_12, 40, 3),
    "coarse noise": lambda: noise(*MEGAPIXELS_12, 16),
    "transparent noise": lambda: noise(*MEGAPIXELS_12, 1, 4),
    "transparent specks": lambda: seen_through(specks(*MEGAPIXELS_12, 8, 0.3)),
    "specks": lambda: specks(*MEGAPIXELS_12, 10, 0.1),
    "fine specks": lambda: specks(2000, 2000, 1, 0.02),
    "checkerboard": lambda: checkerboard(*MEGAPIXELS_12, 8),
    "blobs": lambda: blobs(*MEGAPIXELS_12, 6000, 12),
    "small blobs": lambda: blobs(1000, 1000, 6000, 4),
    "text": lambda: text(*MEGAPIXELS_12, 40),
    "letters": lambda: text(*MEGAPIXELS_12, 60, "abcdefghWMXkw"),
    "photographed text": lambda: photographed(text(*MEGAPIXELS_12, 100)),
    "halftone": lambda: halftone(*MEGAPIXELS_12, 8),
    "comb": lambda: comb(*MEGAPIXELS_12, 12),
    "bars": lambda: bars(2000, 2000, 10),
    "rings": lambda: rings(2000, 2000, 24),
    "gradient": lambda: gradient(*MEGAPIXELS_12),
    "row": lambda: noise(1, 12_000_000),
    "wide row": lambda: noise(1, 5000),
    "column": lambda: noise(12_000_000, 1),
    "three rows": lambda: noise(3, 4_000_000, 1, 4),
    "strip": lambda: noise(187_500, 64, 4),
    "narrow strip": lambda: seen_through(specks(40, 300_000, 5, 0.3)),
}
HUGE = {
    "noise": lambda: noise(*MEGAPIXELS_64),
    "transparent specks": lambda: seen_through(specks(*MEGAPIXELS_64, 20, 0.25)),
    "text": lambda: text(*MEGAPIXELS_64, 100),
    "row": lambda: noise(1, 64_000_000),
    "strip": lambda: noise(64, 1_000_000, 4),
}


def scribbles(count, points, width, size=(400, 680), seed=4):
    """As many strokes all over a canvas of this size, each of as many points."""
    places = np.random.default_rng(seed).uniform(0, size[::-1], (count, points, 2))
    return [Stroke(path.astype(np.float32), width) for path in places]


def dense_digits(rows, columns, side=30):
    """A page of fours of two strokes each, which touch their neighbours."""
    return [
        stroke
        for row in range(rows)
        for column in range(columns)
        for stroke in strokes_of(
            4, left=5 + 0.7 * side * column, top=5 + 1.2 * side * row, size=side, brush=3
        )
    ]


STROKES = {
    "full canvas": lambda: scribbles(2000, 100, 14),
    "long strokes": lambda: scribbles(58, 3000, 24),
    "large strokes": lambda: scribbles(14, 9, 24),
    "short strokes": lambda: scribbles(128, 2, 6),
    "a page of digits": lambda: dense_digits(4, 16),
    "one stroke": lambda: scribbles(1, 100_000, 6),
    "the same stroke": lambda: scribbles(1, 50, 14) * 128,
}


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


@pytest.fixture(autouse=True)
def one_thread():
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    yield
    cv2.setNumThreads(threads)


def read_within(recognizer, picture, seconds):
    for read in (recognizer.read_number, recognizer.read_digit):
        start = time.thread_time()
        try:
            read(picture)
        except InvalidImageError:
            continue
        assert time.thread_time() - start < LOAD * seconds


@pytest.mark.parametrize("name", SMALL)
def test_small_pictures_are_read_or_refused_in_time(recognizer, name):
    read_within(recognizer, SMALL[name](), 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_twelve_megapixels_are_read_or_refused_in_two_seconds(recognizer, name):
    read_within(recognizer, LARGE[name](), 2)


@pytest.mark.slow
@pytest.mark.parametrize("name", HUGE)
def test_sixty_four_megapixels_are_read_or_refused_in_five_seconds(recognizer, name):
    read_within(recognizer, HUGE[name](), 5)


@pytest.mark.parametrize("name", STROKES)
def test_strokes_are_read_in_two_seconds(recognizer, name):
    strokes = STROKES[name]()
    start = time.thread_time()
    recognizer.read_strokes(strokes, 400, 680)
    assert time.thread_time() - start < LOAD * 2


MEASURED = """
import resource, sys
import numpy as np
from mnist_app import Recognizer
from tests.test_reading_budgets import HUGE, LARGE
recognizer = Recognizer.load()
ink = np.zeros((200, 200), np.uint8)
ink[50:150, 90:105] = 255
recognizer.read_number(ink)
picture = {"large": LARGE, "huge": HUGE}[sys.argv[1]][sys.argv[2]]()
with open("/proc/self/clear_refs", "w") as references:
    references.write("5")
def kilobytes(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name))
before = kilobytes("VmRSS")
recognizer.read_number(picture)
recognizer.read_digit(picture)
print((kilobytes("VmHWM") - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is Linux's")
@pytest.mark.parametrize(
    ("size", "name"),
    [
        ("large", "transparent noise"),
        ("large", "rings"),
        ("large", "row"),
        ("large", "bars"),
        ("large", "small blobs"),
        ("huge", "row"),
    ],
)
def test_reading_takes_at_most_300_megabytes(size, name):
    command = [sys.executable, "-c", MEASURED, size, name]
    root = Path(__file__).parents[1]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert int(result.stdout) < 300


@pytest.mark.parametrize("error", [cv2.error("at its limit"), MemoryError()])
def test_what_opencv_or_the_memory_cannot_take_is_an_invalid_image(recognizer, monkeypatch, error):
    def fails(*_):
        raise error

    monkeypatch.setattr("mnist_app.photo.picture_ink.is_drawing", fails)
    for read in (recognizer.read_digit, recognizer.read_number):
        with pytest.raises(InvalidImageError, match="make it smaller"):
            read(np.zeros((99, 99), np.uint8))


def test_beyond_the_budgets_components_are_read_whole(recognizer, monkeypatch):
    ink = cv2.dilate(text(120, 400, 40), np.ones((9, 9), np.uint8))
    monkeypatch.setattr(decoder, "MAXIMUM_COMBINED", 0)
    found = recognizer.read_number_in_ink(ink).digits
    assert len(found) == len(find_components(ink).boxes)


def test_no_paths_are_searched_for_beyond_the_columns(monkeypatch):
    ink = cv2.dilate(text(120, 400, 40), np.ones((9, 9), np.uint8))
    assert any(candidate.cut for line in lattice.segment(ink).lines for candidate in line.cut())
    monkeypatch.setattr(lattice, "MAXIMUM_COLUMNS", 0)
    assert not any(candidate.cut for line in lattice.segment(ink).lines for candidate in line.cut())


def test_components_whose_boxes_overlap_too_much_are_left_out(monkeypatch):
    ink = rings(300, 300, 20)
    rings_found = len(find_components(ink).boxes)
    monkeypatch.setattr(connected_components, "MAXIMUM_BOX_PIXELS", 2 * 300 * 300)
    assert 0 < len(find_components(ink).boxes) < rings_found


def test_a_crop_of_a_long_stroke_is_reduced():
    steps = normalization_steps(np.full((2, 9000), 255, np.uint8))
    assert steps.square[2] == 9000
    assert max(steps.crop.shape) <= MAXIMUM_CROP_SIDE
    assert steps.image.any()
