"""A class in real browsers: a teacher on a desktop computer, pupils on phones, at the same time."""

import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_app import Recognizer
from mnist_app.bundle import load_bundle
from mnist_app.classroom.lesson_outcome import LessonOutcome
from mnist_app.classroom.taught_layer import TaughtLayer
from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.ui.canvas.canvas_spec import CLASS
from tests.browser.contrast import MINIMUM_CONTRAST, contrast
from tests.browser.drawing_page import choose_model
from tests.browser.pointers import Finger
from tests.browser.shapes import DIGITS, SIDE
from tests.browser.traffic import Traffic
from tests.classroom import lessons
from tests.ui.classroom import small_class

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALL_PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
PROMPT = re.compile(r"Draw an? (\d)")


@pytest.fixture(autouse=True)
def _class_addresses(monitor):
    # Streamlit's frontend first looks for the server below the address of the page Class.
    monitor.ignore(r"status of 404")


@pytest.fixture
def classroom(store):
    today = datetime.now(UTC).date()
    created, _ = store.create_class("7b", 1, today + timedelta(days=1))
    yield created
    store.delete_class(created)


class PupilPage:
    def __init__(self, page):
        self.page = page
        self.traffic = Traffic(page)
        self.finger = Finger(page)
        self.canvas = page.locator(".st-key-drawing canvas.upper-canvas").first
        self.prompt = page.locator(".st-key-class_prompt")
        self.next = page.get_by_role("button", name="Next", exact=True)
        self.progress = page.locator("[data-testid=stProgress]")

    def join(self):
        self.page.get_by_role("button", name="Join as a new pupil").click()
        self.digit()

    def digit(self):
        """The digit that the page asks for."""
        expect(self.prompt).to_have_text(PROMPT)
        return int(PROMPT.search(self.prompt.inner_text())[1])

    def leave_ink(self, shape):
        expect(self.canvas).to_be_visible()
        box = self.canvas.bounding_box()
        scale = box["width"] / SIDE
        for line in DIGITS[shape]:
            self.finger.stroke([(box["x"] + x * scale, box["y"] + y * scale) for x, y in line])

    def draw(self, shape=None):
        """Draw what is asked for, or ``shape``, and wait for the tick; return the digit."""
        digit = self.digit()
        kept = int(self.progress.inner_text().split(" of ")[0].split()[-1])
        sent = self.traffic.sent
        self.leave_ink(digit if shape is None else shape)
        self.next.click()  # at once: all strokes go along
        expect(self.progress).to_contain_text(f"Your {digit} is kept · {kept + 1} of")
        assert self.traffic.sent == sent + 1, "a message for each drawing"
        return digit


def expected_image(digit):
    """What the store makes of the strokes of `DIGITS`, on the canvas of the class."""
    scale = CLASS.width / SIDE
    strokes = [
        Stroke(np.array(line, np.float32) * scale, CLASS.default_brush) for line in DIGITS[digit]
    ]
    return steps_of_drawing(draw(strokes, CLASS.height, CLASS.width)).image


