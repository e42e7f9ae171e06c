"""Who finds the taught models of a class in the choice of models, and on which pages."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.classroom.lesson_plan import LessonPlan, hold
from mnist_app.classroom.taught_layer import TaughtLayer, TeachingOptions
from mnist_app.ui import models
from mnist_app.ui.canvas.canvas_spec import DIGIT
from tests.drawings import strokes_of
from tests.ui.classroom import small_class
from tests.ui.page_runner import ROOT, SCRIPT_SECONDS, page_at, tables_on

NAME = "cnn, taught by 1 pupil"
SEVEN = strokes_of(7, left=80, top=60, size=180, brush=22)


@pytest.fixture
def made(store, tmp_path):
    classroom, secret = small_class.make(store, 2)
    plan = LessonPlan.of("cnn", store.drawings(classroom), (1,), TeachingOptions(bend=False))
    blob, outcome = hold(plan, str(tmp_path / "progress"))
    store.add_taught_model(classroom, NAME, blob, outcome.to_json())
    return classroom, secret


def choice(app):
    return app.radio(key="model")


def warnings(app):
    return "\n".join(one.value for one in app.warning)


def test_strangers_see_the_shipped_models_alone(made):
    assert choice(page_at("draw")).options == [*shipped_names()]


@pytest.mark.parametrize("page", ["draw", "inside"])
def test_a_link_opens_a_taught_model_for_who_has_the_code(store, made, page):
    classroom, _ = made
    store.close_code(classroom)
    app = page_at(page, SEVEN, **{"class": classroom.code, "model": NAME})
    assert not app.exception
    assert not app.warning
    assert choice(app).options == [NAME, *shipped_names()]
    assert choice(app).value == NAME
    assert choice(app).proto.captions[0] == (
        "cnn, taught by 1 pupil with 5 drawings, with MNIST rehearsed and without bent copies."
    )
    assert "Where it goes wrong" not in [one.value for one in app.subheader]


@pytest.mark.parametrize("kind", ["key", "pupil"])
def test_who_has_joined_finds_them_and_the_address_carries_the_class(store, made, kind):
    classroom, secret = made
    if kind == "pupil":
        _, secret = store.join(classroom)
    app = page_at("class", **{kind: secret})
    draw = page_at("draw")
    draw.session_state["class_address"] = app.session_state["class_address"]
    draw.run()
    assert NAME in choice(draw).options
    assert choice(draw).value == shipped_names()[0]
    assert draw.query_params["class"] in (classroom.code, [classroom.code])


def test_compare_shows_them_with_all_the_others(made):
    classroom, _ = made
    app = page_at("compare", SEVEN, DIGIT, **{"class": classroom.code})
    assert not app.exception
    (chart,) = app.get("vega_lite_chart")
    assert f"{NAME}: 7" in chart.proto.spec
    (table,) = tables_on(app)
    assert [row[0] for row in table[1:]] == [*shipped_names()]


@pytest.mark.parametrize("page", ["numbers", "mistakes"])
def test_other_pages_show_the_usual_model_after_a_taught_one(made, page):
    app = AppTest.from_file(str(ROOT / "mnist_app" / "ui" / "pages" / f"{page}_page.py"))
    app.session_state["model"] = NAME
    app.run(timeout=SCRIPT_SECONDS)
    assert not app.exception
    assert choice(app).value == shipped_names()[0]


def test_a_wrong_code_or_a_deleted_model_is_told(store, made):
    classroom, _ = made
    assert "no class with this code" in warnings(page_at("draw", **{"class": "222222"}))
    app = page_at("draw", **{"class": classroom.code, "model": NAME})
    store.delete_taught_model(classroom, store.taught_models(classroom)[0].id)
    app.run()
    assert choice(app).value == shipped_names()[0]
    app = page_at("draw", **{"class": classroom.code, "model": NAME})
    assert f"the model “{NAME}”, which is not known here" in warnings(app)


def test_a_taught_model_reads_as_its_layer_does(store, made):
    (kept,) = store.taught_models(made[0])
    loaded = models.load_taught(kept)
    oracle = TaughtLayer.from_bytes(kept.blob).recognizer(load_bundle("cnn"))
    images = np.stack([one.image for one in store.drawings(made[0])])
    assert np.array_equal(loaded.recognizer.logits(images), oracle.logits(images))
    assert loaded.name == NAME
    assert loaded.version not in (0, models.version("cnn"))
