"""What stands on every page: navigation for phones, projector mode, the invitation."""

import pytest
from streamlit.testing.v1 import AppTest

from mnist_app.ui import invitation
from mnist_app.ui.classroom import links
from tests.ui.page_runner import MAIN_SCRIPT, SCRIPT_SECONDS


def app_at(**query):
    app = AppTest.from_file(str(MAIN_SCRIPT), default_timeout=SCRIPT_SECONDS)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def styles(app):
    return [element.proto.body for element in app.get("html")]


def test_a_link_opens_projector_mode_and_the_switch_ends_it():
    app = app_at(projector="true")
    assert any("zoom:" in style for style in styles(app))
    app.toggle("projector").set_value(False).run()
    assert not app.exception
    assert not any("zoom:" in style for style in styles(app))


def test_projector_mode_stays_on_from_page_to_page():
    app = app_at(projector="true")
    app.switch_page("pages/numbers_page.py").run()
    assert not app.exception
    assert app.toggle("projector").value is True
    assert any("zoom:" in style for style in styles(app))


def test_phones_get_a_link_with_words_to_every_page():
    labels = [link.proto.label for link in app_at().get("page_link")]
    assert labels[:3] == ["Draw", "Numbers", "Photo"]
    assert len(labels) == 9


@pytest.mark.parametrize("is_open", [False, True])
def test_the_class_is_invited_by_a_qr_code_or_told_how_to_start_the_app(is_open, monkeypatch):
    reach = links.Reach("http://192.168.1.23:8501/", is_open)
    monkeypatch.setattr(links, "reach", lambda: reach)
    app = app_at()
    assert not app.code
    app.session_state["invite"] = True
    app.run()
    assert not app.exception
    pictures = [image.url for element in app.get("image") for image in element.proto.imgs]
    assert any(url.startswith("data:image/svg+xml") for url in pictures) == is_open
    assert any(invitation.START in code.value for code in app.code) != is_open
    assert (
        any("192.168.1.23:8501" in text.value.replace("\\", "") for text in app.markdown) == is_open
    )
