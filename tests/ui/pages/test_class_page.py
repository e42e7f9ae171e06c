"""The views of the page Class, run by Streamlit without a browser, on a database of their own."""

import base64
import io
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from mnist_app.classroom import class_limits, codes
from mnist_app.classroom.class_import import import_class
from mnist_app.classroom.database_errors import DATABASE_VARIABLE
from mnist_app.errors import StoreError, UnknownClassError
from mnist_app.preprocessing.strokes import Stroke
from mnist_app.server.class_store import shared_store
from mnist_app.ui import invitation
from mnist_app.ui.canvas.canvas_spec import CLASS
from mnist_app.ui.canvas.fabric_adapter import as_reported, read_drawing
from mnist_app.ui.classroom import links, membership, wall_view
from tests.classroom.lessons import draw
from tests.ui.page_runner import fabric, page_at, pixels_of

LINE = [Stroke(np.array([[160, 60], [150, 260]], np.float32), CLASS.default_brush)]


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'classes.sqlite'}")
    yield shared_store.get()
    shared_store.close()
    wall_view._wall_and_readings.clear()


@pytest.fixture
def made(store):
    return store.create_class("7b", 1, datetime.now(UTC).date() + timedelta(days=30))


def texts(app):
    kinds = (app.title, app.markdown, app.caption, app.warning, app.error, app.success)
    return "\n".join(element.value for kind in kinds for element in kind)


def page(**query):
    app = page_at("class", **query)
    assert not app.exception
    return app


def ink(app, strokes=LINE):
    """Leave strokes on the canvas, as the browser reports them."""
    app.session_state[CLASS.drawing_key] = read_drawing(as_reported(fabric(strokes)), CLASS)


def joined(app):
    """The pupil's page after joining with the code of ``app``."""
    app.button("join_class").click().run()
    assert list(app.query_params) == ["pupil"]
    return app


def value(app, name):
    """The value of a parameter of the address."""
    found = app.query_params[name]
    return found if isinstance(found, str) else found[0]


def own_drawings(app):
    """Caption and pixels of the drawings at the end; the pupil's mark is an image, too."""
    images = [image for element in app.get("image") for image in element.proto.imgs]
    return [(image.caption, pixels_of(image.url)) for image in images if image.caption]


def prompt(app):
    return next(one.value for one in app.markdown if one.value.startswith("Draw a"))


def test_a_class_is_made_and_its_link_opens_it(store):
    app = page()
    assert "There are no names and no accounts" in texts(app)
    app.text_input("class_title").input("7b *ours*")
    app.number_input("class_per_digit").set_value(2)
    app.button("class_make").click().run()
    secret = value(app, "key")
    classroom = store.class_of_teacher(secret)
    assert classroom.title == "7b *ours*"
    assert classroom.drawings_per_digit == 2
    assert classroom.delete_on == datetime.now(UTC).date() + timedelta(days=30)
    assert app.title[0].value == r"7b \*ours\*"
    assert any(secret in code.value for code in app.code)
    app.button("class_link_kept").click().run()
    assert not any(secret in code.value for code in app.code)


def test_a_class_without_a_title_is_not_made(store):
    app = page()
    app.button("class_make").click().run()
    assert "Give the class a title" in texts(app)
    assert "key" not in app.query_params


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"code": "222222"}, "There is no class with this code"),
        ({"code": "<script>"}, "There is no class with this code"),
        ({"key": "nobody"}, "This teacher's link opens no class"),
        ({"pupil": "nobody"}, "This pupil's link opens no class"),
    ],
)
def test_an_unknown_address_gets_a_sentence_and_a_way_back(query, sentence):
    app = page(**query)
    assert sentence in texts(app)
    app.button("leave").click().run()
    assert not dict(app.query_params)
    assert "A class draws its own digits" in texts(app)


def test_a_typed_code_leads_to_the_class(made):
    app = page()
    app.text_input("class_code").input(f" {made[0].code.lower()} ")
    app.button[0].click().run()
    assert app.title[0].value == "7b"
    assert "You will draw 10 digits" in texts(app)


