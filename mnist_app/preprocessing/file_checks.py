"""Checks of picture files before they are decoded: parts that cost time without adding pixels.

A decoder's time should depend on the number of pixels. Each format also has parts that may repeat:
scans, segments, chunks, tiles. This module counts them without decoding and refuses files with more
of them than any camera, scanner or editor writes. What is behind the end of the picture, such as
the video of a motion photo, is not counted. Damage is left to the decoder to report.
"""

import contextlib
import struct
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

MAXIMUM_SCANS: Final = 100
"""Scans of a progressive JPEG; each takes up to as long as a whole picture. Cameras and editors
write about ten."""
MAXIMUM_SCANNED_PIXELS: Final = 1_000_000_000
"""Pixels times scans of a JPEG: 64 megapixels in 15 scans. An empty scan of 64 megapixels takes
50 ms."""
MAXIMUM_SEGMENTS: Final = 1_000
"""Segments of a JPEG. An ICC profile has up to 255, a depth map in XMP about 100."""
MAXIMUM_FILL: Final = 10_000
"""Bytes between the header's segments of a JPEG, where there should be none; Pillow reads them one
by one."""
MAXIMUM_EXIF: Final = 1_000_000
"""Bytes of EXIF. Cameras write up to 64 kB, editors little more."""
MAXIMUM_METADATA: Final = 16_000_000
"""Bytes of a PNG's or GIF's header that are no pixels: text, colour profile, private chunks."""
MAXIMUM_CHUNKS: Final = 50_000
"""Chunks of a PNG or WebP: pixels in chunks of 8 kB, or frames. Pillow takes 5 µs for each."""
MAXIMUM_ANCILLARY: Final = 1_000
"""Chunks of a PNG that are no pixels; editors write about twenty."""
MAXIMUM_BLOCKS: Final = 100_000
"""Blocks, of up to 255 bytes, of a GIF's comments and other extensions before its first frame."""
MAXIMUM_TILES: Final = 50_000
"""Tiles or strips of a TIFF: 64 megapixels in tiles of 36×36, or in strips of one row. Pillow takes
7 µs for each."""
MAXIMUM_TAGS: Final = 1_000
"""Tags of a TIFF; scanners write about thirty."""
MAXIMUM_RUN_BYTES: Final = 1_000_000
"""Bytes of a run-length encoded BMP, which Pillow decodes run by run in Python: 0.3 s."""
MAXIMUM_ITEMS: Final = 600
"""Items of a HEIC file, mostly tiles of 512×512: 64 megapixels and their depth map have 320."""

_SOI, _EOI, _SOS, _APP1 = 0xD8, 0xD9, 0xDA, 0xE1
_RESTARTS: Final = range(0xD0, 0xD8)
_BARE: Final = frozenset([*range(0xD0, 0xDA), *range(0xF0, 0xFE), 0xC8])
"""JPEG markers without a length, as Pillow reads them."""
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers whose segments give height and width."""


class TooComplexError(Exception):
    """A file has too many parts; the text says of which, as in "more than 100 scans"."""


def check_structure(content: bytes) -> None:
    """Raise `TooComplexError` if the picture file has more parts of a kind than its budget."""
    with contextlib.suppress(struct.error, IndexError):  # cut off: decoders report it
        for signature, check in _CHECKS.items():
            if content.startswith(signature):
                check(content)
        if content[4:8] == b"ftyp":
            _check_heif(content)


def _limit(count: int, maximum: int, parts: str) -> None:
    if count > maximum:
        raise TooComplexError(f"more than {maximum:,} {parts}")


def _check_jpeg(content: bytes) -> None:
    """Check the header's segments, then scans and segments up to the end of the picture."""
    segments = fill = exif = pixels = 0
    position = 2
    while True:
        marker_at = content.find(b"\xff", position)
        if marker_at < 0:
            _limit(fill + len(content) - position, MAXIMUM_FILL, "bytes between segments")
            return
        fill += marker_at - position
        _limit(fill, MAXIMUM_FILL, "bytes between segments")
        marker, position = content[marker_at + 1], marker_at + 2
        if marker in (0, 0xFF):
            fill, position = fill + 1, position - (marker == 0xFF)  # noqa: PLR2004
            continue
        segments += 1
        _limit(segments, MAXIMUM_SEGMENTS, "segments")
        if marker == _SOS:
            break
        if marker in _BARE:
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, position + 3)
            pixels = max(pixels, height * width)
        length = _big(content, position, 2)
        if marker == _APP1 and content.startswith(b"Exif\0\0", position + 2):
            exif += length
            _limit(exif, MAXIMUM_EXIF, "bytes of EXIF")
        position += max(length, 2)
    _check_scans(content, position, segments, pixels)


def _check_scans(content: bytes, position: int, segments: int, pixels: int) -> None:
    """Check what follows the first start of scan, whose segment begins at ``position``."""
    data = np.frombuffer(content, np.uint8)
    after = data[position + 1 :]
    is_marker = (data[position:-1] == 0xFF) & (after != 0) & (after != 0xFF)  # noqa: PLR2004
    is_marker &= (after < _RESTARTS.start) | (after >= _RESTARTS.stop)
    markers = np.flatnonzero(is_marker) + position
    scans = 1
    position += max(_big(content, position, 2), 2)
    while (index := int(np.searchsorted(markers, position))) < len(markers):
        marker, position = content[markers[index] + 1], int(markers[index]) + 2
        if marker == _EOI:
            break
        scans += marker == _SOS
        segments += 1
        _limit(scans, MAXIMUM_SCANS, "scans")
        _limit(segments, MAXIMUM_SEGMENTS, "segments")
        _limit(scans * pixels, MAXIMUM_SCANNED_PIXELS, "pixels in all scans")
        if marker != _SOI and marker >= 0xC0:  # noqa: PLR2004
            position += max(_big(content, position, 2), 2)


