"""Which way the arrows point, and what the reader must never bring with it."""

import os
import subprocess
import sys
import tomllib
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
def test_the_reader_installs_from_its_source_distribution(tmp_path):
    """Checkout to source distribution to wheel to reading, without TensorFlow and Streamlit."""
    source = tmp_path / "source"
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    environment = tmp_path / "environment"
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}

    def run(*command, cwd=tmp_path):
        return subprocess.run(
            command, check=True, stdout=subprocess.PIPE, text=True, timeout=600, env=clean, cwd=cwd
        ).stdout

    run(sys.executable, "-m", "venv", "--without-pip", environment)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    python = programs / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", *build_requirements())
    run(python, "-c", BUILD_SDIST, tmp_path, cwd=source)
    (sdist,) = tmp_path.glob("*.tar.gz")
    run(*pip, "install", "--quiet", "--no-build-isolation", sdist)
    listed = run(*pip, "list", "--format=freeze").lower()
    assert "ai-edge-litert" in listed
    assert "tensorflow" not in listed
    assert "streamlit" not in listed
    run(python, "-c", READ_A_DIGIT)
    picture = ROOT / "tests" / "data" / "seven.png"
    assert "Seven" in run(programs / "mnist-app", "read", picture)


BUILD_SDIST = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"


def build_requirements():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["build-system"]["requires"]
