"""Files with too many parts are refused at once; those with as many as real ones have are read."""

import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from mnist_app import InvalidImageError
from mnist_app.preprocessing import file_checks
from mnist_app.preprocessing.image_files import HAS_HEIC, decode_picture
from tests.bad_pictures import encoded
from tests.drawings import drawn

PICTURE = Image.fromarray(255 - drawn(4)[::4, ::4])
JPEG = encoded(PICTURE, "JPEG", quality=95)
PROGRESSIVE = encoded(PICTURE, "JPEG", quality=95, progressive=True)
PNG = encoded(PICTURE, "PNG")
GIF = encoded(PICTURE, "GIF")
RANDOM = np.random.default_rng(0)


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def in_header(parts, jpeg=JPEG):
    return jpeg[:2] + parts + jpeg[2:]


def with_scans(count, jpeg=PROGRESSIVE):
    """Return a JPEG whose last scan is repeated ``count`` times."""
    end = jpeg.index(b"\xff\xd9", jpeg.index(b"\xff\xda"))
    start = jpeg.rindex(b"\xff\xda", 0, end)
    return jpeg[:end] + jpeg[start:end] * count + jpeg[end:]


def multi_picture():
    return encoded(PICTURE, "MPO", save_all=True, append_images=[PICTURE], progressive=True)


def chunk(kind, content=b""):
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def png_with(parts):
    return PNG[:33] + parts + PNG[33:]


def png_in_bytes(size):
    """Return the picture with its pixels in chunks of ``size`` bytes."""
    pixels = zlib.compress(b"".join(b"\0" + row.tobytes() for row in np.asarray(PICTURE)), 0)
    parts = (chunk(b"IDAT", pixels[i : i + size]) for i in range(0, len(pixels), size))
    return PNG[:33] + b"".join(parts) + chunk(b"IEND")


def gif_with(comment, count):
    parts = b"\x21\xfe" + (bytes([len(comment)]) + comment) * count + b"\0"
    start = 13 + file_checks._palette_bytes(GIF[10])
    return GIF[:start] + parts + GIF[start:]


