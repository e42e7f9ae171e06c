"""Filters, views and links of the Mistakes page."""

import pytest

from mnist_app.bundle import Bundle, load_bundle, shipped_names
from mnist_app.ui import models
from mnist_app.ui.gallery import PAGE_SIZE, caption, select
from tests.ui.page_runner import page_at

MISREAD = load_bundle().misread()


def captions(app):
    assert not app.exception
    assert not app.error
    return [picture.captions[0] for picture in app.get("image")]


def expected(misread=MISREAD, **wanted):
    return [caption(misread, index) for index in select(misread, **wanted)]


def test_the_gallery_shows_all_mistakes_page_by_page():
    app = page_at("mistakes")
    seen = []
    pages = -(-len(MISREAD.labels) // PAGE_SIZE)
    for number in range(1, pages + 1):
        app = page_at("mistakes", gallery_page=str(number))
        seen += captions(app)
    assert seen == expected()


def test_filters_start_again_at_the_first_page():
    app = page_at("mistakes", gallery_page="2")
    assert captions(app) == expected()[PAGE_SIZE : 2 * PAGE_SIZE]
    app.selectbox("said").select("9").run()
    assert captions(app) == expected(predicted=9)[:PAGE_SIZE]
    app.slider("sure").set_value(90).run()
    assert captions(app) == expected(predicted=9, minimum_confidence=0.9)[:PAGE_SIZE]
    assert not app.warning


def test_the_second_model_is_never_the_first():
    first, *_, last = shipped_names()
    app = page_at("mistakes", view="Two models", other=last)
    app.radio("model").set_value(last).run()
    assert app.selectbox("other").value == first
    assert not app.warning
    assert not app.error


def test_a_link_sets_model_and_filters():
    name = shipped_names()[-1]
    app = page_at("mistakes", model=name, label="4", said="9", sure="50")
    wanted = expected(load_bundle(name).misread(), label=4, predicted=9, minimum_confidence=0.5)
    assert captions(app) == wanted[:PAGE_SIZE]
    assert not app.warning


def test_unknown_values_in_a_link_are_reported():
    app = page_at(
        "mistakes", label="11", doubt="perhaps", view="Nowhere", model="../cnn", gallery_page="999"
    )
    assert captions(app) == expected()[:PAGE_SIZE]
    assert len(app.warning) == 5


@pytest.mark.parametrize(
    "who", ["Only the first is wrong", "Only the second is wrong", "Both are wrong"]
)
def test_two_models_are_compared(who):
    name = shipped_names()[-1]
    theirs = load_bundle(name).misread()
    app = page_at("mistakes", view="Two models", other=name, who=who)
    mine, others = set(MISREAD.index), set(theirs.index)
    counts = [len(mine - others), len(others - mine), len(mine & others)]
    assert [f"**{count}**" in app.markdown[1].value for count in counts] == [True] * 3
    total = counts[
        ("Only the first is wrong", "Only the second is wrong", "Both are wrong").index(who)
    ]
    assert len(captions(app)) == min(total, PAGE_SIZE)
    if who == "Both are wrong":
        assert all("Second: " in text for text in captions(app))


@pytest.mark.parametrize("name", shipped_names())
def test_every_view_of_every_model_works(name):
    app = page_at("mistakes", model=name)
    for view in ("Digits", "Confidence", "Training"):
        app.session_state["view"] = view
        app.run()
        assert not app.exception
        assert not app.error
        assert not app.get("image")


@pytest.mark.parametrize("kept", [True, False])
def test_training_shows_two_curves_or_says_that_none_were_recorded(kept, monkeypatch):
    report = load_bundle("cnn").report()
    without = report.amended(curves={key: [] for key in report.content["curves"]})
    monkeypatch.setattr(Bundle, "report", lambda _: report if kept else without)
    models._load.clear()
    app = page_at("mistakes", model="cnn", view="Training")
    models._load.clear()
    assert not app.exception
    assert not app.error
    assert len(app.get("vega_lite_chart")) == (2 if kept else 0)
    assert [("not recorded" in text.value) for text in app.info] == ([] if kept else [True])
    assert any("**epoch**" in text.value for text in app.markdown) == kept
