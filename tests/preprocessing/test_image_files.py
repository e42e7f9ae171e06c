"""Decoding of picture files: all formats and modes, unusual and damaged files."""

import io
import threading
import time
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageOps

from mnist_app import InvalidImageError
from mnist_app.preprocessing import image_files
from mnist_app.preprocessing.image_files import (
    BAND_ROWS,
    FORMATS,
    SUFFIXES,
    decode_picture,
    read_picture,
)
from mnist_app.preprocessing.ink_extraction import to_ink
from tests import bad_pictures
from tests.bad_pictures import encoded
from tests.drawings import drawn
from tests.photographs import find_ink

INK = drawn(4)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_every_format_keeps_the_ink(form, mode):
    picture = Image.fromarray(255 - INK).convert(mode)
    lossless = {"WEBP": {"lossless": True}, "JPEG": {"quality": 95}}.get(form, {})
    ink = to_ink(decode_picture(encoded(picture, form, **lossless), "a"))
    assert np.abs(ink.astype(int) - INK).mean() < 1.5


@pytest.mark.parametrize("mode", ["1", "P", "RGBA", "LA", "CMYK", "I;16", "I", "F"])
def test_every_mode_keeps_the_ink(mode):
    picture = Image.fromarray(INK)
    if mode == "I;16":
        picture = Image.fromarray(INK.astype(np.uint16) * 257)
    elif mode in ("I", "F"):
        picture = Image.fromarray(INK.astype(np.int32 if mode == "I" else np.float32) * 3)
    else:
        picture = picture.convert(mode)
    form = "TIFF" if mode in ("CMYK", "F", "I") else "PNG"
    ink = to_ink(decode_picture(encoded(picture, form), "a"))
    assert np.abs(ink.astype(int) - INK).mean() < 4


def test_transparent_background_stays_transparent():
    pixels = np.zeros((*INK.shape, 4), np.uint8)
    pixels[..., 3] = INK
    content = encoded(Image.fromarray(pixels), "PNG")
    np.testing.assert_array_equal(decode_picture(content, "a"), pixels)


def test_a_photograph_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held sideways
    sideways = Image.fromarray(np.rot90(INK))
    upright = decode_picture(encoded(sideways, "PNG", exif=exif), "a")
    np.testing.assert_array_equal(upright, INK)


def test_the_first_frame_of_an_animation():
    frames = [Image.fromarray(INK), Image.fromarray(255 - INK)]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert np.abs(to_ink(decode_picture(content, "a")).astype(int) - INK).mean() < 2


def test_the_name_does_not_decide_what_a_file_is(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(Image.fromarray(INK), "PNG"))
    np.testing.assert_array_equal(read_picture(path), INK)
    assert path.suffix in SUFFIXES


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"not a picture at all", "not a picture"),
        (b"\x89PNG\r\n\x1a\n", "a.png"),
        (encoded(Image.fromarray(INK), "PNG")[:300], "damaged"),
        (encoded(Image.fromarray(INK), "JPEG")[:700], "damaged"),
    ],
)
def test_bad_content_is_refused_with_a_reason(content, words):
    with pytest.raises(InvalidImageError, match=words):
        decode_picture(content, "a.png")


def test_too_many_pixels_are_refused_from_the_header():
    content = encoded(Image.new("1", (10_000, 6_401)), "PNG")
    with pytest.raises(InvalidImageError, match="64 are read"):
        decode_picture(content, "a.png")


def test_a_missing_file_is_named_without_its_folder(tmp_path):
    with pytest.raises(InvalidImageError, match="cannot be opened") as caught:
        read_picture(tmp_path / "gone.png")
    assert str(tmp_path) not in str(caught.value)


