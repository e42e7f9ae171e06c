"""The report's folder: one page that needs nothing else, and its figures."""

import base64
import dataclasses
import html.parser
import xml.etree.ElementTree as ET

import cv2
import numpy as np
import pytest

from mnist_app.bundle import load_bundle
from mnist_app.errors import TrainingError
from tests.lazy_modules import LazyModule

commands = LazyModule("mnist_app.training.commands")
html_report = LazyModule("mnist_app.training.html_report")
metrics = LazyModule("mnist_app.training.metrics")

NAMES = ["accuracy", "confusion", "errors", "loss", "reliability", "right"]


class Page(html.parser.HTMLParser):
    """Collects tags and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.cells = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.cells.append(data)


@pytest.fixture(scope="module")
def folder(bundle_folder, drawn, tmp_path_factory):
    place = tmp_path_factory.mktemp("reports") / "tiny"
    assert commands.report(load_bundle(bundle_folder), drawn, place) == place / "index.html"
    return place


@pytest.fixture(scope="module")
def page(folder):
    return Page((folder / "index.html").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_every_figure_is_there_as_png_and_svg(folder):
    files = sorted(path.name for path in folder.iterdir())
    figures = [f"{name}.{kind}" for name in NAMES for kind in ("png", "svg")]
    assert files == sorted(["index.html", *figures])
    for name in NAMES:
        height, width, _ = cv2.imread(str(folder / f"{name}.png")).shape
        assert min(height, width) > 400
        assert ET.parse(folder / f"{name}.svg").getroot().tag.endswith("svg")


@pytest.mark.slow
def test_the_page_holds_its_figures_and_asks_for_nothing(folder, page):
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(pictures) == len(NAMES)
    shown = {base64.b64decode(picture["src"].partition(",")[2]) for picture in pictures}
    assert shown == {(folder / f"{name}.svg").read_bytes() for name in NAMES}
    assert all(picture["alt"] for picture in pictures)
    for tag, attributes in page.tags:
        assert tag not in {"script", "link", "iframe"}
        assert not {"href", "srcset"} & set(attributes)


@pytest.mark.slow
def test_the_page_says_what_the_report_says(page, evaluation):
    test = evaluation.report.test
    text = "".join(page.cells)
    assert f"{test.accuracy:.2%}" in text
    assert f"{test.errors:,} of 200 test images" in text
    assert f"{test.expected_calibration_error:.2%}" in text
    for row in test.digits:
        at = page.cells.index(str(row.digit), page.cells.index("Precision"))
        found = [cell for cell in page.cells[at : at + 9] if cell.strip()]
        assert found[2:5] == [f"{getattr(row, name):.2%}" for name in ("precision", "recall", "f1")]
    assert "known wrong label" not in text  # those are images of MNIST


@pytest.mark.slow
def test_the_layers_are_listed(page, trained):
    rows = "".join(page.cells)
    for layer in trained[0].model.layers:
        assert type(layer).__name__ in rows
    assert f"{trained[0].model.layers[3].count_params():,}" in rows


@pytest.mark.slow
def test_the_same_bundle_gives_the_same_files(folder, bundle_folder, drawn, tmp_path):
    commands.report(load_bundle(bundle_folder), drawn, tmp_path)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_without_curves_there_are_neither_pictures_nor_a_heading_of_them(
    evaluation, tmp_path, monkeypatch
):
    def saved(_, path, *, width):
        path.with_suffix(".svg").touch()
        return f"picture of {path.name}, {width} wide"

    monkeypatch.setattr(html_report, "save_chart", saved)
    kept = evaluation.report
    without = kept.amended(curves={key: [] for key in kept.content["curves"]})
    headings = []
    for report in (kept, without):
        folder = tmp_path / str(len(headings))
        folder.mkdir()
        sources = html_report._save_charts(report, folder)
        assert {path.stem for path in folder.iterdir()} == sources.keys()
        sources = {**sources, "errors": "e", "right": "r"}
        page = html_report._page("tiny", report, evaluation.misread, [], sources)
        for words in ("picture of loss", "picture of accuracy", "while training", "per epoch"):
            assert (words in page) == (report is kept)
        assert "picture of confusion" in page
        headings.append([tag for tag, _ in Page(page).tags].count("h2"))
    assert headings[0] == headings[1] + 1


def test_right_readings_are_right(bundle_folder, trained, drawn):
    samples = commands._right_readings(trained[0].model, load_bundle(bundle_folder), drawn)
    assert len(samples.index) == 24
    assert (samples.probabilities.argmax(axis=1) == samples.labels).all()
    assert np.array_equal(samples.labels, drawn.test_labels[samples.index])


def test_other_data_than_the_bundles_is_refused(bundle_folder, mnist, tmp_path):
    with pytest.raises(TrainingError, match=r"other data.*--data"):
        commands.report(load_bundle(bundle_folder), mnist, tmp_path)


def test_a_bundle_of_mnist_is_shown_with_and_without_wrong_labels(evaluation):
    data = {**evaluation.report.content["data"], "name": "mnist"}
    of_mnist = evaluation.report.amended(data=data)
    text = html_report._summary(of_mnist, evaluation.misread)
    expected = metrics.accuracy_without_known_label_errors(evaluation.misread.index, 200)
    assert "Without the 15 images with a known wrong label" in text
    assert f"<td>{expected:.2%}</td>" in text


def test_strangers_and_letters_are_told_where_they_were_measured(evaluation):
    assert "trangers" not in html_report._summary(evaluation.report, evaluation.misread)
    measured = evaluation.report.amended(
        validation_strangers=dataclasses.replace(evaluation.report.test, accuracy=0.991),
        reading={"strangers": {"accuracy": 0.9876}, "letters": {"accepted": 0.0321}},
    )
    text = html_report._summary(measured, evaluation.misread)
    for share in ("99.10%", "98.76%", "3.21%"):
        assert f"<td>{share}</td>" in text


def test_a_class_is_told_beside_mnist(evaluation):
    assert "The class" not in html_report._summary(evaluation.report, evaluation.misread)
    summary = {
        "sha256": "",
        "train_pupils": 19,
        "validation_pupils": 4,
        "test_pupils": 7,
        "train_drawings": 1380,
        "test": dataclasses.replace(evaluation.report.test, accuracy=0.9712, images=140),
    }
    text = html_report._summary(evaluation.report.amended(classroom=summary), evaluation.misread)
    assert "<td>97.12% of 140 drawings by 7 pupils (95 % interval" in text
    assert "<td>19, 1,380 drawings</td>" in text


def test_names_and_texts_are_escaped():
    assert "<b>" not in html_report._table(["<b>"], [["<b>"]])
    assert "<b>" not in html_report._picture("x", "<b>")
