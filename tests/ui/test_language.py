"""The browser's language, a link and the choice on the page decide the language of a session."""

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from mnist_app import words
from mnist_app.ui import language
from tests.ui.page_runner import MAIN_SCRIPT, SCRIPT_SECONDS


@pytest.fixture
def open_app(monkeypatch):
    """Open the app in a browser of this locale."""

    def opened(locale, **query):
        monkeypatch.setattr(ContextProxy, "locale", property(lambda _: locale))
        app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=SCRIPT_SECONDS)
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    return opened


def spoken(app):
    """Return the language of the page, by the label of the choice of the language."""
    (label,) = {element.label for element in app.get("button_group") if element.key == language.KEY}
    found = []
    for code in words.LANGUAGES:
        with words.in_language(code):
            if label == words._("Language"):
                found.append(code)
    (code,) = found
    return code


@pytest.mark.parametrize(
    ("locale", "code"),
    [("de", "de"), ("de-AT", "de"), ("en-GB", "en"), ("fr-FR", "en"), ("", "en"), (None, "en")],
)
def test_the_browser_s_language_decides(open_app, locale, code):
    app = open_app(locale)
    assert spoken(app) == code
    assert app.query_params.get(language.KEY) is None


@pytest.mark.parametrize(("locale", "code"), [("de-DE", "en"), ("en-US", "de")])
def test_a_link_decides_before_the_browser(open_app, locale, code):
    assert spoken(open_app(locale, lang=code)) == code


def test_the_choice_decides_before_both(open_app):
    app = open_app("en-US")
    app.button_group(key=language.KEY).set_value("de").run()
    assert spoken(app) == "de"
    app.button_group(key=language.KEY).set_value("en").run()
    assert spoken(app) == "en"


def test_an_unknown_language_is_reported_in_the_browser_s(open_app):
    app = open_app("de", lang="tlh")
    assert spoken(app) == "de"
    (warning,) = [element.value for element in app.warning]
    assert "tlh" in warning
    assert "Sprache" in warning


def test_sessions_of_one_process_do_not_hear_each_other(open_app):
    german, english = open_app("en", lang="de"), open_app("en")
    for _ in range(2):
        assert spoken(german.run()) == "de"
        assert spoken(english.run()) == "en"
