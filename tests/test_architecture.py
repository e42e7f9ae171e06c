"""Which way the arrows point, and what the reader must never bring with it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_imports_follow_the_house_plan():
    """In a process of its own: the linter replaces the streams that pytest captures."""
    linted = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--config", "pyproject.toml", "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


READ_A_DIGIT = """
import sys
import numpy as np
from mnist_app import Recognizer
picture = np.full((100, 100), 255, np.uint8)
picture[20:80, 45:55] = 0
assert Recognizer.load().read_digit(picture) is not None
heavy = {"tensorflow", "keras", "streamlit", "sklearn", "scipy", "pandas"} & set(sys.modules)
assert not heavy, heavy
"""


def test_reading_a_digit_imports_no_training_and_no_pages(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-c", READ_A_DIGIT], cwd=tmp_path, env=environment, check=True, timeout=120
    )


@pytest.mark.slow
def test_an_installed_reader_works_in_a_clean_environment(tmp_path):
    """`pip install .` brings the reader alone, with the shipped bundles."""
    source = tmp_path / "source"
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, timeout=120)
    python = next(
        path
        for path in (environment / "bin" / "python", environment / "Scripts" / "python.exe")
        if path.exists()
    )
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", str(source)],
        check=True,
        timeout=600,
        env=clean,
        cwd=tmp_path,
    )
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"],
        check=True,
        capture_output=True,
        text=True,
        env=clean,
    ).stdout.lower()
    assert "ai-edge-litert" in listed
    assert "tensorflow" not in listed
    assert "streamlit" not in listed
    subprocess.run([python, "-c", READ_A_DIGIT], check=True, timeout=120, env=clean, cwd=tmp_path)
    picture = ROOT / "tests" / "data" / "seven.png"
    reading = subprocess.run(
        [python, "-m", "mnist_app", "read", str(picture)],
        check=True,
        capture_output=True,
        text=True,
        env=clean,
        cwd=tmp_path,
        timeout=120,
    ).stdout
    assert "Seven" in reading
