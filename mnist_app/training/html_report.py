"""Report of a network as a folder: figures as PNG and SVG, and a self-contained web page."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mnist_app import report_charts
from mnist_app.arrays import Floats
from mnist_app.bundle import KNOWN_LABEL_ERRORS, Bundle, Misread
from mnist_app.model_report import ModelReport
from mnist_app.training import plots
from mnist_app.training.figure_files import save_chart, save_figure
from mnist_app.training.metrics import accuracy_without_known_label_errors
from mnist_app.training.networks import LayerSummary
from mnist_app.training.progress import duration

PAGE: Final = "index.html"
MISREAD_IMAGES: Final = 24
"""Number of misread test images on the page, the most confident first."""
CHART_WIDTH: Final = 480
CURVE_WIDTH: Final = 640
"""Width of the plots without their axes, in pixels."""
_STYLE: Final = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #1c1917; background: #fff; }
table { border-collapse: collapse; } th, td { padding: .2rem .8rem; border-bottom: 1px solid #ddd; }
td { text-align: right; } th, td:first-child { text-align: left; }
.facts td { text-align: left; }
img { max-width: 100%; height: auto; }
"""


@dataclass(frozen=True, eq=False)
class Samples:
    """Correctly read test images; the fields are those of `Misread`."""

    index: npt.NDArray[np.int64]
    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    probabilities: Floats


def write(bundle: Bundle, layers: list[LayerSummary], right: Samples, folder: Path) -> Path:
    """Write the report of ``bundle`` into ``folder`` and return its page.

    Raises `BundleError` if the bundle's report is damaged, `OSError` if nothing can be written.
    """
    report, misread = bundle.report(), bundle.misread()
    surest = np.argsort(-misread.probabilities.max(axis=1), kind="stable")[:MISREAD_IMAGES]
    folder.mkdir(parents=True, exist_ok=True)
    sources = _save_charts(report, folder)
    sources["errors"] = save_figure(
        plots.readings(
            misread.images[surest],
            misread.labels[surest],
            misread.probabilities[surest],
            misread.index[surest],
        ),
        folder / "errors",
    )
    sources["right"] = save_figure(
        plots.readings(right.images, right.labels, right.probabilities, right.index),
        folder / "right",
    )
    page = folder / PAGE
    page.write_text(_page(bundle.name, report, misread, layers, sources), encoding="utf-8")
    return page


def _save_charts(report: ModelReport, folder: Path) -> dict[str, str]:
    """Write the charts that the app's pages show too; return each as a data URL, by its name.

    Those of the training are left out if the report keeps no curves.
    """
    curves, test = report.curves, report.test

    def curve(name: str, unit: str) -> dict[str, Any]:
        training, validation = (getattr(curves, key) for key in (name, f"validation_{name}"))
        chart = report_charts.training_curve(training, validation, unit)
        return {**chart, "title": f"{name.capitalize()} {unit}".rstrip()}

    charts = {
        "confusion": (report_charts.confusion_matrix(test.confusion_matrix), CHART_WIDTH),
        "reliability": (report_charts.reliability(test.reliability), CHART_WIDTH),
    }
    if curves.loss:
        charts["loss"] = curve("loss", ""), CURVE_WIDTH
        charts["accuracy"] = curve("accuracy", "%"), CURVE_WIDTH
    return {
        name: save_chart(chart, folder / name, width=width)
        for name, (chart, width) in charts.items()
    }


