"""The figures: what is drawn is what was given."""

import numpy as np
import pytest

from tests.lazy_modules import LazyModule

plots = LazyModule("mnist_app.training.plots")


@pytest.mark.parametrize("count", [0, 1, 7])
def test_readings_say_what_was_read_and_the_truth_where_it_differs(count):
    images = np.random.default_rng(0).integers(0, 255, (count, 28, 28)).astype(np.uint8)
    probabilities = np.full((count, 10), 0.02, np.float32)
    probabilities[:, 4] = 0.82
    labels = np.array([4, 9, 9, 4, 4, 4, 4][:count])
    index = np.array([0, 1, 947, 3, 4, 5, 6][:count])  # 947: a known wrong label
    axes = plots.readings(images, labels, probabilities, index).axes
    shown = [one for one in axes if one.get_images()]
    assert len(shown) == count
    titles = [one.get_title() for one in shown]
    assert (
        titles[:3] == ["4, 82.0% sure", "4, 82.0% sure\ntruly 9", "4, 82.0% sure\ntruly 9*"][:count]
    )
    for one, image in zip(shown, images, strict=True):
        assert np.array_equal(one.get_images()[0].get_array(), image)


def test_history_shows_every_trial_and_the_best_so_far():
    trials = [(0.5, True), (0.9, False), (0.3, True), (0.4, True), (0.1, False)]
    stopped, trained, best = plots.history(trials).axes[0].get_lines()
    assert list(stopped.get_xdata()) == [2, 5]
    assert list(stopped.get_ydata()) == [0.9, 0.1]
    assert list(trained.get_xdata()) == [1, 3, 4]
    assert list(trained.get_ydata()) == [0.5, 0.3, 0.4]
    assert list(best.get_ydata()) == [0.5, 0.5, 0.3, 0.3, 0.3]


def test_importance_puts_the_most_important_on_top():
    shares = {"dropout": 0.2, "learning_rate": 0.7, "batch_size": 0.1}
    axes = plots.importance(shares).axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["batch_size", "dropout", "learning_rate"]
    assert [bar.get_width() for bar in axes.patches] == [0.1, 0.2, 0.7]
    assert [text.get_text() for text in axes.texts] == ["10%", "20%", "70%"]
