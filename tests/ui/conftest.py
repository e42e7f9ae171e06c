"""Pages run by Streamlit without a browser, without work that only other apps need."""

import pytest
from streamlit.runtime.scriptrunner import script_runner


@pytest.fixture(autouse=True, scope="session")
def _no_cleaning_of_keras():
    """Skip `keras.backend.clear_session`, which Streamlit calls after every run of a script.

    It does so only where the process has imported Keras, as other tests do and the app does not.
    With its garbage collections it took 14 of 17.7 CPU-seconds of two files of page tests.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield
