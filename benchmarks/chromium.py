"""Finds an installed Chromium and starts it, for tests and benchmarks."""

import os
import shutil
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Playwright

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
    "--font-render-hinting=none",  # text as wide in Chromium's headless shell as in its windows
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class ChromiumError(Exception):
    """No Chromium is installed."""


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


def launch(playwright: Playwright) -> Browser:
    """Start a Chromium without a window and with a fresh profile.

    Raises `ChromiumError` if there is none.
    """
    executable = find(playwright.chromium.executable_path)
    if executable is None:
        raise ChromiumError(f"No Chromium or Chrome is here. Install one, or set {VARIABLE}")
    return playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS])
