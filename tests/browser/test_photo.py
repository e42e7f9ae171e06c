"""The Photo page in a real browser: uploads, bad files, a marked part, a phone, the camera."""

import re
import threading

import numpy as np
import psutil
import pytest
from PIL import Image
from playwright.sync_api import expect

from mnist_app.preprocessing.image_files import decode_picture
from tests.bad_pictures import bad, encoded
from tests.browser.conftest import PHONE, PHONE_USER_AGENT
from tests.browser.contrast import MINIMUM_CONTRAST, contrast
from tests.browser.pointers import Finger, Mouse
from tests.browser.snapshot import decode_png
from tests.drawings import drawn
from tests.photographs import photographed

pytestmark = pytest.mark.browser

LAPTOP = {"viewport": {"width": 1366, "height": 768}}

INK_HAS_SIDES = """ratio => {
    const ink = document.querySelector("[data-testid=stImage] img");
    return ink && Math.abs(ink.naturalWidth / ink.naturalHeight - ratio) < 0.02;
}"""


@pytest.fixture(scope="module")
def photo():
    ink = np.hstack([drawn(digit, brush=16) for digit in (7, 2, 0)])
    picture = photographed(ink, spacing=60, squared=True, shadow=0.6)
    exif = Image.Exif()
    exif[0x0112] = 6  # the phone was held sideways
    sideways = Image.fromarray(np.ascontiguousarray(np.rot90(picture)))
    return encoded(sideways, "JPEG", quality=92, exif=exif)


@pytest.fixture
def open_photo_page(open_context, app):
    def open_one(**options):
        page = open_context(app.url, **options).new_page()
        page.goto(app.url)
        expect(page.get_by_text("Draw a digit from 0 to 9").first).to_be_visible()
        go_to(page, "Photo")
        expect(page.get_by_text("Write a number on paper")).to_be_visible()
        return page

    return open_one


def go_to(page, title):
    page.get_by_role("link", name=title, exact=True).click()


def upload(page, name, content):
    chooser = page.locator("[data-testid=stFileUploader] input[type=file]")
    chooser.set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": content})


def shown(number):
    return "".join(str(digit.digit) if digit.accepted else "?" for digit in number.digits)


def test_a_bad_file_and_then_a_photo_are_said_and_shown(open_photo_page, photo, recognizer):
    page = open_photo_page()
    upload(page, "cut.jpg", bad()["cut.jpg"][0])
    expect(page.locator(".st-key-complaint")).to_contain_text("cut.jpg is damaged or incomplete.")
    assert min(contrast(page.locator(".st-key-complaint p"))) >= MINIMUM_CONTRAST

    upload(page, "sideways.jpg", photo)
    number = recognizer.read_number(decode_picture(photo, "a"))
    expect(page.locator(".st-key-number_text")).to_have_text(shown(number))
    expect(page.locator(".st-key-complaint")).to_have_count(0)
    pictures = page.locator("[data-testid=stImage] img")
    expect(pictures).to_have_count(2 + len(number.digits))
    sources = [picture.get_attribute("src") for picture in pictures.all()]
    assert all(source.startswith("data:image/") for source in sources)
    height, width = decode_png(sources[1]).shape
    assert height * 3 == width
    for source, digit in zip(sources[2:], number.digits, strict=True):
        np.testing.assert_array_equal(decode_png(source), digit.image)
    expect(page.get_by_text("1020×340 pixels")).to_be_visible()


def lying_page():
    """A page with 72 above and 4 below on the right, 680 pixels wide and high, on its left side."""
    ink = np.zeros((680, 680), np.uint8)
    ink[:340] = np.hstack([drawn(digit, brush=16) for digit in (7, 2)])
    ink[340:, 340:] = drawn(4, brush=16)
    return np.ascontiguousarray(np.rot90(photographed(ink)))


