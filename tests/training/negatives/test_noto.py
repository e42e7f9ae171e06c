"""Letters of a hundred scripts, extracted from the Noto fonts."""

import unicodedata
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

from mnist_app.training.data import pen_rendering
from mnist_app.training.negatives import dejavu, noto
from tests.commands import load_command


@pytest.fixture(scope="module")
def command():
    return load_command("letters-of-scripts")


@pytest.fixture(scope="module")
def every():
    return noto.letters() + noto.letters(held_out=True)


@pytest.fixture(scope="module")
def stored():
    with np.load(noto.FILE) as file:
        return {name: file[name] for name in file.files}


def test_letters_are_closed_outlines_one_in_size(every):
    assert len(every) > 4000
    for outlines in every:
        points = np.concatenate(outlines)
        assert points.dtype == np.float32
        assert np.ptp(points, axis=0).max() == pytest.approx(1, abs=0.02)
        for outline in outlines:
            steps = np.linalg.norm(np.diff(outline, axis=0, append=outline[:1]), axis=1)
            assert steps.max() < 0.1


def test_every_letter_is_there_once(every, stored):
    """A few, such as a plain bar, are letters of two scripts."""
    shapes = {np.concatenate(outlines).tobytes() for outlines in every}
    assert len(every) == len(stored["character"])
    assert len(every) - len(shapes) < 10


def test_no_letter_of_a_script_that_is_held_out_is_learned():
    learned, held_out = (
        {np.concatenate(outlines).tobytes() for outlines in letters}
        for letters in (noto.letters(), noto.letters(held_out=True))
    )
    assert len(learned) > 3 * len(held_out) > 1500
    assert len(learned & held_out) < 10


def test_every_letter_can_be_filled(every):
    random = np.random.default_rng(0)
    for outlines in every[::40]:
        assert pen_rendering.render_outlines(outlines, random, 2.5).max() == 255


def test_every_letter_is_one_of_its_script(stored):
    for character, script in zip(stored["character"], stored["script"], strict=True):
        assert unicodedata.category(str(character)).startswith("L")
        assert unicodedata.name(str(character)).startswith(f"{script} ")


def test_no_script_is_among_those_of_dejavu_or_those_of_the_benchmark(stored, command):
    names = set(stored["script"].tolist())
    assert len(names) > 100
    assert not names & {*dejavu.LOOK_LIKE_DIGITS, *command.LEFT_OUT, *command.SIGNS}


def test_no_letter_that_could_be_a_digit_is_there(stored, command):
    kept = set(zip(stored["script"].tolist(), stored["character"].tolist(), strict=True))
    for script, characters in command.LOOK_LIKE_DIGITS.items():
        assert len(set(characters)) == len(characters)
        for character in characters:
            assert unicodedata.name(character).startswith(f"{script} ")
            assert (script, character) not in kept


def test_the_command_takes_letters_out_of_fonts(command, tmp_path, monkeypatch, capsys):
    """Matplotlib's own font has letters of some scripts that `dejavu` does not use."""
    font = Path(mpl.get_data_path(), dejavu.FONT)
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "NotoSansTest-Regular.ttf").symlink_to(font)
    monkeypatch.setattr(command, "FILE", tmp_path / "letters.npz")
    command.main([str(tmp_path / "fonts")])
    with np.load(tmp_path / "letters.npz") as file:
        taken = {name: file[name] for name in file.files}
    assert f"{len(taken['character'])} letters" in capsys.readouterr().out
    assert "OGHAM" in taken["script"]
    assert not set(taken["script"].tolist()) & {*dejavu.LOOK_LIKE_DIGITS}
    assert taken["points_per_outline"].sum() == len(taken["points"])
    assert taken["outlines_per_letter"].sum() == len(taken["points_per_outline"])


def test_outlines_lie_on_a_grid_without_points_that_change_nothing(command):
    outline = np.array([[0, 0], [0.5, 0.001], [1, 0], [1, -1], [0, -1]], np.float32)
    simple = command._simple(outline)
    assert simple.dtype == np.uint8
    assert {tuple(point) for point in simple.tolist()} == {(0, 255), (255, 255), (255, 0), (0, 0)}