def pixels(thumbnail):
    """The grey levels of a drawing on the wall."""
    data = thumbnail.locator("canvas").evaluate(
        "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    return np.array(data, np.uint8).reshape(28, 28, 4)[..., 0]


def test_a_class_collects(open_context, app):
    teacher = open_context(app.url, viewport={"width": 1280, "height": 900}).new_page()
    teacher.goto(f"{app.url}/class")
    teacher.get_by_role("tab", name="Make a class").click()
    teacher.get_by_role("textbox", name="Title").fill("7b *ours*")
    teacher.get_by_role("button", name="Make the class").click()
    expect(teacher.get_by_role("heading", name="7b *ours*")).to_be_visible()
    own_link = teacher.locator(".st-key-class_own_link code").inner_text()
    assert teacher.url == own_link
    teacher.get_by_role("button", name="I have kept it").click()
    expect(teacher.get_by_text("Only this computer can open the app now.")).to_be_visible()
    code = teacher.locator(".st-key-class_code_shown").inner_text()

    pupils = [PupilPage(open_context(app.url, **SMALL_PHONE).new_page()) for _ in range(2)]
    pupils[0].page.goto(f"{app.url}/class")
    pupils[0].page.get_by_label("Type the code").fill(code.lower())
    pupils[0].page.get_by_role("button", name="Go").click()
    pupils[1].page.goto(f"{app.url}/class?code={code.replace(' ', '')}")
    for number, pupil in enumerate(pupils, start=1):
        pupil.join()
        expect(pupil.page.get_by_text(f"You are pupil {number}")).to_be_visible()
        for part in (pupil.prompt, pupil.canvas, pupil.next):
            expect(part).to_be_in_viewport(ratio=1)
    shapes = (4, None)  # the first pupil draws two strokes whatever is asked for
    drawn = [
        [pupil.draw(shape) for pupil, shape in zip(pupils, shapes, strict=True)] for _ in range(3)
    ]

    groups = teacher.locator(".pupils .group")
    drawings = teacher.locator(".pupils .drawing")
    expect(drawings).to_have_count(6)
    for number, digits in enumerate(zip(*drawn, strict=True)):
        expect(groups.nth(number).locator(".drawing")).to_have_text([str(d) for d in digits])
    for index in range(3):
        thumbnail = groups.nth(0).locator(".drawing").nth(index)
        expected = expected_image(4)
        likeness = np.corrcoef(expected.ravel(), pixels(thumbnail).ravel())[0, 1]
        assert likeness > 0.95
    expect(teacher.locator(".st-key-class_counts")).to_contain_text("2 pupils · 6 drawings")
    for label in {row[0] for row in drawn} - {4, 9}:  # a model may take this 4 for a 9
        doubtful = teacher.locator(".doubts .drawing", has_text=f"{label} → 4")
        expect(doubtful).to_have_count(1)

    groups.nth(1).locator(".drawing").nth(1).click()
    expect(drawings).to_have_count(5)
    expect(teacher.locator(".undo")).to_contain_text(f"pupil 2 was removed: {drawn[1][1]}.")
    expect(teacher.locator(".st-key-class_counts")).to_contain_text("5 drawings")
    groups.nth(0).get_by_role("button", name="Remove pupil 1 with all drawings").click()
    expect(groups).to_have_count(1)
    for left in (5, 6):
        teacher.get_by_role("button", name="Undo").click()
        expect(drawings).to_have_count(left)
    expect(groups.nth(1).locator(".drawing")).to_have_text([str(row[1]) for row in drawn])

    teacher.get_by_role("button", name="Close the code").click()
    expect(teacher.get_by_text("The code is closed")).to_be_visible()
    late = open_context(app.url, **SMALL_PHONE).new_page()
    late.goto(f"{app.url}/class?code={code.replace(' ', '')}")
    expect(late.get_by_text("This code is closed.")).to_be_visible()

    wanted = pupils[0].digit()
    pupils[0].leave_ink(wanted)
    pupils[0].page.reload()
    expect(pupils[0].progress).to_contain_text("3 of 30")
    assert pupils[0].digit() == wanted
    pupils[0].next.click()
    expect(pupils[0].progress).to_contain_text(f"Your {wanted} is kept · 4 of 30")
    expect(groups.nth(0).locator(".drawing")).to_have_count(4)

    teacher.get_by_text("Keep & delete").click()
    teacher.get_by_text("Yes, delete all of it").click()
    teacher.get_by_role("button", name="Delete this class").click()
    expect(teacher.get_by_text("is deleted, with all its drawings")).to_be_visible()
    pupils[1].leave_ink(pupils[1].digit())
    pupils[1].next.click()
    expect(pupils[1].page.get_by_text("This class does not exist any more")).to_be_visible()
    teacher.goto(own_link)
    expect(teacher.get_by_text("This teacher's link opens no class")).to_be_visible()
    said = app.log()
    secrets = [own_link, *(pupil.page.url for pupil in pupils)]
    assert not any(link.rpartition("=")[2] in said for link in secrets)
    assert code.replace(" ", "") not in said


def test_a_pupil_goes_on_after_a_dropped_connection(
    open_context, monitor, interruptible_connection, store, classroom
):
    monitor.ignore(r"Failed to load resource|when disconnected|not responding|reaching server")
    connection = interruptible_connection
    pupil = PupilPage(open_context(connection.url, **SMALL_PHONE).new_page())
    pupil.page.goto(f"{connection.url}/class?code={classroom.code}")
    pupil.join()
    pupil.draw()
    offline = pupil.page.locator(".st-key-class_offline")
    expect(offline).to_be_hidden()

    connection.cut()
    expect(offline).to_be_visible()
    digit = pupil.digit()
    pupil.leave_ink(digit)
    expect(pupil.next).to_be_disabled()
    connection.restore()
    expect(offline).to_be_hidden()
    pupil.next.click()
    expect(pupil.progress).to_contain_text(f"Your {digit} is kept · 2 of 10")
    kept = store.drawings(classroom)
    assert [drawing.label for drawing in kept][1] == digit
    assert len(kept) == 2


def test_the_last_drawing_is_thanked_for_and_the_device_passed_on(
    open_context, app, store, classroom
):
    pupil = PupilPage(open_context(app.url, color_scheme="dark", **SMALL_PHONE).new_page())
    pupil.page.goto(f"{app.url}/class?code={classroom.code}")
    pupil.join()
    assert min(contrast(pupil.next.locator("p"))) >= MINIMUM_CONTRAST
    first = pupil.digit()
    pupil.leave_ink(first)
    pupil.page.get_by_role("button", name="I drew something else").click()
    expect(pupil.prompt).not_to_have_text(re.compile(rf"{first}"))
    pupil.next.click()
    expect(pupil.prompt).to_contain_text("first")  # the canvas is empty again
    for _ in range(8):
        lessons.draw(store, *store.pupils(classroom))
    pupil.page.reload()
    expect(pupil.progress).to_contain_text("8 of 10")
    assert [pupil.draw() for _ in range(2)][-1] == first
    expect(pupil.page.get_by_text("Thank you!")).to_be_visible()
    expect(pupil.page.locator(".st-key-class_own img")).to_have_count(10)
    pupil.page.get_by_role("button", name="The next pupil draws here").click()
    pupil.join()
    expect(pupil.page.get_by_text("You are pupil 2")).to_be_visible()
    expect(pupil.progress).to_contain_text("0 of 10")


def test_a_class_is_saved_and_opened_again(open_context, app, tmp_path):
    page = open_context(app.url).new_page()
    page.goto(f"{app.url}/class")
    page.get_by_role("tab", name="Open a saved class").click()
    page.get_by_role("button", name="Open the ready-made class").click()
    page.get_by_text("Keep & delete").click()
    page.get_by_role("button", name="Prepare the file").click()
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save Twenty-writers").click()
    file = tmp_path / "class.zip"
    saving.value.save_as(file)
    page.get_by_text("Yes, delete all of it").click()
    page.get_by_role("button", name="Delete this class").click()
    page.get_by_role("tab", name="Open a saved class").click()
    (tmp_path / "other.zip").write_bytes(file.read_bytes()[:-1000])
    for path, sight in (("other.zip", "cannot be opened"), ("class.zip", "Keep this link")):
        page.locator("input[type=file]").set_input_files(tmp_path / path)
        # The page has run again with the new file: what it said of the one before is gone.
        expect(page.get_by_text("cannot be opened")).to_be_hidden()
        page.get_by_role("button", name="Open it").click()
        expect(page.get_by_text(sight)).to_be_visible()


def test_a_class_judges_and_teaches_and_its_pupils_read_with_what_they_taught(
    open_context, open_page, app, store
):
    classroom, secret = small_class.make(store, 4)
    teacher = open_context(app.url, viewport={"width": 1280, "height": 900}).new_page()
    teacher.goto(f"{app.url}/class?key={secret}&step=Judge")
    judged = teacher.locator(".st-key-judge_matrix")
    cell = judged.locator("svg .mark-rect path").nth(10 * small_class.SLIP + 7)
    cell.click(force=True)
    pictures = teacher.locator(".st-key-judge_pictures [data-testid=stImage]")
    expect(pictures).to_have_count(1)
    expect(pictures).to_contain_text("1 → said 7 · pupil 4")
    expect(teacher.locator(".st-key-judge_pupils svg image")).to_have_count(4)

    teacher.get_by_text("Teach", exact=True).first.click()
    teacher.locator(".st-key-teach button").click()
    expect(teacher.get_by_text("The model is learning.")).to_be_visible()
    expect(teacher.get_by_role("heading", name="What changed")).to_be_visible()
    (taught,) = store.taught_models(classroom)
    tested = LessonOutcome.from_json(taught.summary).after
    expect(teacher.locator(".st-key-taught_pupils")).to_contain_text(
        f"After: {tested.right} of {tested.total}, {tested.in_words}."
    )

    pupil = open_context(app.url).new_page()
    pupil.goto(f"{app.url}/class?pupil={store.join(classroom)[1]}")
    expect(pupil.locator(".st-key-class_prompt")).to_be_visible()
    pupil.get_by_role("link", name="Draw", exact=True).click()
    with pupil.expect_response(re.compile(r"/live/cnn-\w+\.bin$")) as weights:
        choose_model(pupil, taught.name)
    assert weights.value.ok
    expect(pupil).to_have_url(re.compile(rf"class={classroom.code}"))
    expect(pupil).to_have_url(re.compile("model="))
    store.close_code(classroom)

    friend = open_page(pupil.url)  # a link goes on to others of the class
    friend.recognizer = TaughtLayer.from_bytes(taught.blob).recognizer(load_bundle("cnn"))
    expect(friend.page.get_by_role("button", name="Model:")).to_contain_text(taught.name)
    drawn = friend.draw(DIGITS[7])
    assert drawn.text[0] == "7"
    assert drawn.disagreement(Recognizer.load("cnn"))  # it reads otherwise than before
    store.delete_class(classroom)
