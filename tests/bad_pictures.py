"""Picture files that tests share: unusual ones that must be read, and bad ones with the reason."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image as PillowImage

from mnist_app.arrays import Image
from mnist_app.preprocessing.image_files import HAS_HEIC
from tests.drawings import drawn

INK = drawn(4)


def encoded(picture: PillowImage.Image, form: str, **options: Any) -> bytes:
    """Return ``picture`` as a file."""
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that says how large it is and holds next to nothing."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + body


def unusual() -> dict[str, tuple[bytes, Image]]:
    """Return files that must be read, by name, with the ink that is in them."""
    ink, paper = PillowImage.fromarray(INK), PillowImage.fromarray(255 - INK)
    frames = [paper, ink.point(lambda level: 0)]
    deep = PillowImage.fromarray((255 - INK).astype(np.uint16) * 257)
    see_through = PillowImage.new("RGBA", ink.size)
    see_through.putalpha(ink)
    palette = paper.convert("RGB").quantize(16)
    tiny = INK[60:240, 80:260][::12, ::12]
    narrow = np.zeros((1, 10_000), np.uint8)
    narrow[:, 4_000:6_000] = 255
    files = {
        "16-bit.png": (encoded(deep, "PNG"), INK),
        "16-bit.tiff": (encoded(deep, "TIFF"), INK),
        "cmyk.jpg": (encoded(paper.convert("CMYK"), "JPEG", quality=95), INK),
        "cmyk.tiff": (encoded(paper.convert("CMYK"), "TIFF"), INK),
        "palette.png": (encoded(palette, "PNG"), INK),
        "palette-transparent.gif": (encoded(palette, "GIF", transparency=255), INK),
        "one-bit.tiff": (encoded(paper.convert("1"), "TIFF", compression="group4"), INK),
        "animated.gif": (encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]), INK),
        "animated.webp": (
            encoded(
                frames[0].convert("RGB"),
                "WEBP",
                save_all=True,
                append_images=frames[1:],
                lossless=True,
            ),
            INK,
        ),
        "animated.png": (encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]), INK),
        "pages.tiff": (encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:]), INK),
        "transparent.png": (encoded(see_through, "PNG"), INK),
        "transparent.webp": (encoded(see_through, "WEBP", lossless=True), INK),
        "progressive.jpg": (encoded(paper, "JPEG", progressive=True, quality=95), INK),
        "really-a-png.jpg": (encoded(paper, "PNG"), INK),
        "really-a-jpeg.bmp": (encoded(paper, "JPEG", quality=95), INK),
        "tiny.png": (encoded(PillowImage.fromarray(255 - tiny), "PNG"), tiny),
        "one-pixel.png": (encoded(PillowImage.new("L", (1, 1), 90), "PNG"), np.zeros((1, 1))),
        "narrow.png": (encoded(PillowImage.fromarray(narrow), "PNG"), narrow),
        "tall.png": (encoded(PillowImage.fromarray(narrow.T), "PNG"), narrow.T),
    }
    if HAS_HEIC:
        files["photo.heic"] = (encoded(paper.convert("RGB"), "HEIF", quality=90), INK)
    return files


def bad() -> dict[str, tuple[bytes, str]]:
    """Return files that must be refused, by name, with words of the reason."""
    paper = PillowImage.fromarray(255 - INK)
    large = PillowImage.new("1", (8_001, 8_001))
    gif = bytearray(encoded(PillowImage.new("L", (8, 8)), "GIF"))
    gif[6:10] = struct.pack("<HH", 65_535, 65_535)
    bomb = bytearray(encoded(PillowImage.new("RGB", (8, 8)), "BMP"))
    bomb[18:26] = struct.pack("<ii", 30_000, 30_000)
    scans = encoded(paper, "JPEG", progressive=True)
    start = scans.rindex(b"\xff\xda")
    return {
        "empty.png": (b"", "is empty"),
        "text.png": (b"Two thousand and twenty-six\n" * 40, "not a picture"),
        "page.jpg": (b"<!doctype html><title>404</title>", "not a picture"),
        "zeros.png": (bytes(5_000), "not a picture"),
        "vector.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        "signature.png": (b"\x89PNG\r\n\x1a\n", "signature.png"),
        "cut.png": (encoded(paper, "PNG")[:900], "damaged"),
        "cut.jpg": (encoded(paper, "JPEG")[:1_500], "damaged"),
        "cut.webp": (encoded(paper.convert("RGB"), "WEBP")[:300], "damaged"),
        "cut.gif": (encoded(paper, "GIF")[:1_000], "damaged"),
        "cut.bmp": (encoded(paper, "BMP")[:9_000], "damaged"),
        "cut.tiff": (encoded(paper, "TIFF")[:9_000], "cut.tiff"),
        "65-megapixels.png": (encoded(large, "PNG"), "64 are read"),
        "65-megapixels.tiff": (encoded(large, "TIFF", compression="group4"), "64 are read"),
        "100-megapixels.png": (png_header(10_000, 10_000), "64 are read"),
        "10-gigapixels.png": (png_header(100_000, 100_000), "64 are read"),
        "4-gigapixels.gif": (bytes(gif), "64 are read"),
        "bomb.bmp": (bytes(bomb), "64 are read"),
        "many-scans.jpg": (scans[:-2] + scans[start:-2] * 3_000 + scans[-2:], "very long"),
    }
