"""Settings of all tests: hypothesis, and how pytest-xdist distributes the quick tests."""

import os
from pathlib import Path

import hypothesis
import pytest

# Time says nothing on a shared machine. A run in CI is repeatable and has a quarter of Hypothesis's
# own number of examples; other runs have a fifth of it, of a new seed each time.
hypothesis.settings.register_profile(
    "ci", deadline=None, max_examples=25, derandomize=True, database=None
)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=20, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "quick")

TENSORFLOW_FOLDERS = ("training", "explain")
TENSORFLOW_FILES = ("test_train_model.py", "test_model_selection.py", "test_digits_accuracy.py")
COSTLY = {"browser": 0, "tensorflow": 1}
TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each worker of pytest-xdist whole files, and one worker all tests of a costly process.

    Importing TensorFlow takes five CPU-seconds in every process that does, and each process with
    browser tests starts a Chromium and an app server. `--dist loadgroup` keeps a group together;
    in other runs its files follow each other, the costly ones first, so that each worker starts
    them once, and the short ones fill the workers evenly at the end.
    """
    groups = {item: _group(item) for item in items}
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: COSTLY.get(groups[item], len(COSTLY)))


def _group(item: pytest.Item) -> str:
    parts = item.path.relative_to(TESTS).parts
    if parts[0] in TENSORFLOW_FOLDERS or parts[-1] in TENSORFLOW_FILES:
        return "tensorflow"
    return "browser" if parts[0] == "browser" else str(item.path)
