"""Every text has a translation that fits it, and nothing is written past the catalogues."""

import ast
import io
import subprocess
import sys
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from mnist_app import words
from tests.ui.page_runner import ROOT

CATALOGUES = sorted(words.LOCALE.glob("*/LC_MESSAGES/*.po"))
MARKING = {"_", "mark", "ngettext", "pgettext"}
SOURCES = [
    path for path in sorted((ROOT / "mnist_app").rglob("*.py")) if "training" not in path.parts
]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_there_is_a_catalogue_for_every_language_but_english():
    found = [path.parents[1].name for path in CATALOGUES]
    assert found == sorted(set(words.LANGUAGES) - {words.ENGLISH})


def test_the_catalogues_hold_all_texts_translated_and_are_compiled():
    checked = subprocess.run(
        [sys.executable, "scripts/translate", "--check"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
        timeout=120,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_a_translation_has_the_placeholders_of_its_text(path):
    for message in read_po(io.BytesIO(path.read_bytes())):
        texts, strings = (
            value if isinstance(value, tuple) else (value,)
            for value in (message.id, message.string)
        )
        if message.id:
            wanted = [placeholders(text) for text in texts]
            assert all(placeholders(string) in wanted for string in strings), message.id
            assert not any(string != string.strip() for string in strings), message.id


def test_texts_are_whole_literals_that_can_be_extracted():
    """An f-string has no constant text, and Babel sees no call within one."""
    wrong = []
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        within = {
            part
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            for part in ast.walk(node)
        }
        for call in ast.walk(tree):
            is_text = isinstance(call, ast.Call) and getattr(call.func, "id", None) in MARKING
            if not is_text:
                continue
            is_built = any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in call.args)
            is_literal = any(isinstance(one, ast.Constant) for one in call.args)
            if is_built or (is_literal and call in within):
                wrong.append(f"{path.name}:{call.lineno}")
    assert wrong == []
