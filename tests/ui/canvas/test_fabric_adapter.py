"""Whatever a browser sends becomes valid strokes or nothing."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mnist_app.preprocessing.strokes import draw
from mnist_app.ui.canvas.fabric_adapter import MAXIMUM_STROKE_WIDTH, read_strokes


def test_what_the_component_reports_becomes_strokes():
    line = {"type": "Path", "strokeWidth": 22, "path": [["M", 1, 2], ["L", 3, 4]]}
    dot = {"type": "Path", "strokeWidth": 8.5, "path": [["M", 59.98, 60], ["L", 60.02, 60]]}
    strokes = read_strokes([line, {"type": "Circle", "radius": 3}, dot])
    assert [stroke.width for stroke in strokes] == [22, 8.5]
    np.testing.assert_allclose(strokes[0].points, [[1, 2], [3, 4]])


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3) | st.integers(-(10**9), 10**9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["path", "strokeWidth", "type", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_browser_sends_is_strokes_or_nothing(objects):
    for stroke in read_strokes(objects):
        assert stroke.points.shape[1] == 2
        assert 0 < stroke.width <= MAXIMUM_STROKE_WIDTH
        assert draw([stroke], 20, 20).shape == (20, 20)
