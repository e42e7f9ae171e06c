"""All trained networks beside what their reference projects reported, as a table.

Reads bundles only: nothing is measured here, and TensorFlow is not needed. “Strangers” is the share
of pen digits that is read right, of writers whom no network learned from, and “Letters accepted”
that of letters taken for digits; ``benchmarks.digits_accuracy --record`` measures both.
"""

from statistics import mean
from typing import Any, Final

from mnist_app.bundle import Bundle
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
    reports = [(bundle.name, bundle.report()) for bundle in bundles]
    rows = [COLUMNS, *(_row(name, report) for name, report in reports)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "| "
        + " | ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    remarks = [remark for name, report in reports for remark in _remarks(name, report)]
    return "\n".join([*lines, *([""] if remarks else []), *remarks])


def _row(name: str, report: dict[str, Any]) -> tuple[str, ...]:
    reference = _reference(name, report)
    test = report["test"]
    low, high = test["accuracy_interval"]
    return (
        name,
        _reported(reference) if reference else "–",
        f"{test['accuracy']:.2%}",
        f"{low:.2%}–{high:.2%}",
        _seeds(report.get("seeds", [])),
        _share(report, "strangers", "accuracy"),
        _share(report, "letters", "accepted"),
        f"{report['parameters']:,}",
        f"{report['multiply_adds']:,}",
        f"{report['model_bytes'] / 1024:,.0f} KiB",
        duration(report["training_seconds"]),
    )


def _remarks(name: str, report: dict[str, Any]) -> list[str]:
    remarks = []
    reference = _reference(name, report)
    accuracy = report["test"]["accuracy"]
    if report["data"]["name"] != "mnist":
        remarks.append(
            f"{name} was trained and tested on {report['data']['source']}, not on MNIST."
        )
    elif reference and accuracy < reference.accuracy:
        remarks.append(
            f"{name} falls short of what its reference reported ({_reported(reference)}): "
            f"trained as described there, on {report['data']['train_images']:,} images, it reads "
            f"{accuracy:.2%}."
        )
    if report["recipe"].get("validate_on") == "test":
        remarks.append(
            f"{name} watched the test images while it trained, as its reference did. "
            "Nothing was chosen by them."
        )
    return remarks


def _reference(name: str, report: dict[str, Any]) -> Reference | None:
    """Return the project that the bundle follows, unless its settings were changed."""
    return REFERENCES.get(name) if report["recipe"]["name"] == name else None


def _reported(reference: Reference) -> str:
    sign = "" if reference.sign == "=" else f"{reference.sign} "
    return f"{sign}{reference.accuracy * 100:g} %"


def _share(report: dict[str, Any], part: str, figure: str) -> str:
    """Return a figure of ``benchmarks.digits_accuracy``, if it was recorded."""
    found = report.get("reading", {}).get(part, {}).get(figure)
    return "–" if found is None else f"{found:.2%}"


def _seeds(seeds: list[dict[str, Any]]) -> str:
    found = [row["accuracy"] for row in seeds]
    if len(found) <= 1:
        return "–"
    return f"{len(found)}: {mean(found):.2%} ({min(found):.2%}–{max(found):.2%})"
