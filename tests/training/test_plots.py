"""The figures: what is drawn is what was given."""

import numpy as np
import pytest

from mnist_app.training import plots


def test_curves_show_every_epoch_of_all_four():
    history = {
        "loss": [3.0, 2.0, 1.0],
        "accuracy": [0.1, 0.2, 0.3],
        "validation_loss": [2.5, 1.5, 0.5],
        "validation_accuracy": [0.2, 0.3, 0.4],
    }
    left, right = plots.curves(history).axes
    for axes, name in ((left, "loss"), (right, "accuracy")):
        training, validation = axes.get_lines()
        assert training.get_xdata().tolist() == [1, 2, 3]
        assert list(training.get_ydata()) == history[name]
        assert list(validation.get_ydata()) == history[f"validation_{name}"]
        assert [text.get_text() for text in axes.get_legend().get_texts()] == [
            *["training", "validation"]
        ]


def test_confusion_matrix_writes_every_count_in_its_place():
    matrix = np.random.default_rng(0).integers(1, 900, (10, 10))
    axes = plots.confusion(matrix.tolist()).axes[0]
    for text in axes.texts:
        column, row = text.get_position()
        assert text.get_text() == str(matrix[row, column])
    assert len(axes.texts) == 100
    shaded = axes.get_images()[0].get_array()
    assert (np.diagonal(shaded) == 0).all()


def test_confusion_matrix_of_a_perfect_reader():
    axes = plots.confusion(np.diag([5] * 10).tolist()).axes[0]
    assert sum(text.get_text() == "5" for text in axes.texts) == 10


def test_reliability_leaves_empty_bins_out():
    bins = [
        {"images": 4, "confidence": 0.3, "accuracy": 0.25},
        {"images": 0, "confidence": None, "accuracy": None},
        {"images": 9, "confidence": 0.9, "accuracy": 1.0},
    ]
    axes = plots.reliability(bins).axes[0]
    line = axes.get_lines()[1]
    assert list(line.get_xdata()) == [0.3, 0.9]
    assert list(line.get_ydata()) == [0.25, 1.0]
    assert [text.get_text() for text in axes.texts] == ["4", "9"]


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
