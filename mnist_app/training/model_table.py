"""Table of trained networks, with the accuracy that their reference projects report.

The figures are those recorded in the bundles; TensorFlow is not needed. “Strangers” is the accuracy
on pen digits of writers that no network was trained on, “Letters accepted” the share of letters
that are accepted as digits; ``benchmarks.digits_accuracy --record`` measures both.
"""

from statistics import mean
from typing import Final

from mnist_app.bundle import Bundle
from mnist_app.model_report import ModelReport
from mnist_app.training.progress import duration
from mnist_app.training.recipes import REFERENCES, Reference

COLUMNS: Final = (
    "Recipe",
    "Reference reported",
    "Measured",
    "95 % interval",
    "Seeds: mean (least–most)",
    "Strangers",
    "Letters accepted",
    "Parameters",
    "Multiply-adds",
    "Size",
    "Training",
)


def table(bundles: list[Bundle]) -> str:
    """Return the table of ``bundles`` in Markdown, aligned, with remarks below it.

    Raises `BundleError` if a bundle's report cannot be read.
    """
    reports = [bundle.report() for bundle in bundles]
    rows = [COLUMNS, *map(_row, bundles, reports)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "| "
        + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    named = zip(bundles, reports, strict=True)
    remarks = [remark for bundle, report in named for remark in _remarks(bundle.name, report)]
    return "\n".join([*lines, *([""] if remarks else []), *remarks])


def _row(bundle: Bundle, report: ModelReport) -> tuple[str, ...]:
    reference = _reference(bundle.name, report)
    low, high = report.test.accuracy_interval
    return (
        bundle.name,
        _reported(reference) if reference else "–",
        f"{report.test.accuracy:.2%}",
        f"{low:.2%}–{high:.2%}",
        _seeds([seed.accuracy for seed in report.seeds]),
        _share(report.strangers_accuracy),
        _share(report.letters_accepted),
        f"{report.parameters:,}",
        f"{report.multiply_adds:,}",
        f"{len(bundle.model) / 1024:,.0f} KiB",
        duration(report.training_seconds),
    )


def _remarks(name: str, report: ModelReport) -> list[str]:
    remarks = []
    reference = _reference(name, report)
    accuracy = report.test.accuracy
    if report.data.name != "mnist":
        remarks.append(f"{name} was trained and tested on {report.data.source}, not on MNIST.")
    elif reference and accuracy < reference.accuracy:
        remarks.append(
            f"{name} falls short of what its reference reported ({_reported(reference)}): "
            f"trained as described there, on {report.data.train_images:,} images, it reads "
            f"{accuracy:.2%}."
        )
    if report.recipe.watched_test_images:
        remarks.append(
            f"{name} watched the test images while it trained, as its reference did. "
            "Nothing was chosen by them."
        )
    return remarks


def _reference(name: str, report: ModelReport) -> Reference | None:
    """Return the project that the bundle follows, unless its settings were changed."""
    return REFERENCES.get(name) if report.recipe.name == name else None


def _reported(reference: Reference) -> str:
    sign = "" if reference.sign == "=" else f"{reference.sign} "
    return f"{sign}{reference.accuracy * 100:g} %"


def _share(share: float | None) -> str:
    """Return a figure of ``benchmarks.digits_accuracy``, if it was recorded."""
    return "–" if share is None else f"{share:.2%}"


def _seeds(found: list[float]) -> str:
    if len(found) <= 1:
        return "–"
    return f"{len(found)}: {mean(found):.2%} ({min(found):.2%}–{max(found):.2%})"
