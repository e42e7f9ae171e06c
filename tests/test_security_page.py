"""docs/security.md: the limits that it lists are the limits that hold."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest

from mnist_app.preprocessing import file_checks
from mnist_app.server import limits

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \| `([\w.]+)` \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "security.md").read_text(encoding="utf-8"))
UNITS = {"MB": 1e6, "megapixels": 1e6, "million": 1e6, "kB": 1e3}


def number(written: str) -> float:
    """The number in a cell such as "12 MB" or "10 a second", in bytes, pixels, seconds or 1."""
    digits, unit, *_ = [*written.split(" "), ""]
    return float(digits.replace(",", "")) * UNITS.get(unit, 1)


def constant(name: str) -> float:
    """The value of a constant of a module, or of an option in .streamlit/config.toml."""
    module, _, attribute = name.rpartition(".")
    if module == "server":
        options = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
        value = options["server"][attribute]
        return value * 1e6 if attribute == "maxUploadSize" else value
    return getattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize(("limit", "written", "name"), ROWS, ids=[row[2] for row in ROWS])
def test_the_number_of_every_limit_is_that_of_its_constant(limit, written, name):
    assert number(written) == constant(name), limit


@pytest.mark.parametrize("module", [limits, file_checks])
def test_every_limit_of_these_modules_is_listed(module):
    listed = {name.rpartition(".")[2] for _, _, name in ROWS if module.__name__ in name}
    assert listed == {name for name in vars(module) if name.isupper() and name[0] != "_"}
