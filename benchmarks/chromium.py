"""Finds an installed Chromium, and names the arguments with which tests and benchmarks start it."""

import os
import shutil
from pathlib import Path
from typing import Final

VARIABLE: Final = "MNIST_APP_CHROMIUM"
"""Environment variable that names the browser's executable, where `find` does not find it."""
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATHS: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)
ARGUMENTS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find(playwrights_own: str) -> str | None:
    """Return the path of a Chromium, or None.

    The order is: `VARIABLE`, the PATH, the usual folders, Playwright's own.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return named
    on_path = (shutil.which(name) for name in NAMES)
    elsewhere = (path for path in (*PATHS, playwrights_own) if Path(path).is_file())
    return next((path for path in (*on_path, *elsewhere) if path), None)
