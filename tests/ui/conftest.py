"""Pages run by Streamlit without a browser, and without two costs that the app does not have."""

import functools

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner import script_runner


@pytest.fixture(autouse=True, scope="session")
def _quick_app_tests():
    """Spare every run of a page what Streamlit repeats in tests alone.

    It calls `keras.backend.clear_session` after each run where the process has imported Keras, as
    other tests do and the app does not: 14 of 17.7 CPU-seconds of two files of page tests. Each
    `AppTest` also searches all installed packages for components, which a server does once: 80 %
    of the time of two such files.
    """
    scan = functools.cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield
