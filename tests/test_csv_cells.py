"""No text in a CSV file is a formula."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.csv_cells import text_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1.png", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")']
)
def test_a_formula_becomes_text(text):
    assert text_cell(text) == f"'{text}"


@given(st.text())
def test_no_cell_begins_like_a_formula_and_the_text_is_kept(text):
    cell = text_cell(text)
    assert cell[:1] not in set("=+-@\t\r\n")
    assert cell in (text, f"'{text}")


@pytest.mark.parametrize("text", ["", "scans/7.png", "a=b.png", "'quoted'", "7"])
def test_other_text_stays(text):
    assert text_cell(text) == text