def test_wrong_codes_are_slowed_down(store, made, monkeypatch):
    monkeypatch.setattr(membership, "visitor", lambda: "10.0.0.7")
    for _ in range(codes.VISITOR_TRIES):
        with pytest.raises(UnknownClassError):
            store.class_of_code("222222", "10.0.0.7")
    assert "Too many wrong codes" in texts(page(code="222222"))
    assert "Too many wrong codes" in texts(page(code=made[0].code))  # right, but who knows


def test_a_pupil_draws_and_sees_its_own_drawings(store, made):
    app = joined(page(code=made[0].code))
    secret = value(app, "pupil")
    assert "You are **pupil 1**, the blue circle" in texts(app)
    for count in range(10):
        pupil = store.pupil_of_secret(secret)
        digit = store.asked(pupil).digit
        assert prompt(app).split()[-1] == str(digit)
        ink(app)
        app.button("class_next").click().run()
        assert len(store.drawings(made[0])) == count + 1
        assert store.drawings(made[0])[-1].label == digit
    assert "Thank you!" in texts(app)
    own = own_drawings(app)
    assert len(own) == 10
    for (caption, pixels), drawing in zip(own, store.drawings(made[0]), strict=True):
        assert caption == str(drawing.label)
        assert np.array_equal(pixels, drawing.image)
    drawn = store.strokes(store.drawings(made[0]))
    assert all(np.array_equal(strokes[0].points, LINE[0].points) for strokes in drawn)


def test_an_empty_canvas_is_not_kept(store, made):
    app = joined(page(code=made[0].code))
    before = prompt(app)
    app.button("class_next").click().run()
    assert prompt(app) == f"{before} first"
    assert store.drawings(made[0]) == []


def test_something_else_is_asked_for_again_at_the_end(store, made):
    app = joined(page(code=made[0].code))
    first = prompt(app)
    ink(app)
    app.button("class_skip").click().run()
    assert prompt(app) != first
    assert store.drawings(made[0]) == []
    app.button("class_next").click().run()  # the canvas was emptied
    assert prompt(app).endswith("first")


def test_a_page_that_is_loaded_again_goes_on_and_keeps_a_drawing_once(store, made):
    app = joined(page(code=made[0].code))
    secret = value(app, "pupil")
    again = page(pupil=secret)
    assert prompt(again) == prompt(app)
    for one in (app, again):  # the answer to the first was lost, so it is sent once more
        ink(one)
        one.button("class_next").click().run()
        assert "is kept · 1 of 10" in one.get("progress")[0].proto.text
    assert len(store.drawings(made[0])) == 1


def test_a_database_that_fails_loses_no_drawing(store, made, monkeypatch):
    app = joined(page(code=made[0].code))
    before = prompt(app)
    ink(app)
    with monkeypatch.context() as patch:

        def fail(*_, **__):
            raise StoreError("The database does not answer.")

        patch.setattr(type(store), "add_drawing", fail)
        app.button("class_next").click().run()
    assert "The database does not answer." in texts(app)
    assert prompt(app) == before
    app.button("class_next").click().run()
    assert "The database does not answer." not in texts(app)
    (drawing,) = store.drawings(made[0])
    assert np.array_equal(store.strokes([drawing])[0][0].points, LINE[0].points)


