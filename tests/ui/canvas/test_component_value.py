"""Streamlit's session state keeps the value of a canvas as text."""

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state import session_state

from mnist_app.ui.canvas.component_value import keep_values_as_text, reported_text


@pytest.fixture
def unpack(monkeypatch):
    monkeypatch.setattr(
        session_state, "unpack_widget_state_value", session_state.unpack_widget_state_value
    )
    keep_values_as_text()
    return session_state.unpack_widget_state_value


@pytest.mark.parametrize("key", ["canvas-3", "canvas-wide-15"])
@pytest.mark.parametrize("text", ['{"drawing":{"raw":{"objects":[]}}}', "[" * 5000, ""])
def test_a_canvas_keeps_what_the_browser_sent(unpack, key, text):
    widget = WidgetState(id=f"$$ID-0a1b2c-{key}", json_value=text)
    assert reported_text(unpack(widget)) == text


def test_other_widgets_are_unpacked_as_ever(unpack):
    assert unpack(WidgetState(id="$$ID-0a1b2c-links", json_value='{"a":[1]}')) == {"a": [1]}
    assert unpack(WidgetState(id="$$ID-0a1b2c-brush", int_value=7)) == 7


def test_a_canvas_that_reported_nothing_has_no_text():
    mounted = {"drawing": {"raw": {"objects": "", "background": "#000000"}, "data": None}}
    for value in (None, {}, {"drawing": None}, {"drawing": {"raw": None}}, mounted, [1]):
        assert reported_text(value) is None