def _page(
    name: str,
    report: ModelReport,
    misread: Misread,
    layers: list[LayerSummary],
    sources: dict[str, str],
) -> str:
    test = report.test
    sections = [
        f"<h1>{escape(name)}: {escape(report.recipe.title)}</h1>",
        _summary(report, misread),
        "<h2>Architecture</h2>",
        _table(
            ["Layer", "Output", "Parameters"],
            [[layer.kind, layer.shape, f"{layer.parameters:,}"] for layer in layers],
        ),
        *_curves(sources),
        "<h2>Confusion matrix</h2>",
        _picture(sources["confusion"], "How often each digit was read as each other digit"),
        "<h2>Digit by digit</h2>",
        _table(
            ["Digit", "Images", "Precision", "Recall", "F1"],
            [
                [str(row.digit), f"{row.images:,}"]
                + [f"{share:.2%}" for share in (row.precision, row.recall, row.f1)]
                for row in test.digits
            ],
        ),
        "<h2>Is it as right as it is sure?</h2>",
        (
            f"<p>Expected calibration error: {test.expected_calibration_error:.2%}. The numbers "
            "at the bottom count images.</p>"
        ),
        _picture(sources["reliability"], "Accuracy over confidence"),
        "<h2>The errors it was surest of</h2>",
        (
            "<p>A star marks images whose label is known to be wrong or undecidable "
            "(Northcutt et al. 2021).</p>"
        ),
        _picture(sources["errors"], "Misread test images, the most confident first"),
        "<h2>Some that it read right</h2>",
        _picture(sources["right"], "Test images that were read right"),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(name)}</title>\n<style>{_STYLE}</style>\n"
        + "\n".join(sections)
        + "\n</html>\n"
    )


def _curves(sources: dict[str, str]) -> list[str]:
    """Return the section on the training, empty if there are no curves of it."""
    if "loss" not in sources:
        return []
    return [
        "<h2>Loss and accuracy while training</h2>",
        _picture(sources["loss"], "Loss per epoch, training and validation"),
        _picture(sources["accuracy"], "Accuracy per epoch, training and validation"),
    ]


def _summary(report: ModelReport, misread: Misread) -> str:
    test, calibration = report.test, report.calibration
    low, high = test.accuracy_interval
    rows = [
        ["Test accuracy", f"{test.accuracy:.2%} (95 % interval {low:.2%} to {high:.2%})"],
        ["Misread", f"{test.errors:,} of {test.images:,} test images"],
    ]
    if report.data.name == "mnist":
        without = accuracy_without_known_label_errors(misread.index, test.images)
        label = f"Without the {len(KNOWN_LABEL_ERRORS)} images with a known wrong label"
        rows.append([label, f"{without:.2%}"])
    rows += [
        *_classroom(report),
        ["Validation accuracy", f"{report.validation.accuracy:.2%}"],
        *_strangers(report),
        ["Accepted", f"{test.accepted:.2%} of the test images"],
        ["Sure enough from", f"a score of {calibration.acceptance_threshold:.1%}"],
        ["Temperature", f"{calibration.temperature:.3f}"],
        ["Parameters", f"{report.parameters:,}"],
        ["Multiply-adds per image", f"{report.multiply_adds:,}"],
        ["Training time", duration(report.training_seconds)],
        ["Seed", str(report.seed)],
        ["Data", report.data.source],
        ["Looks at the test images", str(len(report.test_looks))],
        ["Trained", report.trained],
        ["Versions", ", ".join(f"{tool} {text}" for tool, text in report.versions.items())],
    ]
    return _table([], rows)


def _classroom(report: ModelReport) -> list[list[str]]:
    """Return rows on the class whose pupils the network learned from, if there is one."""
    if report.classroom is None:
        return []
    test, (low, high) = report.classroom.test, report.classroom.test.accuracy_interval
    drawings = f"{test.images:,} drawings by {report.classroom.test_pupils} pupils"
    held_out = f"{test.accuracy:.2%} of {drawings} (95 % interval {low:.2%} to {high:.2%})"
    learned = f"{report.classroom.train_pupils}, {report.classroom.train_drawings:,} drawings"
    return [
        ["The class: pupils it did not learn from", held_out],
        ["The class: pupils it learned from", learned],
    ]


def _strangers(report: ModelReport) -> list[list[str]]:
    """Return rows on people whom the network did not learn from, where they were measured."""
    held_out = report.validation_strangers
    shares = (
        ("Digits of the writers held out", None if held_out is None else held_out.accuracy),
        ("Strangers' pen digits", report.strangers_accuracy),
        ("Letters taken for digits", report.letters_accepted),
    )
    return [[label, f"{share:.2%}"] for label, share in shares if share is not None]


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)] if head else []
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    kind = "" if head else ' class="facts"'
    return f"<table{kind}>\n" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "\n</table>"


def _picture(source: str, what: str) -> str:
    return f'<p><img src="{source}" alt="{escape(what)}"></p>'