def tiled(side, tile, tags=0):
    """Return a grey TIFF in tiles of ``tile`` by ``tile`` pixels, which share their bytes."""
    across = -(-side // tile)
    entries = [
        (256, 4, 1, side),
        (257, 4, 1, side),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (277, 3, 1, 1),
        (322, 4, 1, tile),
        (323, 4, 1, tile),
        (324, 4, across**2, 0),
        (325, 4, across**2, 0),
        *((40_000 + index, 4, 1, 0) for index in range(tags)),
    ]
    start = 8 + 2 + 12 * len(entries) + 4
    offsets, counts = start, start + 4 * across**2
    pixels = counts + 4 * across**2
    values = {324: offsets, 325: counts}
    directory = b"".join(
        struct.pack("<HHLL", tag, kind, count, values.get(tag, value) if count > 1 else value)
        for tag, kind, count, value in entries
    )
    arrays = struct.pack("<L", pixels) * across**2 + struct.pack("<L", tile**2) * across**2
    header = b"II*\0" + struct.pack("<LH", 8, len(entries))
    return header + directory + bytes(4) + arrays + bytes([200]) * tile**2


def run_length_bmp(side):
    """Return an 8-bit BMP in which each run is one pixel."""
    code = (b"\1\0" * side + b"\0\0") * side + b"\0\1"
    palette = bytes(4 * 256)
    start = 54 + len(palette)
    header = struct.pack("<IiiHHIIiiII", 40, side, side, 1, 8, 1, len(code), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", start + len(code), 0, 0, start) + header + palette + code


def heic(items):
    """Return the beginning of a HEIC file whose header announces ``items`` items."""

    def box(kind, content):
        return struct.pack(">I", len(content) + 8) + kind + content

    counted = box(b"iinf", b"\1\0\0\0" + struct.pack(">I", items))
    return box(b"ftyp", b"heic" + bytes(4) + b"mif1heic") + box(b"meta", bytes(4) + counted)


def frames(form, count, **options):
    small = [Image.new("RGB", (8, 8), (index % 256, 9, 9)) for index in range(count)]
    return encoded(small[0], form, save_all=True, append_images=small[1:], **options)


EXIF = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"
TOO_MANY = {
    "scans": (with_scans(200), "100 scans"),
    "scans of a multi-picture file": (with_scans(200, multi_picture()), "100 scans"),
    "scans of a large picture": (
        with_scans(60, encoded(Image.new("L", (5000, 5000)), "JPEG", progressive=True)),
        "pixels in all scans",
    ),
    "EXIF segments": (in_header(segment(0xE1, EXIF) * 100_000), "1,000 segments"),
    "tables": (in_header(segment(0xDB, b"") * 100_000), "1,000 segments"),
    "segments between scans": (
        PROGRESSIVE[:-2] + segment(0xFE, b"") * 2_000 + PROGRESSIVE[-2:],
        "1,000 segments",
    ),
    "bytes of EXIF": (in_header(segment(0xE1, EXIF + bytes(60_000)) * 20), "bytes of EXIF"),
    "fill bytes": (in_header(b"\xff" * 1_000_000), "between segments"),
    "bytes that are no segment": (in_header(bytes(1_000_000)), "between segments"),
    "nothing but a header": (b"\xff\xd8\xff\xd9" + bytes(1_000_000), "between segments"),
    "texts": (png_with(chunk(b"tEXt", b"a\0b") * 50_000), "chunks that are no pixels"),
    "private chunk": (png_with(chunk(b"prIv", bytes(17_000_000))), "bytes that are no pixels"),
    "EXIF of a PNG": (png_with(chunk(b"eXIf", EXIF[6:] + bytes(1_000_000))), "bytes of EXIF"),
    "empty chunks": (png_with(chunk(b"IDAT") * 60_000), "50,000 chunks"),
    "comments": (gif_with(b"a", 200_000), "blocks of comments"),
    "tiles of one pixel": (tiled(300, 1), "tiles or strips"),
    "tags": (tiled(64, 16, tags=2_000), "1,000 tags"),
    "runs of one pixel": (run_length_bmp(800), "run-length code"),
    "items": (heic(60_000), "600 items"),
}
AS_MANY_AS_REAL_FILES = {
    "scans": with_scans(20),
    "a multi-picture file": multi_picture(),
    "a motion photo": JPEG + RANDOM.bytes(8_000_000),
    "a progressive motion photo": PROGRESSIVE + b"\xff\xda\0\x08" * 1_000_000,
    "a thumbnail": in_header(segment(0xE1, EXIF + JPEG)),
    "a colour profile": in_header(segment(0xE2, b"ICC_PROFILE\0" + bytes(60_000)) * 200),
    "a depth map": in_header(segment(0xE1, b"http://ns.adobe.com/xap/" + bytes(60_000)) * 100),
    "fill bytes": in_header(b"\xff" * 1_000),
    "restarts": encoded(
        Image.fromarray(RANDOM.integers(0, 256, (400, 400), np.uint8)),
        "JPEG",
        restart_marker_blocks=1,
    ),
    "texts": png_with(chunk(b"tEXt", b"a\0b") * 100),
    "small chunks of pixels": png_in_bytes(10),
    "comments": gif_with(b"a" * 255, 100),
    "tiles": tiled(256, 16),
    "run-length code": run_length_bmp(100),
    "frames of a GIF": frames("GIF", 2_000),
    "frames of a WebP": frames("WEBP", 500),
    "pages of a TIFF": frames("TIFF", 500),
    "frames of a PNG": frames("PNG", 500),
}


@pytest.mark.parametrize("name", TOO_MANY)
def test_a_file_with_too_many_parts_is_refused_at_once(name):
    content, words = TOO_MANY[name]
    if name == "items" and not HAS_HEIC:
        pytest.skip("HEIC is not read here")
    start = time.process_time()
    with pytest.raises(InvalidImageError, match="very long to open") as caught:
        decode_picture(content, "a")
    assert words in str(caught.value.__cause__)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("name", AS_MANY_AS_REAL_FILES)
def test_a_file_with_as_many_as_real_ones_is_read(name):
    content = AS_MANY_AS_REAL_FILES[name]
    start = time.process_time()
    pixels = decode_picture(content, "a")
    assert time.process_time() - start < 1
    with Image.open(io.BytesIO(content)) as picture:
        assert pixels.shape[:2] == picture.size[::-1]