def _check_png(content: bytes) -> None:
    chunks = ancillary = metadata = 0
    position = 8
    while position < len(content):
        length, kind = _big(content, position, 4), content[position + 4 : position + 8]
        if kind == b"IEND":
            return
        chunks += 1
        _limit(chunks, MAXIMUM_CHUNKS, "chunks")
        if kind not in (b"IDAT", b"fdAT", b"fcTL"):
            ancillary, metadata = ancillary + 1, metadata + length
            _limit(ancillary, MAXIMUM_ANCILLARY, "chunks that are no pixels")
            _limit(metadata, MAXIMUM_METADATA, "bytes that are no pixels")
        if kind == b"eXIf":
            _limit(length, MAXIMUM_EXIF, "bytes of EXIF")
        position += length + 12


def _check_gif(content: bytes) -> None:
    """Check the extensions before the first frame; later frames are not decoded."""
    start = position = 13 + _palette_bytes(content[10])
    blocks = 0
    while (kind := content[position]) not in b",;":  # an image, the end
        position, blocks = position + 1, blocks + 1
        if kind == ord("!"):
            position += 1
            while size := content[position]:
                position, blocks = position + size + 1, blocks + 1
                _limit(blocks, MAXIMUM_BLOCKS, "blocks of comments")
            position += 1
        _limit(blocks, MAXIMUM_BLOCKS, "blocks of comments")
        _limit(position - start, MAXIMUM_METADATA, "bytes that are no pixels")


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _check_webp(content: bytes) -> None:
    position, chunks = 12, 0
    if content[8:12] != b"WEBP":
        return
    while position + 8 <= len(content):
        chunks += 1
        _limit(chunks, MAXIMUM_CHUNKS, "chunks")
        length = int.from_bytes(content[position + 4 : position + 8], "little")
        if content[position : position + 4] == b"EXIF":
            _limit(length, MAXIMUM_EXIF, "bytes of EXIF")
        position += 8 + length + length % 2


def _check_bmp(content: bytes) -> None:
    is_run_length = content[30:34] in (b"\1\0\0\0", b"\2\0\0\0") and content[14] >= 40  # noqa: PLR2004
    if is_run_length:
        _limit(len(content), MAXIMUM_RUN_BYTES, "bytes of run-length code")


def _check_tiff(content: bytes) -> None:
    """Check the first directory; later pages are not decoded."""
    order = "<" if content.startswith(b"II") else ">"
    is_big = content[2:4] in (b"+\0", b"\0+")
    if is_big:
        (start,) = struct.unpack_from(f"{order}Q", content, 8)
        (count,) = struct.unpack_from(f"{order}Q", content, start)
    else:
        (start,) = struct.unpack_from(f"{order}L", content, 4)
        (count,) = struct.unpack_from(f"{order}H", content, start)
    _limit(count, MAXIMUM_TAGS, "tags")
    counts: dict[int, int] = {}
    values: dict[int, int] = {}
    entry = f"{order}HHQ" if is_big else f"{order}HHL"
    with contextlib.suppress(struct.error):  # Pillow uses the tags before the end, too
        for index in range(count):
            position = start + (8 + 20 * index if is_big else 2 + 12 * index)
            tag, kind, values_count = struct.unpack_from(entry, content, position)
            position += struct.calcsize(entry)
            form = {3: "H", 16: "Q"}.get(kind, "L")
            counts.setdefault(tag, values_count)
            values.setdefault(tag, struct.unpack_from(order + form, content, position)[0])
    _limit(max(counts.get(273, 0), counts.get(324, 0)), MAXIMUM_TILES, "tiles or strips")

    def value(tag: int, default: int) -> int:
        return values.get(tag, default)

    width, height = value(256, 0), value(257, 0)
    tile = max(1, value(322, width)), max(1, value(323, value(278, height)))
    planes = value(277, 1) if value(284, 1) == 2 else 1  # noqa: PLR2004 (samples in separate planes)
    _limit(-(-width // tile[0]) * -(-height // tile[1]) * planes, MAXIMUM_TILES, "tiles or strips")


def _check_heif(content: bytes) -> None:
    for kind, start, end in _boxes(content, 0, len(content)):
        if kind != b"meta":
            continue
        for inner, position, _ in _boxes(content, start + 4, end):
            if inner == b"iinf":
                size = 4 if content[position] else 2
                _limit(_big(content, position + 4, size), MAXIMUM_ITEMS, "items")


def _boxes(content: bytes, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the boxes of an ISO media file: type, start and end of what they hold."""
    while position + 8 <= end:
        size, start = _big(content, position, 4), position + 8
        if size == 1:
            size, start = _big(content, position + 8, 8), position + 16
        stop = end if size == 0 else min(end, position + size)
        yield content[position + 4 : position + 8], start, stop
        position = max(stop, start)


def _big(content: bytes, position: int, size: int) -> int:
    """Return a big-endian integer; raises IndexError behind the end."""
    if position + size > len(content):
        raise IndexError(position)
    return int.from_bytes(content[position : position + size], "big")


_CHECKS: Final[dict[bytes, Callable[[bytes], None]]] = {
    b"\xff\xd8": _check_jpeg,
    b"\x89PNG": _check_png,
    b"GIF8": _check_gif,
    b"RIFF": _check_webp,
    b"BM": _check_bmp,
    b"II": _check_tiff,
    b"MM": _check_tiff,
}
"""The check for each beginning of a file."""
