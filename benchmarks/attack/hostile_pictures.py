"""Picture files that are built to cost much work, and ordinary files with damaged bytes."""

import io
import itertools
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage

from mnist_app.preprocessing.image_files import HAS_HEIC

Pixels = npt.NDArray[np.uint8]

SEED: Final = 18
"""Seed of the noise in built pictures; mutated ones follow the seed of the command."""
TAIL_BYTES: Final = 8_000_000
"""Length of the film that a phone's motion photo has behind its JPEG."""
FLIPPED_BYTES: Final = 30
"""Maximum number of bytes that are changed in a mutated file."""
MUST_BE_READ: Final = frozenset({"long tail.jpg"})
"""Built pictures that ordinary cameras also write."""
_SCAN, _END, _START = b"\xff\xda", b"\xff\xd9", b"\xff\xd8"
"""Markers in a JPEG: start of a scan, end and start of the image."""


def built() -> dict[str, Callable[[], bytes]]:
    """Return what makes each built picture, by file name."""
    return {
        "strip 64x20490.png": lambda: _png(_noise(20_490, 64, 0.5)),
        "strip 20490x64.png": lambda: _png(_noise(64, 20_490, 0.5)),
        "row 500.png": lambda: _png(_noise(1, 500, 0.5)),
        "row 5000.gif": lambda: _encoded(PillowImage.fromarray(_noise(1, 5_000, 0.5)), "GIF"),
        "column 60000.png": lambda: _png(_noise(60_000, 1, 0.5)),
        "specks 1 Mpx.png": lambda: _png(_noise(1_000, 1_000, 0.02)),
        "blobs 1 Mpx.png": lambda: _png(_blobs(1_000, 1_000, 4_000)),
        "blobs 12 Mpx.png": lambda: _png(_blobs(3_000, 4_000, 40_000)),
        "noise 12 Mpx.png": lambda: _png(_noise(3_000, 4_000, 0.5)),
        "noise 64 Mpx.png": lambda: _png(_noise(8_000, 8_000, 0.3)),
        "checkerboard 1 px.png": lambda: _png(_checkerboard(3_000, 4_000, 1)),
        "checkerboard 8 px.png": lambda: _png(_checkerboard(3_000, 4_000, 8)),
        "text.png": lambda: _png(_text(3_000, 4_000)),
        "halftone.png": lambda: _png(_halftone(3_000, 4_000, 12)),
        "90 scans.jpg": lambda: repeat_scan(_jpeg(4_000, 3_000), 90),
        "500 scans.jpg": lambda: repeat_scan(_jpeg(8_000, 8_000), 500),
        "500 scans.mpo": lambda: repeat_scan(_mpo(8_000, 8_000), 500),
        "100000 segments.jpg": lambda: _after_start(b"\xff\xe1\0\x08Exif\0\0" * 100_000),
        "comments.jpg": lambda: _after_start(b"\xff\xfe\0\x02" * 1_000_000),
        "fill bytes.jpg": lambda: _after_start(b"\xff" * 15_000_000),
        "long tail.jpg": lambda: _jpeg(640, 480) + _random(SEED).randbytes(TAIL_BYTES),
        "tiles 1x1.tif": lambda: tiny_tiles(1_000, 700),
        "many chunks.png": _many_chunks,
        "many frames.gif": _many_frames,
    }


