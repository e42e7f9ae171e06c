"""Picture files of every kind, good and bad."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mnist_app import InvalidImageError
from mnist_app.ink.canvas import to_ink
from mnist_app.ink.picture_file import FORMATS, SUFFIXES, decode_picture, read_picture
from tests.drawings import drawn

INK = drawn(4)


def encoded(picture, form, **options):
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


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


VALID = [encoded(Image.fromarray(INK[::4, ::4]), form) for form in FORMATS]


@given(st.sampled_from(VALID), st.integers(0, 2**31), st.integers(1, 8), st.booleans())
@settings(max_examples=300)
def test_damaged_files_give_a_picture_or_the_documented_error(content, seed, flips, cut):
    random = np.random.default_rng(seed)
    damaged = bytearray(content)
    for place in random.integers(0, len(damaged), flips):
        damaged[place] = random.integers(256)
    if cut:
        del damaged[random.integers(len(damaged)) :]
    try:
        picture = decode_picture(bytes(damaged), "a")
    except InvalidImageError:
        return
    assert picture.dtype == np.uint8
