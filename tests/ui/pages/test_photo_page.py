"""The Photo page shows the reading of the library, or why a file cannot be read."""

import numpy as np
import pytest
from PIL import Image

from mnist_app import Recognizer
from mnist_app.preprocessing.image_files import decode_picture
from tests import bad_pictures
from tests.bad_pictures import encoded
from tests.drawings import drawn
from tests.photographs import photographed
from tests.ui.page_runner import page_at

HINT = "Write a number on paper, or on a board, and take a photo of it"


def photo_file(digits=(7, 2), **scene):
    ink = np.hstack([drawn(digit, brush=16) for digit in digits])
    return encoded(Image.fromarray(photographed(ink, **scene)), "JPEG", quality=92)


def uploaded(content, name="photo.jpg", app=None):
    app = app or page_at("photo")
    app.file_uploader[0].set_value((name, content, "application/octet-stream")).run()
    assert not app.exception
    return app


def texts(app):
    return [element.value for element in app.markdown]


def test_the_page_begins_with_a_hint():
    app = page_at("photo")
    assert not app.exception
    assert texts(app) == [HINT]
    assert "not stored" in app.caption[-1].value


@pytest.mark.parametrize("scene", [{}, {"spacing": 60, "squared": True}, {"shadow": 0.5}])
def test_the_page_shows_the_library_s_reading(scene):
    content = photo_file(**scene)
    number = Recognizer.load().read_number(decode_picture(content, "a"))
    assert number.text == "72"
    app = uploaded(content)
    assert texts(app)[0] == "".join(str(d.digit) if d.accepted else "?" for d in number.digits)
    captions = [caption for picture in app.get("image") for caption in picture.captions]
    assert captions[2:] == [digit.sentence for digit in number.digits]
    assert "680×340" in captions[0]


def test_pictures_never_reach_the_media_store():
    app = uploaded(photo_file())
    sources = [picture.proto.imgs[0].url for picture in app.get("image")]
    assert len(sources) == 4
    assert all(source.startswith("data:image/") for source in sources)


@pytest.mark.slow
def test_bad_files_are_explained_and_the_next_good_one_is_read():
    app = page_at("photo")
    for name, (content, words) in bad_pictures.bad().items():
        uploaded(content, name, app)
        assert [words in error.value for error in app.error] == [True], name
        assert not app.get("image")
    uploaded(photo_file(), app=app)
    assert not app.error
    assert texts(app)[0] not in ("", HINT)


@pytest.mark.slow
def test_damaged_files_never_show_a_stack_trace():
    random = np.random.default_rng(0)
    app, content = page_at("photo"), photo_file((1,))
    for _ in range(12):
        damaged = bytearray(content)
        for index in random.integers(0, len(damaged), 6):
            damaged[index] = random.integers(256)
        uploaded(bytes(damaged[: int(random.integers(200, len(damaged)))]), app=app)
        assert bool(app.error) != bool(app.get("image"))
        assert all("went wrong" not in error.value for error in app.error)


def test_a_blank_photo_is_reported():
    app = uploaded(encoded(Image.new("RGB", (300, 200), (240, 240, 235)), "PNG"), "blank.png")
    assert texts(app)[0].startswith("I find no writing")


def test_a_file_name_cannot_bring_markdown_to_the_page():
    app = uploaded(b"", "![a](https://example.org/a.png)")
    assert app.error[0].value.startswith("This file is empty")


def test_the_camera_is_there_with_its_hint():
    app = page_at("photo")
    app.segmented_control(key="photo_source").set_value("The camera").run()
    assert len(app.camera_input) == 1
    assert "https" in app.caption[0].value
    assert "phone" in app.caption[0].value
