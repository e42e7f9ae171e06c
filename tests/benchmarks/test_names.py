"""A name has one meaning in the app and its benchmarks; tests of the app need no benchmarks."""

import ast
from collections import Counter
from pathlib import Path

from tests.ui.page_runner import ROOT

MODULES = [
    path
    for folder in ("mnist_app", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
    if not path.stem.startswith("__")
]


def names_in(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def test_no_module_and_no_class_has_the_name_of_another():
    modules = Counter(path.stem for path in MODULES)
    classes = Counter(name for path in MODULES for name in names_in(path))
    assert [name for name, count in (modules + classes).items() if count > 1] == []


def test_only_tests_of_benchmarks_and_of_a_running_server_import_benchmarks():
    importing = {
        path.relative_to(ROOT / "tests").parts[0]
        for path in (ROOT / "tests").rglob("*.py")
        if "\nfrom benchmarks" in path.read_text(encoding="utf-8")
    }
    assert importing == {"benchmarks", "browser", "live_server"}
