"""The table of all networks."""

import json
import types

import pytest

from mnist_app.bundle import load_bundle, shipped_folder, shipped_names
from mnist_app.model_report import ModelReport
from mnist_app.training import model_table
from mnist_app.training.recipes import REFERENCES


@pytest.fixture
def report(evaluation):
    """The report of the tiny network, as if it were of MNIST, to be changed."""
    copy = json.loads(evaluation.report.as_text())
    copy["data"]["name"] = "mnist"
    copy["training_seconds"] = 75.2
    return copy


def bundle(name, report):
    """Return a stand-in for a bundle whose model has 3 KiB."""
    return types.SimpleNamespace(
        name=name, model=bytes(3 * 1024), report=lambda: ModelReport.of(report)
    )


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_row_says_what_the_report_says(report):
    report["test"]["accuracy"] = 0.98765
    report["test"]["accuracy_interval"] = [0.98, 0.99]
    report["parameters"], report["multiply_adds"] = 1234567, 89
    report["seeds"] = [{"accuracy": accuracy} for accuracy in (0.97, 0.98, 0.99)]
    report["reading"] = {"strangers": {"accuracy": 0.9912}, "letters": {"accepted": 0.0412}}
    lines = model_table.table([bundle("mine", report)]).splitlines()
    assert len(lines) == 3
    assert len({len(line) for line in lines}) == 1
    assert cells(lines[2]) == [
        *["mine", "–", "98.77%", "98.00%–99.00%", "3: 98.00% (97.00%–99.00%)"],
        *["99.12%", "4.12%"],
        *["1,234,567", "89", "3 KiB", "1 min 15 s"],
    ]


def test_what_was_not_measured_is_not_shown(report):
    assert cells(model_table.table([bundle("mine", report)]).splitlines()[2])[5:7] == ["–", "–"]


def test_one_seed_shows_no_spread(report):
    assert cells(model_table.table([bundle("mine", report)]).splitlines()[2])[4] == "–"
    del report["seeds"]
    assert cells(model_table.table([bundle("mine", report)]).splitlines()[2])[4] == "–"


@pytest.mark.parametrize(("accuracy", "short"), [(0.9779, False), (0.9778, True)])
def test_who_falls_short_of_the_reference_is_told(report, accuracy, short):
    report["recipe"]["name"] = "dense-deep"
    report["test"]["accuracy"] = accuracy
    shown = model_table.table([bundle("dense-deep", report)])
    assert cells(shown.splitlines()[2])[1] == "97.79 %"
    assert ("falls short" in shown) == short


def test_changed_settings_are_not_held_against_the_reference(report):
    report["recipe"]["name"] = "dense-deep"
    shown = model_table.table([bundle("dense-deep-epochs-1", report)])
    assert cells(shown.splitlines()[2])[1] == "–"
    assert "falls short" not in shown


def test_watching_the_test_images_and_foreign_data_are_told(report):
    report["recipe"]["validate_on"] = "test"
    assert "mine watched the test images" in model_table.table([bundle("mine", report)])
    report["data"]["name"] = "synthetic"
    assert "not on MNIST" in model_table.table([bundle("mine", report)])


def test_the_table_of_the_shipped_networks(capsys):
    if not shipped_folder().is_dir() or not shipped_names():
        pytest.skip("no bundle is shipped in this checkout")
    bundles = [load_bundle(name) for name in shipped_names()]
    lines = model_table.table(bundles).splitlines()
    assert [cells(line)[0] for line in lines[2 : 2 + len(bundles)]] == list(shipped_names())


def test_references_as_they_report():
    shown = {name: model_table._reported(reference) for name, reference in REFERENCES.items()}
    assert shown == {
        "dense-128-logits": "> 98 %",
        "dense-128": "> 93 %",
        "cnn": "> 98 %",
        "dense-128-64": "≈ 97 %",
        "dense-deep": "97.79 %",
    }