UNUSUAL, BAD = bad_pictures.unusual(), bad_pictures.bad()


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_files_keep_the_ink(name):
    content, ink = UNUSUAL[name]
    found = find_ink(decode_picture(content, name)).ink
    assert found.shape == ink.shape
    assert np.abs(found.astype(int) - ink).mean() < 1.5


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_at_once_with_a_reason(name):
    content, words = BAD[name]
    start = time.process_time()
    with pytest.raises(InvalidImageError, match=words) as caught:
        decode_picture(content, name)
    assert time.process_time() - start < 1
    assert str(caught.value).startswith(name)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_undone(orientation):
    pixels = np.dstack([INK[:200], INK[:200] // 2, INK[:200] // 3])
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(Image.fromarray(pixels), "PNG", exif=exif)
    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    np.testing.assert_array_equal(decode_picture(content, "a"), np.asarray(wanted))


def test_noise_in_16_bit_levels_is_not_blown_up():
    levels = 50_000 + np.random.default_rng(0).integers(-30, 30, (200, 200))
    content = encoded(Image.fromarray(levels.astype(np.uint16)), "PNG")
    assert find_ink(decode_picture(content, "a")).ink.max() == 0


def test_bands_of_a_large_picture_join_without_a_seam():
    pixels = np.random.default_rng(0).integers(0, 256, (2 * BAND_ROWS + 3, 5, 3), np.uint8)
    content = encoded(Image.fromarray(pixels), "PNG")
    np.testing.assert_array_equal(decode_picture(content, "a"), pixels)


def test_many_threads_may_read_at_once():
    content, _ = UNUSUAL["palette.png"]
    with ThreadPoolExecutor(8) as pool:
        pictures = list(pool.map(lambda _: decode_picture(content, "a"), range(32)))
    assert all(np.array_equal(picture, pictures[0]) for picture in pictures)


SMALL = Image.fromarray(INK[::4, ::4])
VALID = {
    **{form: encoded(SMALL.convert("RGB"), form) for form in FORMATS},
    "progressive": encoded(SMALL, "JPEG", progressive=True),
    "multi-picture": encoded(SMALL, "MPO", save_all=True, append_images=[SMALL]),
    "deflated": encoded(SMALL, "TIFF", compression="tiff_lzw"),
    "animated": encoded(SMALL, "GIF", save_all=True, append_images=[SMALL.rotate(90)]),
}
SECONDS = 2.0
"""Time of the processor for any file."""


def damaged(content, random):
    """Return ``content`` with some bytes changed, and a part repeated, cut out or cut off."""
    changed = bytearray(content)
    reach = len(changed) if random.random() < 0.5 else min(len(changed), 200)
    for index in random.integers(0, reach, int(random.integers(0, 5))):
        changed[index] = random.integers(256)
    kind, start = random.random(), int(random.integers(len(changed)))
    end = start + int(random.integers(1, 40))
    if kind < 0.25:
        del changed[start:]
    elif kind < 0.5:
        del changed[start:end]
    elif kind < 0.75:
        changed[end:end] = changed[start:end] * int(10 ** random.uniform(0, 5))
    return bytes(changed)


def check_damaged_files(form, count, seed):
    random = np.random.default_rng((zlib.crc32(form.encode()), seed))
    refused = 0
    for _ in range(count):
        content, start = damaged(VALID[form], random), time.process_time()
        try:
            picture = decode_picture(content, "a")
        except InvalidImageError:
            refused += 1
        else:
            assert picture.dtype == np.uint8
            if picture.size < 200_000:
                assert find_ink(picture).ink.dtype == np.uint8
        assert time.process_time() - start < SECONDS
    assert 0 < refused < count


@pytest.mark.parametrize("form", VALID)
def test_damaged_files_give_a_picture_or_the_documented_error(form):
    check_damaged_files(form, 60, seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("form", VALID)
def test_hundreds_of_damaged_files_do_too(form):
    check_damaged_files(form, 150, seed=1)


def test_silence_ends_with_the_last_thread():
    before, inside = list(warnings.filters), threading.Barrier(3)

    def decode(_):
        with image_files._SILENCE:
            inside.wait(30)
            warnings.warn("not heard", UserWarning, stacklevel=1)
            inside.wait(30)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(decode, range(3)))
    assert warnings.filters == before
