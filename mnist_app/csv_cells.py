"""Text for the cells of a CSV file that is opened in a spreadsheet."""

from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters of a cell that spreadsheets may run as a formula (OWASP, "CSV Injection")."""


def text_cell(text: str) -> str:
    """Return ``text`` with a single quote before it if a spreadsheet could run it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
