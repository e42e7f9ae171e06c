"""The Inside page shows what the library finds in the network."""

import numpy as np
import pytest

from mnist_app import Recognizer, litert_weights
from mnist_app.confidence import calibrated
from mnist_app.explain.feature_maps import FeatureMaps, layer_outputs
from mnist_app.explain.litert_graph import LiteRTGraph
from mnist_app.explain.occlusion import occlude
from mnist_app.preprocessing.normalize import steps_of_drawing
from mnist_app.preprocessing.strokes import Stroke, draw
from mnist_app.ui.canvas.canvas_spec import SIDE
from tests.drawings import strokes_of
from tests.ui.page_runner import component_data, images_on, page_at

FOUR = strokes_of(4, left=70, top=60, size=200, brush=22)
IMAGE = steps_of_drawing(draw(FOUR, SIDE, SIDE)).image


def inside(strokes=FOUR, **query):
    app = page_at("inside", strokes, **query)
    assert not app.exception
    assert not app.error
    return app


def found_by_library(name, image=IMAGE):
    network = LiteRTGraph(Recognizer.load(name).bundle)
    return layer_outputs(network, network.values(image))


def test_nothing_drawn_gives_the_hint():
    app = inside(strokes=())
    assert images_on(app) == []
    assert any("Draw a digit above" in text.value for text in app.markdown)


def test_evidence_is_shown_for_the_three_most_likely_digits():
    recognizer = Recognizer.load("cnn")
    prediction = recognizer.read_normalized(IMAGE)
    covered = occlude(IMAGE, recognizer.logits, prediction.digit).covered
    images = images_on(inside(model="cnn"))
    assert len(images) == 5
    assert recognizer.read_normalized(covered).sentence in images[1][0]
    wanted = np.argsort(-prediction.probabilities, kind="stable")[:3]
    for digit, (caption, picture) in zip(wanted, images[2:], strict=True):
        assert f"against a {digit} " in caption
        assert picture.shape == (224, 224, 3)
    coloured = (np.ptp(images[0][1].astype(int), axis=2) > 30).any()
    assert coloured
    assert (np.ptp(images[2][1].astype(int), axis=2) > 30).any()


def test_a_network_with_a_no_digit_output_shows_its_evidence():
    recognizer = Recognizer.load()
    captions = [caption for caption, _ in images_on(inside())]
    says_no = recognizer.logits(IMAGE[np.newaxis]).shape[1] > 10
    assert len(captions) == 5 + says_no
    assert ("no digit" in captions[-1]) == says_no


def test_a_digit_is_evidence_against_no_digit_and_a_house_is_evidence_for_it():
    house = [[90, 280], [250, 280], [250, 170], [90, 170], [170, 70], [250, 170]]
    strokes = [Stroke(np.array([*house, [90, 170], [90, 280]], np.float32), 22)]
    _, blue = images_on(inside())[-1]
    _, orange = images_on(inside(strokes))[-1]
    for picture, sign in ((blue, -1), (orange, 1)):
        red_over_blue = picture[..., 0].astype(int) - picture[..., 2]
        assert sign * red_over_blue.mean() > 1


def test_missing_evidence_is_explained(monkeypatch):
    monkeypatch.setattr(
        "mnist_app.ui.evidence_panel.class_activation_maps", lambda network, values: None
    )
    app = inside()
    assert len(images_on(app)) == 2
    assert any("cannot be shown" in text.value for text in app.markdown)


def test_a_link_opens_a_layer_and_its_maps_are_the_network_s():
    app = inside(model="cnn", look="Layers", layer="Convolution 3")
    assert not app.warning
    assert app.selectbox("layer").value == "Convolution 3"
    maps = [one for one in found_by_library("cnn") if isinstance(one, FeatureMaps)][3].maps
    images = images_on(app)
    assert len(images) == 16
    app.toggle("all_maps").set_value(True).run()
    images = images_on(app)
    assert len(images) == len(maps) == 32
    for map_, (caption, picture) in zip(maps, images, strict=True):
        assert picture.shape == (150, 150)
        levels = picture[7::15, 7::15] / 255
        np.testing.assert_allclose(levels, map_ / max(map_.max(), 1e-9), atol=0.003)
        assert ("silent" in caption) == (map_.max() <= 0)


@pytest.mark.parametrize(
    ("layer", "count"), [("Convolution 1", 16), ("Max-pooling 2", 16), ("Dense 1", 1)]
)
def test_every_kind_of_layer_is_shown(layer, count):
    app = inside(model="cnn", look="Layers", layer=layer)
    assert len(images_on(app)) == count
    assert all(caption for caption, _ in images_on(app))