def test_without_a_database_the_page_says_so_and_tries_again(made, monkeypatch):
    def fail():
        raise StoreError("The database does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(shared_store, "get", fail)
        app = page(key=made[1])
        assert "The database does not answer." in texts(app)
    app.button("try_again").click().run()
    assert app.title[0].value == "7b"


def test_a_removed_pupil_and_a_closed_code_are_told(store, made):
    classroom = made[0]
    app = joined(page(code=classroom.code))
    secret = value(app, "pupil")
    store.remove_pupil(classroom, store.pupil_of_secret(secret).id)
    ink(app)
    app.button("class_next").click().run()
    assert "Your teacher has taken you out of this class" in texts(app)
    assert "Your teacher has taken you out of this class" in texts(page(pupil=secret))
    store.close_code(classroom)
    assert "This code is closed" in texts(page(code=classroom.code))


def test_a_full_class_says_so(made, monkeypatch):
    app = page(code=made[0].code)
    monkeypatch.setattr(class_limits, "MAXIMUM_PUPILS", 0)
    app.button("join_class").click().run()
    assert "This class is full" in texts(app)


def test_the_teacher_closes_and_opens_the_code(store, made):
    classroom, secret = made
    app = page(key=secret)
    app.button("class_close").click().run()
    assert not store.class_of_teacher(secret).is_open
    assert f"{classroom.code[:3]} {classroom.code[3:]}" not in texts(app)
    app.button("class_reopen").click().run()
    assert store.class_of_teacher(secret).is_open
    assert f"{classroom.code[:3]} {classroom.code[3:]}" in texts(app)


def test_only_an_open_app_has_a_qr_code(made, monkeypatch):
    app = page(key=made[1])
    assert not app.get("image")
    assert any(invitation.START in code.value for code in app.code)
    reach = links.Reach("http://192.168.1.23:8501/class", True)
    monkeypatch.setattr(links, "reach", lambda: reach)
    app = page(key=made[1])
    (url,) = [image.url for element in app.get("image") for image in element.proto.imgs]
    assert url.startswith("data:image/svg+xml")
    assert not any(invitation.START in code.value for code in app.code)


def test_the_class_is_deleted_after_a_confirmation(store, made):
    classroom, secret = made
    _, pupil_secret = store.join(classroom)
    app = page(key=secret)
    app.segmented_control(key="step").set_value("Keep & delete").run()
    assert "1 pupil, 0 drawings" in texts(app)
    assert app.button("class_delete").disabled
    app.checkbox("class_delete_meant").check().run()
    app.button("class_delete").click().run()
    assert "is deleted" in texts(app)
    assert "key" not in app.query_params
    assert "This teacher's link opens no class" in texts(page(key=secret))
    assert "This pupil's link opens no class" in texts(page(pupil=pupil_secret))


def test_what_was_removed_is_put_back_or_deleted_for_good(store, made):
    classroom, secret = made
    pupils = [store.join(classroom)[0] for _ in range(2)]
    drawings = [draw(store, pupil) for pupil in pupils for _ in range(2)]

    def remove():
        store.remove_drawing(classroom, drawings[0].id)
        store.remove_pupil(classroom, pupils[1].id)

    remove()
    app = page(key=secret, step="Keep & delete")
    assert "1 pupil, 3 drawings: hidden" in texts(app)
    app.button("class_restore").click().run()
    assert len(store.drawings(classroom)) == 4
    assert "hidden" not in texts(app)
    remove()
    app.run()
    app.button("class_purge").click().run()
    assert [one.id for one in store.changes(classroom).drawings] == [drawings[1].id]
    assert "hidden" not in texts(app)
    assert "**1 pupil, 1 drawing**" in texts(app)


def test_counts_on_the_wall_follow_the_store(store, made):
    classroom, secret = made
    pupil, _ = store.join(classroom)
    app = page(key=secret)
    assert "**1 pupil** · **0 drawings**" in texts(app)
    digit = draw(store, pupil).label
    app.run()
    assert "**1 pupil** · **1 drawing**" in texts(app)
    assert f"{digit}: **1**" in texts(app)


def test_other_pages_lead_back_to_the_same_view(made):
    app = joined(page(code=made[0].code))
    before = prompt(app)
    app.query_params.clear()
    app.run()
    assert prompt(app) == before
    assert "pupil" in app.query_params


def test_the_ready_made_class_is_opened_and_saved(store):
    app = page()
    app.button("class_ready").click().run()
    assert not app.exception
    classroom = store.class_of_teacher(value(app, "key"))
    assert len(store.pupils(classroom)) == 20
    app = page(key=value(app, "key"), step="Keep & delete")
    app.button("class_export").click().run()
    assert not app.exception
    (file,) = downloads(app)
    assert file["label"].startswith("Save Twenty-writers-pen-digits")
    again, _ = import_class(
        store, io.BytesIO(base64.b64decode(file["content"])), classroom.delete_on
    )
    assert [(one.pupil_number, one.label) for one in store.drawings(again)] == [
        (one.pupil_number, one.label) for one in store.drawings(classroom)
    ]


def downloads(app):
    """The files that the page offers to save."""
    return [
        file
        for element in app.get("bidi_component")
        if element.proto.id.endswith("-download_links")
        for file in json.loads(element.proto.json)["files"]
    ]