@pytest.mark.parametrize(
    ("options", "device"), [(LAPTOP, Mouse), (PHONE | {"user_agent": PHONE_USER_AGENT}, Finger)]
)
def test_a_picture_is_turned_and_a_part_of_it_marked(open_photo_page, options, device):
    page = open_photo_page(**options)
    pointer, number = device(page), page.locator(".st-key-number_text")
    upload(page, "page.png", encoded(Image.fromarray(lying_page()), "PNG"))
    expect(page.get_by_text("page.png, 680×680 pixels")).to_be_visible()
    page.get_by_role("button", name="Turn right").press("Enter")  # by keyboard
    expect(number).to_have_text(re.compile(r"^72\s*4$"))

    page.get_by_text("Mark a part").click()
    frame, box = page.locator(".frame"), page.locator(".frame .box")
    expect(box).to_be_hidden()

    def drag(*points):
        frame.scroll_into_view_if_needed()
        shown = frame.bounding_box()
        assert shown["width"] == pytest.approx(shown["height"], abs=1)
        left, top, side = shown["x"], shown["y"], shown["width"]
        pointer.stroke([(left + x * side, top + y * side) for x, y in points])

    def marked():
        """Left, top, right and bottom of the box on the screen, as shares of the picture."""
        inner, outer = box.bounding_box(), frame.bounding_box()
        left, top = inner["x"] - outer["x"], inner["y"] - outer["y"]
        sides = (left, top, left + inner["width"], top + inner["height"])
        return [side / outer["width"] for side in sides]

    drag((0.9, 0.55), (0.52, 0.97))
    expect(number).to_have_text("4")
    assert marked() == pytest.approx([0.52, 0.55, 0.9, 0.97], abs=0.01)
    page.wait_for_function(INK_HAS_SIDES, arg=0.38 / 0.42)  # it is shown after the number

    drag((0.7, 0.7), (0.7, 0.7))  # a tap
    drag((0.05, 0.45), (0.5, -0.1), (1.04, 0.02))
    expect(number).to_have_text("72")
    assert marked() == pytest.approx([0.05, 0.02, 1, 0.45], abs=0.01)

    drag((0.5, 0.5), (0.52, 0.8))
    expect(page.locator(".st-key-complaint")).to_contain_text("too small")
    page.get_by_role("button", name="Turn left").click()
    expect(page.locator(".st-key-complaint")).to_contain_text("too small")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".st-key-complaint")).to_have_count(0)
    expect(frame).to_have_count(0)


@pytest.mark.slow
def test_a_phone_sees_the_whole_page_without_scrolling_sideways(open_photo_page, photo):
    page = open_photo_page(**PHONE)
    assert "image/*" in page.locator("input[type=file]").get_attribute("accept")
    upload(page, "sideways.jpg", photo)
    expect(page.locator(".st-key-number_text")).to_have_text(re.compile(r"[0-9?]{3}"))
    expect(page.locator(".st-key-seen img")).to_have_count(3)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        overflow = page.evaluate(
            """() => Math.max(...[document.scrollingElement,
                document.querySelector("[data-testid=stMain]")].map((part) => part.scrollWidth))
                - innerWidth"""
        )
        assert overflow <= 0
    sides = [image.bounding_box() for image in page.locator("[data-testid=stImage] img").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in sides)


@pytest.mark.slow
def test_a_photo_stays_when_another_page_was_looked_at(open_photo_page, photo):
    page = open_photo_page()
    upload(page, "sideways.jpg", photo)
    text = page.locator(".st-key-number_text")
    expect(text).to_have_text(re.compile(r"[0-9?]{3}"))
    before = text.inner_text()
    go_to(page, "About")
    expect(page.get_by_role("heading", name="About")).to_be_visible()
    go_to(page, "Photo")
    expect(text).to_have_text(before)


@pytest.mark.slow
def test_this_computer_s_own_camera_can_be_used(open_photo_page):
    page = open_photo_page()
    page.get_by_role("radio", name="The camera").click()
    expect(page.locator("[data-testid=stCameraInput]")).to_be_visible()


@pytest.mark.slow
def test_a_file_that_is_too_large_is_refused_before_it_is_sent(open_photo_page, tmp_path):
    large = tmp_path / "large.jpg"
    large.write_bytes(bytes(20 * 2**20 + 1))
    page = open_photo_page()
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(large)
    expect(page.get_by_text(re.compile("20.0 ?MB"))).to_be_visible()
    expect(page.get_by_text("Write a number on paper")).to_be_visible()


@pytest.fixture(scope="module")
def largest_files(tmp_path_factory):
    """Four files of 64 megapixels each, in the forms that take the most memory."""
    folder = tmp_path_factory.mktemp("largest")
    tile = np.random.default_rng(0).integers(200, 240, (500, 500), np.uint8)
    grey = Image.fromarray(np.tile(tile, (16, 16)))
    see_through = grey.convert("RGBA")
    see_through.putalpha(grey)
    see_through.save(folder / "a.png", compress_level=1)
    grey.convert("RGB").save(folder / "b.jpg", quality=60)
    grey.convert("CMYK").save(folder / "c.jpg", quality=50)
    grey.convert("RGB").save(folder / "d.webp", quality=30, method=0)
    return sorted(folder.iterdir())


@pytest.mark.slow
def test_four_of_the_largest_uploads_at_once_take_little_memory_of_the_server(
    open_photo_page, app, largest_files
):
    assert all(file.stat().st_size < 20 * 2**20 for file in largest_files)
    server, peak, done = psutil.Process(app.pid), 0, threading.Event()

    def sample_memory():
        nonlocal peak
        while not done.wait(0.02):
            peak = max(peak, server.memory_info().rss)

    sampler = threading.Thread(target=sample_memory)
    sampler.start()
    try:
        pages = [open_photo_page() for _ in largest_files]
        for page, file in zip(pages, largest_files, strict=True):
            page.locator("input[type=file]").set_input_files(file)
        for page in pages:
            expect(page.get_by_text("8000×8000 pixels")).to_be_visible(timeout=300_000)
    finally:
        done.set()
        sampler.join()
    assert peak < 500 * 2**20, f"{peak / 2**20:.0f} MB"
