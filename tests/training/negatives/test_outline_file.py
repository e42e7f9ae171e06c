"""Files of letters as outlines: what was written is read, closed and with divided sides."""

import cv2
import numpy as np
import pytest

from mnist_app.training.negatives import outline_file

BOX = np.array([[0, 0], [255, 0], [255, 255], [0, 255]], np.uint8)
HOLE = np.array([[60, 60], [60, 120], [120, 120]], np.uint8)
FLAT = np.array([[0, 10], [255, 10], [255, 14]], np.uint8)


@pytest.fixture
def file(tmp_path):
    outline_file.write(
        tmp_path / "letters.npz", [[BOX, HOLE], [FLAT]], ["A", "B"], character=np.array(["a", "b"])
    )
    return tmp_path / "letters.npz"


def test_the_arrays_are_as_described(file):
    with np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    assert arrays["points"].dtype == np.uint8
    np.testing.assert_array_equal(arrays["points"], np.concatenate([BOX, HOLE, FLAT]))
    assert arrays["points_per_outline"].tolist() == [4, 3, 3]
    assert arrays["outlines_per_letter"].tolist() == [2, 1]
    assert arrays["script"].tolist() == ["A", "B"]
    assert arrays["character"].tolist() == ["a", "b"]


def test_what_was_written_is_read(file):
    """The corners are those that were written, in the same order, one letter after the other."""
    letters = outline_file.read(file)
    assert [script for script, _ in letters] == ["A", "B"]
    for (_, found), written in zip(letters, ([BOX, HOLE], [FLAT]), strict=True):
        assert len(found) == len(written)
        for outline, corners in zip(found, written, strict=True):
            assert outline.dtype == np.float32
            at = [np.abs(outline - corner / 255).max(axis=1).argmin() for corner in corners]
            assert at == sorted(at)
            np.testing.assert_allclose(outline[at], corners / 255, atol=1e-6)


def test_sides_are_divided_and_the_last_leads_to_the_first_point(file):
    for _, outlines in outline_file.read(file):
        for outline in outlines:
            steps = np.diff(outline, axis=0, append=outline[:1])
            lengths = np.hypot(*steps.T)
            assert 0 < lengths.max() <= 0.08
    ((_, (box, _)), _) = outline_file.read(file)
    perimeter = np.hypot(*np.diff(box, axis=0, append=box[:1]).T).sum()
    assert perimeter == pytest.approx(4, abs=1e-5)


def test_a_single_letter_is_read(tmp_path):
    outline_file.write(tmp_path / "one.npz", [[FLAT]], [3])
    ((script, (outline,)),) = outline_file.read(tmp_path / "one.npz")
    assert script == 3
    assert np.ptp(outline, axis=0).max() == pytest.approx(1)


def test_a_ring_is_traced_as_two_outlines_around_its_ink():
    ring = np.zeros((32, 32), np.uint8)
    cv2.circle(ring, (15, 15), 9, 255, 3)
    outer, inner = sorted(outline_file.traced(ring), key=np.ptp, reverse=True)
    for outline in (outer, inner):
        assert outline.dtype == np.uint8
        assert 8 < len(outline) < 40
        from_middle = np.hypot(*(outline - np.array([127.5, 127.5])).T)
        assert np.ptp(from_middle) < 20
    assert (outer.min(), outer.max()) == (0, outline_file.GRID)
    between = cv2.contourArea(outer.astype(np.int32)) - cv2.contourArea(inner.astype(np.int32))
    side = np.ptp(np.nonzero(ring)[0]) + 1
    assert between / outline_file.GRID**2 == pytest.approx((ring > 0).sum() / side**2, rel=0.1)


def test_without_ink_there_is_no_outline():
    assert outline_file.traced(np.full((28, 28), 120, np.uint8)) == []
