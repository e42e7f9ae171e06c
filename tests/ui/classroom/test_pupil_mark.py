"""Every pupil has a sign that can be told from the page in both themes."""

import tomllib
from pathlib import Path

import pytest

from mnist_app.classroom.records import COLOURS, SHAPES
from mnist_app.ui.classroom.pupil_mark import HEX, PATHS

CONFIG = Path(__file__).resolve().parents[3] / ".streamlit" / "config.toml"
MINIMUM = 3.0  # WCAG 2.1, 1.4.11: contrast of graphics


def luminance(colour):
    levels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_stand_out_from_the_page(theme):
    page = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][theme]["backgroundColor"]
    for name, colour in HEX.items():
        dark, light = sorted([luminance(colour), luminance(page)])
        assert (light + 0.05) / (dark + 0.05) >= MINIMUM, name


def test_all_colours_and_shapes_can_be_shown():
    assert set(HEX) == set(COLOURS)
    assert set(PATHS) == set(SHAPES)
