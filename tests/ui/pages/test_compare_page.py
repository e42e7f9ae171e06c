"""The Compare page shows the readings of the library."""

from mnist_app import Recognizer
from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.preprocessing.normalize import downsample_without_centering, steps_of_drawing
from mnist_app.preprocessing.strokes import draw, transform_strokes
from mnist_app.ui.canvas.canvas_spec import SIDE
from mnist_app.ui.formatting import agreement_in_words as in_words
from tests.drawings import strokes_of
from tests.ui.page_runner import page_at

SEVEN = strokes_of(7, left=70, top=60, size=200, brush=22)


def sentence(app):
    assert not app.exception
    assert not app.error
    return app.markdown[0].value


def expected(image):
    return in_words(
        shipped_names(),
        [Recognizer.load(name).read_normalized(image) for name in shipped_names()],
    )


def test_nothing_drawn_gives_a_hint_and_the_figures():
    app = page_at("compare")
    assert sentence(app).startswith("Draw a digit")
    (table,) = (part.value for part in app.get("html"))
    for name in shipped_names():
        report = load_bundle(name).report()
        accuracy = f"{100 * report.test.accuracy:.2f} %"
        assert f">{name}</th><td>{report.recipe.title}</td><td>{accuracy}</td>" in table
        strangers = report.strangers_accuracy
        row = next(row for row in table.split("</tr>") if f">{name}<" in row)
        assert ("not measured" if strangers is None else f"{100 * strangers:.2f} %") in row


def test_all_models_read_the_session_s_drawing():
    ink = draw(SEVEN, SIDE, SIDE)
    app = page_at("compare", SEVEN)
    assert sentence(app) == expected(steps_of_drawing(ink).image)
    app.toggle("centre").set_value(False).run()
    assert sentence(app) == expected(downsample_without_centering(ink))


def test_a_link_sets_the_switches_and_the_drawing_is_changed():
    app = page_at("compare", SEVEN, centre="false", thickness="50", right="60", size="70")
    other = transform_strokes(SEVEN, thickness=0.5, size=0.7, right=60, down=0)
    assert sentence(app) == expected(downsample_without_centering(draw(other, SIDE, SIDE)))
    assert not app.warning
    app.button("as_drawn").click().run()
    assert app.slider("thickness").value == 100
    assert sentence(app) == expected(downsample_without_centering(draw(SEVEN, SIDE, SIDE)))


def test_unknown_values_in_a_link_are_reported():
    app = page_at("compare", SEVEN, thickness="9999", centre="perhaps")
    assert len(app.warning) == 2
    assert app.toggle("centre").value is True
    assert app.slider("thickness").value == 100


def test_a_drawing_moved_off_the_canvas_is_reported():
    corner = strokes_of(1, left=-30, top=300, size=40, brush=8)
    app = page_at("compare", corner, right="-150", down="150")
    assert sentence(app).startswith("Draw a digit")
    assert any("Nothing" in text.value for text in app.markdown)
