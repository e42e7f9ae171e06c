"""Letters of many alphabets as people drew them, traced from small images."""

import cv2
import numpy as np
import pytest

from mnist_app.training.data import pen_rendering
from mnist_app.training.negatives import drawn_letters, outline_file
from tests.commands import load_command


@pytest.fixture(scope="module")
def command():
    return load_command("drawn-letters")


@pytest.fixture(scope="module")
def every():
    return drawn_letters.letters() + drawn_letters.letters(held_out=True)


def drawing(*lines):
    """Return a small drawing, uint8 (32, 32), of straight lines."""
    image = np.zeros((32, 32), np.uint8)
    for start, end in lines:
        cv2.line(image, start, end, 255, 2)
    return image


def filled(outlines, side):
    """Return the ink of outlines whose longer side is 1, ``side`` pixels long."""
    points = [np.rint(outline * side).astype(np.int32) for outline in outlines]
    return cv2.fillPoly(np.zeros((side + 1, side + 1), np.uint8), points, 1) > 0


def test_letters_are_closed_outlines_one_in_size(every):
    assert len(every) > 8000
    for outlines in every:
        points = np.concatenate(outlines)
        assert points.dtype == np.float32
        assert np.ptp(points, axis=0).max() == pytest.approx(1, abs=0.01)
        for outline in outlines:
            steps = np.hypot(*np.diff(outline, axis=0, append=outline[:1]).T)
            assert steps.max() < 0.1


def test_no_drawing_of_an_alphabet_that_is_held_out_is_learned():
    """Only the simplest shapes, such as a plain bar, may be in both."""
    learned, held_out = (
        {np.concatenate(outlines).tobytes() for outlines in letters}
        for letters in (drawn_letters.letters(), drawn_letters.letters(held_out=True))
    )
    assert len(learned) > 3 * len(held_out) > 3000
    assert len(learned & held_out) < 10


def test_learned_and_held_out_drawings_are_all_there_are(every):
    with np.load(drawn_letters.FILE) as stored:
        groups = stored["script"]
    held_out = drawn_letters.letters(held_out=True)
    assert len(every) == len(groups)
    assert len(held_out) == (groups == drawn_letters.HELD_OUT_GROUP).sum()


def test_every_letter_can_be_filled(every):
    random = np.random.default_rng(0)
    for outlines in every[::80]:
        assert pen_rendering.render_outlines(outlines, random).max() == 255


LETTERS = (
    drawing(((5, 5), (5, 25)), ((5, 25), (20, 25))),  # L
    drawing(((4, 4), (26, 26)), ((26, 4), (4, 26))),  # X
    drawing(((6, 6), (24, 6)), ((24, 6), (24, 24)), ((24, 24), (6, 24)), ((6, 24), (6, 6))),
)
CHARACTERS = [2, 3, 1, 4, 20, 20, 21]
"""Two alphabets: 1 to 4, of which 1 is shaped like a digit, and 20 and 21."""
KEPT_GROUPS = [0, 0, 0, 1, 1, 1]


@pytest.fixture
def traced(command, tmp_path, monkeypatch, capsys):
    """The file that the command writes, the images whose outlines it holds, and what it says."""
    images = np.stack([LETTERS[index % 3] for index in range(len(CHARACTERS))])
    np.savez(tmp_path / "drawings.npz", images=images, character=np.array(CHARACTERS, np.uint16))
    monkeypatch.setattr(command, "FILE", tmp_path / "letters.npz")
    command.main([str(tmp_path / "drawings.npz")])
    kept = images[[number != 1 for number in CHARACTERS]]
    return tmp_path / "letters.npz", kept, capsys.readouterr().out


def test_the_command_traces_drawings_and_leaves_out_those_shaped_like_digits(command, traced):
    file, images, said = traced
    assert {1, 2, 3, 4, 20, 21} & command.SHAPED_LIKE_DIGITS == {1}
    letters = outline_file.read(file)
    assert len(letters) == len(images) == 6
    assert "6 drawings of letters" in said
    for (_, outlines), image in zip(letters, images, strict=True):
        rows, columns = np.nonzero(image)
        own = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        side = max(own.shape)
        square = np.zeros((side, side), np.uint8)
        square[: own.shape[0], : own.shape[1]] = own
        wanted = cv2.resize(square, (201, 201), interpolation=cv2.INTER_CUBIC) > 127
        ink = filled(outlines, 200)
        assert (ink & wanted).sum() > 0.85 * (ink | wanted).sum()


def test_characters_without_a_gap_between_their_numbers_are_of_one_group(traced):
    """One that is left out is no gap."""
    assert [group for group, _ in outline_file.read(traced[0])] == KEPT_GROUPS


def test_the_characters_that_are_left_out_are_numbers_of_the_background_set(command):
    assert all(0 <= number < 964 for number in command.SHAPED_LIKE_DIGITS)
