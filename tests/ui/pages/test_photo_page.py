"""The Photo page shows the reading of the library, or why a file cannot be read."""

import numpy as np
import pytest
from PIL import Image

from mnist_app import Recognizer
from mnist_app.preprocessing.image_files import decode_picture
from mnist_app.ui import photo_upload, runtime
from mnist_app.ui.classroom import links
from mnist_app.ui.photo_view import View
from tests import bad_pictures
from tests.bad_pictures import encoded
from tests.drawings import drawn
from tests.photographs import photographed
from tests.ui.page_runner import images_on, page_at

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


def test_nothing_found_says_what_helps():
    app = uploaded(encoded(Image.new("RGB", (300, 200), (240, 240, 235)), "PNG"), "blank.png")
    (words,) = texts(app)
    assert words.startswith("I find no handwriting here.")
    for help_ in ("closer", "more light", "one thing at a time"):
        assert help_ in words
    mark(app, (10, 10, 100, 100))
    assert texts(app)[0].startswith("I find no handwriting in the box.")


def button(app, label):
    return next(button for button in app.button if button.label == label)


def mark(app, box):
    """Mark a part of the photo as the box picker does."""
    view = app.session_state["photo_view"]
    app.session_state["photo_view"] = View(view.quarter_turns, box)
    app.toggle(key="photo_part").set_value(True).run()
    assert not app.exception


@pytest.fixture
def reads(monkeypatch):
    """The views that files were read for."""
    made, call = [], photo_upload.read_upload

    def read(content, name, model, view=photo_upload.WHOLE):
        made.append(view)
        return call(content, name, model, view)

    monkeypatch.setattr(photo_upload, "read_upload", read)
    return made


def test_only_the_marked_part_is_read_and_each_view_once(reads):
    app = uploaded(photo_file())
    box = (340, 0, 340, 340)
    mark(app, box)
    assert texts(app)[0] == "2"
    assert len(images_on(app)) == 2, "the ink and one digit; the photo is in the box picker"
    height, width = images_on(app)[0][1].shape
    assert height == width
    app.toggle(key="photo_part").set_value(False).run()
    assert texts(app)[0] == "72"
    app.toggle(key="photo_part").set_value(True).run()
    assert texts(app)[0] == "2"
    button(app, "Reset").click().run()
    assert texts(app)[0] == "72"
    assert not app.toggle(key="photo_part").value
    assert reads == [View(), View(0, box)]


def test_a_photo_on_its_side_is_turned_with_its_box(reads):
    ink = np.hstack([drawn(digit, brush=16) for digit in (7, 2)])
    lying = np.ascontiguousarray(np.rot90(photographed(ink)))
    app = uploaded(encoded(Image.fromarray(lying), "JPEG", quality=92))
    assert "340×680" in images_on(app)[0][0]
    mark(app, (0, 340, 340, 340))  # the 7
    button(app, "Turn right").click().run()
    assert texts(app)[0] == "7"
    assert app.session_state["photo_view"] == View(1, (0, 0, 340, 340))
    app.toggle(key="photo_part").set_value(False).run()
    assert texts(app)[0] == "72"
    caption, picture = images_on(app)[0]
    assert "680×340" in caption
    assert picture.shape[:2] == (340, 680)
    button(app, "Turn left").click().run()
    assert app.session_state["photo_view"].quarter_turns == 0
    assert len(reads) == 4


def test_a_new_file_is_read_as_a_whole():
    app = uploaded(photo_file())
    mark(app, (340, 0, 340, 340))
    button(app, "Turn right").click().run()
    uploaded(photo_file((2, 7)), app=app)
    assert texts(app)[0] == "27"
    assert not app.toggle(key="photo_part").value


@pytest.mark.parametrize(
    ("box", "words"), [((5, 5, 9, 40), "too small"), ((900, 5, 40, 40), "outside")]
)
def test_a_box_that_cannot_be_read_is_explained_beside_the_photo(box, words):
    app = uploaded(photo_file())
    mark(app, box)
    assert [words in error.value for error in app.error] == [True]
    app.toggle(key="photo_part").set_value(False).run()
    assert not app.error
    assert texts(app)[0] == "72"


def test_a_file_that_the_server_has_dropped_is_asked_for_again(monkeypatch):
    app = uploaded(photo_file())
    monkeypatch.setattr(runtime, "uploaded_file", lambda _: None)
    mark(app, (340, 0, 340, 340))
    assert "Choose it again" in app.error[0].value
    button(app, "Reset").click().run()
    assert texts(app)[0] == "72"


def test_a_file_name_cannot_bring_markdown_to_the_page():
    app = uploaded(b"", "![a](https://example.org/a.png)")
    assert app.error[0].value.startswith("This file is empty")


def test_the_camera_is_offered_only_where_browsers_give_it(monkeypatch):
    app = page_at("photo")
    app.segmented_control(key="photo_source").set_value("The camera").run()
    assert len(app.camera_input) == 1
    monkeypatch.setattr(links, "page_url", lambda: "http://192.168.1.23:8501/photo")
    app = page_at("photo", photo_source="The camera")
    assert not app.segmented_control
    assert not app.camera_input
    assert len(app.file_uploader) == 1
    assert "opens the camera" in app.markdown[0].value
