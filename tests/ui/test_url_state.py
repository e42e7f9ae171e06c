"""A link is followed; a value that it cannot ask for is reported in a sentence."""

import pytest
from streamlit.testing.v1 import AppTest

from mnist_app import words
from mnist_app.bundle import shipped_names
from mnist_app.ui import url_state
from tests.ui import page_runner
from tests.ui.page_runner import MAIN_SCRIPT, ROOT, SCRIPT_SECONDS


def page_at(**query):
    app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=SCRIPT_SECONDS)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    assert not app.error
    return app


def warnings(app):
    return [element.value for element in app.warning]


def test_a_link_to_a_model_opens_it():
    wanted = shipped_names()[-1]
    app = page_at(model=wanted)
    assert app.radio("model").value == wanted
    assert warnings(app) == []


@pytest.mark.parametrize("asked", ["nonsense", "../cnn", "![x](//host/x.png)"])
def test_an_unknown_model_falls_back_with_a_message_until_another_is_chosen(asked):
    app = page_at(model=asked)
    assert app.radio("model").value == shipped_names()[0]
    (warning,) = warnings(app)
    assert "model" in warning
    assert not set("/[]()") & set(warning)
    app.run()
    assert warnings(app) == [warning]
    app.radio("model").set_value(shipped_names()[-1]).run()
    assert warnings(app) == []
    app.radio("model").set_value(shipped_names()[0]).run()
    assert warnings(app) == []


def test_a_link_to_the_default_replaces_the_session_s_value():
    app = AppTest.from_file(
        str(ROOT / "mnist_app" / "ui" / "pages" / "compare_page.py"), default_timeout=SCRIPT_SECONDS
    )
    app.session_state["centre"] = False
    app.session_state["size"] = 50
    app.query_params["centre"] = "true"
    app.run()
    assert app.toggle("centre").value is True
    assert app.slider("size").value == 50
    app.toggle("centre").set_value(False).run()
    assert app.toggle("centre").value is False


@pytest.mark.parametrize("code", words.LANGUAGES)
@pytest.mark.parametrize("link_code", words.LANGUAGES)
def test_a_link_made_in_one_language_works_in_another(monkeypatch, code, link_code):
    monkeypatch.setattr(words, "_source", lambda: code)
    with words.in_language(link_code):
        look, view = words._("Steps"), words._("Confidence")
    inside = page_runner.page_at("inside", look=look)
    assert [one.value for one in inside.button_group if one.key == "look"] == ["Steps"]
    mistakes = page_runner.page_at("mistakes", view=view)
    assert warnings(inside) == warnings(mistakes) == []
    with words.in_language(code):
        assert mistakes.session_state["view"] == words._("Confidence")
        assert any(words._("How often it is right:") == one.value for one in mistakes.markdown)


@pytest.mark.parametrize(
    ("value", "german"),
    [
        ("Layers", "Schichten"),
        ("Convolution 4", "Faltung 4"),
        ("dense-128", "dense-128"),
        ("100", "100"),
        ("true", "true"),
    ],
)
def test_an_option_is_written_in_the_words_of_the_page(value, german):
    assert url_state.in_words(value) == value
    with words.in_language("de"):
        assert url_state.in_words(value) == german
