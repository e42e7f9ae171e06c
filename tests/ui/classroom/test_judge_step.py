"""The step Judge: its figures are those of the models, its pictures those of the class."""

import numpy as np

from mnist_app.bundle import shipped_names
from mnist_app.classroom.judging import Score
from mnist_app.recognizer import Recognizer
from tests.ui.classroom import small_class
from tests.ui.page_runner import images_on, page_at, tables_on


def judge_page(secret):
    app = page_at("class", key=secret, step="Judge")
    assert not app.exception
    return app


def texts(app):
    return "\n".join(one.value for kind in (app.markdown, app.caption, app.info) for one in kind)


def test_every_model_has_its_figures_and_the_intervals_in_words(store):
    classroom, secret = small_class.make(store, 3)
    drawings = store.drawings(classroom)
    images = np.stack([one.image for one in drawings])
    app = judge_page(secret)
    (table,) = tables_on(app)
    for name in shipped_names():
        read = Recognizer.load(name).read_normalized_batch(images)
        score = Score(
            sum(one.digit == drawing.label for one, drawing in zip(read, drawings, strict=True)),
            len(drawings),
        )
        (row,) = [row for row in table if row[0].endswith(f"({name})")]
        assert row[1:3] == [f"{score.right} of {len(drawings)}", score.in_words]
        assert row[3].endswith(" of 10,000")
    assert "15 drawings prove little" in texts(app)


def test_a_cell_opens_the_drawings_of_the_class(store):
    classroom, secret = small_class.make(store, 3)
    (slip,) = [
        one
        for one in store.drawings(classroom)
        if (one.label, one.pupil_number) == (small_class.SLIP, 3)
    ]
    app = judge_page(secret)
    app.selectbox(key="judge_model").set_value("best").run()
    app.selectbox(key="judge_label").set_value("1").run()
    app.selectbox(key="judge_said").set_value("7").run()
    ((caption, pixels),) = images_on(app)
    assert caption == "1 → said 7 · pupil 3"
    assert np.array_equal(pixels, slip.image)


def test_without_drawings_or_with_one_pupil_the_page_says_so(store):
    _, empty = small_class.make(store, 0)
    assert "There are no drawings yet" in texts(judge_page(empty))
    _, one = small_class.make(store, 1)
    assert "nobody to compare with yet" in texts(judge_page(one))


def test_removed_drawings_do_not_count(store):
    classroom, secret = small_class.make(store, 2)
    for drawing in store.drawings(classroom):
        if drawing.pupil_number == 2:
            store.remove_drawing(classroom, drawing.id)
    (table,) = tables_on(judge_page(secret))
    assert all(row[1].endswith(" of 5") for row in table[1:])