def test_a_unit_of_a_dense_network_is_shown_by_its_weights():
    app = inside(model="dense-128", look="Layers", unit="7")
    first = found_by_library("dense-128")[0]
    images = images_on(app)
    assert len(images) == 8 + 2
    strongest = np.argsort(-first.levels, kind="stable")[:8]
    for unit, (caption, _) in zip(strongest, images[:8], strict=True):
        assert caption == f"Unit {unit + 1} answers {first.levels[unit]:.1f}"
    weights, picture = first.weights[6], images[8][1][4::8, 4::8].astype(int)
    strong = np.abs(weights) > np.abs(weights).max() / 4
    np.testing.assert_array_equal(
        picture[strong][:, 0] > picture[strong][:, 2], weights[strong] > 0
    )


def test_another_model_with_other_layers_and_fewer_units_falls_back():
    app = inside(model="dense-deep", look="Layers", unit="200")
    assert app.number_input("unit").value == 200
    app.radio("model").set_value("dense-128").run()
    assert not app.exception
    assert app.number_input("unit").value == 1
    app.selectbox("layer").select("Dense 1").run()
    app.radio("model").set_value("cnn").run()
    app.selectbox("layer").select("Convolution 4").run()
    app.radio("model").set_value("dense-128").run()
    assert not app.exception
    assert app.selectbox("layer").value == "Dense 1"


@pytest.mark.parametrize("name", ["best", "cnn"])
def test_the_steps_are_those_of_the_draw_page(name):
    captions = [caption for caption, _ in images_on(inside(model=name, look="Steps"))]
    assert [caption[:2] for caption in captions] == ["1.", "2.", "3.", "4.", "5."]


@pytest.mark.parametrize(
    "query",
    [{"look": "Cellar"}, {"look": "Layers", "layer": "Attic 9"}, {"look": "Layers", "unit": "999"}],
)
def test_unknown_values_in_a_link_are_reported(query):
    app = inside(model="dense-128", **query)
    assert len(app.warning) == 1
    assert images_on(app)


def by_numpy(weights, temperature):
    """What a network of two dense layers makes of the drawing, float (10,)."""
    first, bias, last, last_bias = weights
    units = np.maximum(first.reshape(128, 784) @ (IMAGE.ravel() / 255) + bias, 0)
    logits = last.reshape(10, 128) @ units + last_bias
    return calibrated(logits[np.newaxis].astype(np.float32), temperature)[0]


def film_on(app):
    bars = component_data(app, "film")["reading"]["bars"]
    return np.array([bar["share"] for bar in bars])


@pytest.mark.parametrize("moment", [0, 6, 14])
def test_the_film_shows_what_the_network_made_of_it_at_that_moment(moment):
    bundle = Recognizer.load("dense-128").bundle
    film, temperature = bundle.film(), bundle.settings.temperature
    after = f"{film.images[moment]:,}"
    app = inside(model="dense-128", look="Training", after=after, unit="7")
    assert not app.warning
    weights = (
        film.weights.at(moment)
        if moment < film.weights.moments
        else litert_weights.weights_in(bundle.model)
    )
    assert film_on(app) == pytest.approx(by_numpy(weights, temperature), abs=1e-3)
    right = f"**{film.right[moment]:,} of {film.validation:,}**"
    assert any(right in text.value for text in app.markdown)
    points = app.get("vega_lite_chart")[0].proto
    assert points
    stencil = weights[0].reshape(128, 28, 28)[6]
    picture = images_on(app)[8][1][4::8, 4::8].astype(int)
    strong = np.abs(stencil) > np.abs(stencil).max() / 4
    np.testing.assert_array_equal(
        picture[strong][:, 0] > picture[strong][:, 2], stencil[strong] > 0
    )


def test_the_slider_moves_through_the_film():
    app = inside(model="dense-128", look="Training")
    start = film_on(app)
    assert start.max() < 0.5
    app.select_slider("after").set_value(14).run()
    assert not app.exception
    assert film_on(app).argmax() == 4
    assert film_on(app).max() > 0.9


def test_a_later_moment_of_another_model_becomes_the_last():
    app = inside(model="dense-128")
    app.session_state["after"] = 99
    app.session_state["look"] = "Training"
    app.run()
    assert not app.exception
    assert app.select_slider("after").value == 14


def test_a_model_without_a_film_names_those_that_have_one():
    app = inside(look="Training")
    assert any(
        "no film" in text.value and "“One hidden layer”" in text.value for text in app.markdown
    )


def test_a_film_that_does_not_fit_is_told(monkeypatch):
    def fail(*_):
        raise ValueError

    monkeypatch.setattr("mnist_app.ui.film_panel.with_weights", fail)
    app = page_at("inside", FOUR, model="dense-128", look="Training", after="64")
    assert not app.exception
    assert [error.value.partition(".")[0] for error in app.error] == ["film"]
