"""README and docs: their links resolve, and the README stays short."""

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


def test_the_architecture_names_every_package():
    folders = {path.parent.relative_to(ROOT) for path in ROOT.glob("mnist_app/**/__init__.py")}
    for folder in folders - {Path("mnist_app")}:
        assert f"`{folder.as_posix()}/`" in ARCHITECTURE


def test_the_layers_of_the_architecture_are_those_that_the_linter_checks():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    written = "\n".join(layer.replace(" | ", "   ") for layer in layers)
    assert f"```\n{written}\n```" in ARCHITECTURE
