"""README and docs: their links resolve, and the README stays short."""

import itertools
import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README_WORDS = 900
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE_BLOCK = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)


def prose(page):
    return CODE_BLOCK.sub("", page.read_text(encoding="utf-8"))


def anchors(page):
    """The fragments of a page's headings, formed as GitHub forms them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_resolves(page):
    for link in LINK.findall(prose(page)):
        if re.match(r"https?:", link):
            continue
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if fragment:
            assert fragment in anchors(target), link


def test_the_readme_is_short_and_names_every_guide():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(readme.split()) <= README_WORDS
    linked = set(LINK.findall(readme))
    guides = {page.relative_to(ROOT).as_posix() for page in ROOT.glob("docs/*.md")}
    assert guides <= linked


def test_every_benchmark_that_the_docs_name_exists():
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for name in re.findall(r"python -m benchmarks\.([a-z]\w*)", text):
            module = ROOT / "benchmarks" / name
            assert module.with_suffix(".py").exists() or (module / "__main__.py").exists(), name


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_architecture_names_every_package_and_shared_module():
    folders = {path.parent.relative_to(ROOT) for path in ROOT.glob("mnist_app/**/__init__.py")}
    for folder in folders - {Path("mnist_app")}:
        assert f"`{folder.as_posix()}/`" in ARCHITECTURE
    for module in ROOT.glob("mnist_app/*.py"):
        assert module.name in ARCHITECTURE


def test_the_layers_of_the_architecture_are_those_that_the_linter_checks():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    written = "\n".join(layer.replace(" | ", "   ") for layer in layers)
    assert f"```\n{written}\n```" in ARCHITECTURE


RESULTS = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")


def table(heading):
    """The cells of the first table under a heading: its header, then its rows."""
    lines = RESULTS.partition(f"## {heading}\n")[2].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines[first:])
    header, _, *body = ([cell.strip(" *") for cell in row.strip("|").split("|")] for row in rows)
    return header, body


def report_of(name):
    return json.loads((ROOT / "pretrained" / name / "report.json").read_text(encoding="utf-8"))


def test_the_test_accuracy_of_every_recipe_is_that_of_its_report():
    _, rows = table("Test accuracy of the recipes")
    named = {row[0].strip("`"): row[2] for row in rows}
    assert set(named) == {path.parent.name for path in ROOT.glob("pretrained/[!.]*/bundle.json")}
    for name, written in named.items():
        assert written.startswith(f"{report_of(name)['test']['accuracy']:.2%}".replace("%", " %"))


def test_the_figures_of_single_digits_are_those_of_the_reports():
    header, rows = table("Single digits, and drawings that are no digit")
    for column, name in enumerate((cell.strip("`") for cell in header[1:]), start=1):
        reading = report_of(name)["reading"]
        strangers, others = reading["strangers"], reading["non_digits"]
        figures = [
            reading["mnist_test"]["accuracy"],
            reading["mnist_test_through_canvas"]["accuracy"],
            strangers["accuracy"],
            strangers["accepted"],
            strangers["accuracy_accepted"],
            strangers["expected_calibration_error"],
            reading["letters"]["accepted"],
            *(others[kind]["accepted"] for kind in others if kind != "half digits"),
        ]
        assert len(figures) == len(rows)
        for row, figure in zip(rows, figures, strict=True):
            written = row[column].removesuffix(" %")
            assert written == f"{100 * figure:.{len(written.partition('.')[2])}f}", (name, row[0])
