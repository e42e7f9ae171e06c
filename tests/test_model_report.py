"""Reports of models: read and written without loss, and complete or refused."""

import contextlib
import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.errors import BundleError
from mnist_app.model_report import ModelReport

REPORT = load_bundle().report()
KEPT = load_bundle("cnn").report()
"""A report with curves."""
NEEDED = [
    *["recipe", "seed", "trained", "training_seconds", "parameters", "multiply_adds", "versions"],
    *["data", "curves", "calibration", "validation", "test", "test_looks"],
]


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_reports_are_written_as_they_were_read(name):
    bundle = load_bundle(name)
    assert bundle.report().as_text().encode() == bundle.report_bytes
    assert ModelReport.of(bundle.report().content) == bundle.report()


def test_figures_are_those_of_the_file():
    content = json.loads(load_bundle().report_bytes)
    assert REPORT.test.accuracy == content["test"]["accuracy"]
    assert list(REPORT.curves.validation_loss) == content["curves"]["validation_loss"]
    assert REPORT.test.reliability[-1].accuracy == content["test"]["reliability"][-1]["accuracy"]
    assert REPORT.strangers_accuracy == content["reading"]["strangers"]["accuracy"]
    assert REPORT.letters_accepted == content["reading"]["letters"]["accepted"]
    assert not REPORT.recipe.watched_test_images


def test_unknown_keys_stay_when_a_report_is_amended():
    uses = len(REPORT.test_looks)
    again = REPORT.amended(mine={"deep": [1, {"ü": None}]}).with_test_use(purpose="a test", x=[1])
    assert again.content["mine"] == {"deep": [1, {"ü": None}]}
    assert again.test_looks[uses:] == ({"purpose": "a test", "x": [1]},)
    assert {**again.content, "test_looks": []} == {
        **REPORT.content,
        "test_looks": [],
        "mine": {"deep": [1, {"ü": None}]},
    }
    assert ModelReport.parse(again.as_text().encode(), "a report") == again


def test_what_was_not_measured_is_none():
    values = {key: REPORT.content[key] for key in NEEDED}
    report = ModelReport.of(values)
    assert (report.strangers_accuracy, report.letters_accepted, report.seeds) == (None, None, ())
    assert report.validation_strangers is None


def paths(value, path=()):
    """The paths to all values of the report's JSON, of lists only the first."""
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list) and value:
        yield from paths(value[0], (*path, 0))


def changed(path, change, report=REPORT):
    content = copy.deepcopy(report.content)
    inner = content
    for key in path[:-1]:
        inner = inner[key]
    change(inner, path[-1])
    return json.dumps(content).encode()


FIGURES = [path for path in paths({key: REPORT.content[key] for key in NEEDED}) if path]


@pytest.mark.parametrize("key", NEEDED)
def test_a_missing_figure_is_named(key):
    content = changed((key,), lambda inner, last: inner.pop(last))
    with pytest.raises(BundleError, match=rf"a report lacks “{key}”.*train_model\.py"):
        ModelReport.parse(content, "a report")


@given(
    st.sampled_from(FIGURES),
    st.sampled_from([None, True, "x", -1, 1e400, 10**400, [], {}, [[]], float("nan"), "\ud800"]),
)
@settings(max_examples=60)
def test_an_odd_figure_is_refused_or_read(path, odd):
    def change(inner, last):
        inner[last] = odd

    with contextlib.suppress(BundleError):
        report = ModelReport.parse(changed(path, change), "a report")
        assert len(report.test.digits) == len(report.test.confusion_matrix) == 10
        assert len(report.curves.loss) == len(report.curves.validation_accuracy)


@pytest.mark.parametrize(
    "path", [("test", "digits"), ("test", "confusion_matrix"), ("curves", "loss")]
)
def test_tables_and_curves_are_whole(path):
    """So are those of a report that keeps all curves; one may have none at all."""
    content = changed(path, lambda inner, last: inner[last].pop(), KEPT)
    with pytest.raises(BundleError, match="incomplete"):
        ModelReport.parse(content, "a report")


def test_curves_may_be_missing_altogether_but_not_one_of_them():
    without = {key: [] for key in KEPT.content["curves"]}
    assert ModelReport.of({**KEPT.content, "curves": without}).curves.loss == ()
    content = changed(("curves", "loss"), lambda inner, last: inner[last].clear(), KEPT)
    with pytest.raises(BundleError, match="incomplete"):
        ModelReport.parse(content, "a report")


def test_the_tables_of_a_class_are_whole():
    summary = {
        **dict.fromkeys(("train_pupils", "validation_pupils", "test_pupils"), 1),
        "sha256": "",
        "train_drawings": 20,
        "test": KEPT.content["test"],
    }
    assert ModelReport.of({**KEPT.content, "classroom": summary}).classroom.test == KEPT.test
    summary["test"] = {**summary["test"], "digits": []}
    with pytest.raises(BundleError, match="incomplete"):
        ModelReport.of({**KEPT.content, "classroom": summary})