def mutated(seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield endlessly file names and ordinary files with damage; the same ones for a seed."""
    originals, rng = itertools.cycle(ordinary().items()), _random(seed)
    for number, (name, content) in enumerate(originals):
        yield f"{number} {name}", mutate(content, rng)


def mutate(content: bytes, rng: random.Random) -> bytes:
    """Return ``content`` with up to `FLIPPED_BYTES` bytes changed; now and then cut or longer."""
    changed = bytearray(content)
    for _ in range(int(FLIPPED_BYTES ** rng.random())):  # few changes more often than many
        # Half of the damage is in the header, where sizes and tables are.
        end = len(changed) if rng.random() < 0.5 else min(200, len(changed))
        changed[rng.randrange(end)] = rng.randrange(256)
    kind = rng.random()
    if kind < 0.1:
        del changed[rng.randrange(len(changed)) :]
    elif kind < 0.2:
        at = rng.randrange(len(changed))
        changed[at:at] = changed[at : at + rng.randint(1, 2_000)]
    return bytes(changed)


def ordinary() -> dict[str, bytes]:
    """Return small files of every format that the app reads, by name."""
    picture = PillowImage.fromarray(_digits(240, 320))
    colour = picture.convert("RGB")
    files = {
        "grey.png": _encoded(picture, "PNG"),
        "colour.jpg": _encoded(colour, "JPEG"),
        "progressive.jpg": _encoded(colour, "JPEG", progressive=True),
        "colour.webp": _encoded(colour, "WEBP"),
        "lossless.webp": _encoded(colour, "WEBP", lossless=True),
        "palette.gif": _encoded(colour.quantize(16), "GIF"),
        "colour.bmp": _encoded(colour, "BMP"),
        "raw.tif": _encoded(colour, "TIFF"),
        "lzw.tif": _encoded(picture, "TIFF", compression="tiff_lzw"),
        "fax.tif": _encoded(picture.convert("1"), "TIFF", compression="group4"),
    }
    if HAS_HEIC:
        files["phone.heic"] = _encoded(colour, "HEIF")
    return files


def repeat_scan(jpeg: bytes, count: int) -> bytes:
    """Return a progressive JPEG (or the first picture of an MPO) with its last scan repeated.

    A decoder goes over the whole picture for each of the ``count`` additional scans.
    """
    end = jpeg.index(_END)
    scan = jpeg[jpeg.rindex(_SCAN, 0, end) : end]
    return jpeg[:end] + scan * count + jpeg[end:]


def tiny_tiles(width: int, height: int) -> bytes:
    """Return a grey TIFF whose tiles have one pixel each."""
    count = width * height
    after_header = 8 + 2 + 12 * 9 + 4
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),  # bits a sample
        (259, 3, 1, 1),  # not compressed
        (262, 3, 1, 1),  # black is zero
        (322, 4, 1, 1),  # tile width
        (323, 4, 1, 1),  # tile height
        (324, 4, count, after_header),  # offsets of the tiles
        (325, 4, count, after_header + 4 * count),  # their lengths
    ]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    offsets = np.full(count, after_header, "<u4").tobytes()
    lengths = np.ones(count, "<u4").tobytes()
    header = struct.pack("<2sHI", b"II", 42, 8) + struct.pack("<H", len(tags))
    return header + entries + struct.pack("<I", 0) + offsets + lengths


def _random(seed: int) -> random.Random:
    return random.Random(seed)


def _encoded(picture: PillowImage.Image, form: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def _png(pixels: Pixels) -> bytes:
    return _encoded(PillowImage.fromarray(pixels), "PNG", compress_level=1)


def _jpeg(width: int, height: int) -> bytes:
    return _encoded(PillowImage.new("L", (width, height), 200), "JPEG", progressive=True)


def _mpo(width: int, height: int) -> bytes:
    picture = PillowImage.new("L", (width, height), 200)
    small = PillowImage.new("L", (8, 8))
    return _encoded(picture, "MPO", save_all=True, append_images=[small], progressive=True)


def _after_start(segments: bytes) -> bytes:
    jpeg = _jpeg(64, 64)
    return jpeg[: len(_START)] + segments + jpeg[len(_START) :]


def _noise(height: int, width: int, share: float) -> Pixels:
    """Return white paper on which each pixel is black with the probability ``share``."""
    drawn = np.random.default_rng(SEED).random((height, width), np.float32) < share
    return np.where(drawn, 0, 255).astype(np.uint8)


def _blobs(height: int, width: int, count: int) -> Pixels:
    paper, rng = np.full((height, width), 255, np.uint8), np.random.default_rng(SEED)
    for x, y, radius in rng.integers((0, 0, 1), (width, height, 8), (count, 3)).tolist():
        cv2.circle(paper, (x, y), radius, 0, -1)
    return paper


def _checkerboard(height: int, width: int, side: int) -> Pixels:
    rows, columns = np.arange(height)[:, None] // side, np.arange(width)[None] // side
    return ((rows + columns) % 2 * 255).astype(np.uint8)


def _halftone(height: int, width: int, pitch: int) -> Pixels:
    y, x = np.mgrid[0:height, 0:width] % pitch - pitch // 2
    radius = np.linspace(0, pitch * 0.6, width)
    return np.where(np.hypot(x, y) < radius, 0, 255).astype(np.uint8)


def _text(height: int, width: int) -> Pixels:
    paper, rng = np.full((height, width), 255, np.uint8), _random(SEED)
    for top in range(40, height, 45):
        line = "".join(rng.choice("abcdefgh 0123456789") for _ in range(width // 20))
        cv2.putText(paper, line, (10, top), cv2.FONT_HERSHEY_SIMPLEX, 1, 0, 2)
    return paper


def _digits(height: int, width: int) -> Pixels:
    paper = np.full((height, width), 255, np.uint8)
    cv2.putText(paper, "2026", (10, height * 2 // 3), cv2.FONT_HERSHEY_SIMPLEX, 4, 0, 8)
    return paper


def _many_chunks() -> bytes:
    png = _png(_digits(240, 320))
    text = b"tEXta\0bc"
    chunk = struct.pack(">I", 4) + text + struct.pack(">I", zlib.crc32(text))
    return png[:33] + chunk * 200_000 + png[33:]


def _many_frames() -> bytes:
    frames = [PillowImage.new("L", (8, 8), level % 256) for level in range(2_000)]
    return _encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
