"""Negative images: many kinds, no two images alike, and no image of a digit."""

import numpy as np
import pytest

from mnist_app.training.data.pen_digits import PenDigit
from mnist_app.training.negatives import hershey, negative_images
from tests.drawings import DIGITS

PENS = tuple(
    PenDigit(label, 1, tuple(np.array(stroke, np.float32) for stroke in strokes))
    for label, strokes in DIGITS.items()
)


@pytest.mark.parametrize("kind", negative_images.KINDS, ids=lambda kind: kind.__name__.strip("_"))
def test_every_kind_makes_images_no_two_alike(kind):
    random = np.random.default_rng(0)
    images = [kind(PENS, random) for _ in range(40)]
    assert all(image.shape == (28, 28) and image.max() == 255 for image in images)
    assert len({image.tobytes() for image in images}) == 40


def test_an_invented_letter_is_broad_and_of_several_pieces():
    random = np.random.default_rng(0)
    for _ in range(50):
        strokes = negative_images.invented_strokes(random)
        points = np.concatenate(strokes)
        assert all(len(stroke) > 20 for stroke in strokes)
        assert len(strokes) >= 2
        across, along = np.sqrt(np.linalg.eigvalsh(np.cov(points.T)))
        assert across > 0.2 * along
        assert np.ptp(points, axis=0).max() < 10


def test_what_has_fallen_lies_within_30_degrees_of_horizontal():
    random = np.random.default_rng(0)
    angles = []
    for _ in range(60):
        points = np.argwhere(negative_images._lying_one(PENS, random) > 127)
        _, axes = np.linalg.eigh(np.cov(points.T))
        down, across = axes[:, 1]
        angles.append(abs(np.degrees(np.arctan2(down, across * np.sign(across)))))
    assert 24 < max(angles) < 33


@pytest.mark.parametrize("label", sorted(set(negative_images.EXTENDABLE_DIGITS) & set(DIGITS)))
def test_pieces_are_added_to_digits_and_half_of_them_lies_apart(label, monkeypatch):
    drawn = []
    monkeypatch.setattr(negative_images, "render", lambda strokes, _: drawn.append(strokes))
    random = np.random.default_rng(0)
    pens = [digit for digit in PENS if digit.label == label]
    for _ in range(5):
        negative_images._extended_digit(pens, random)
    for strokes in drawn:
        own, added = (
            np.concatenate(part)
            for part in (strokes[: len(pens[0].strokes)], strokes[len(pens[0].strokes) :])
        )
        assert np.ptp(own, axis=0).max() < 1.6
        apart = [np.hypot(*(own - point).T).min() for point in added]
        assert np.mean(np.array(apart) >= negative_images.MINIMUM_GAP) >= 0.5


def test_every_kind_has_its_share():
    assert len(negative_images.SHARES) == len(negative_images.KINDS)
    assert sum(negative_images.SHARES) == pytest.approx(1)


def test_letters_of_every_source_are_drawn(monkeypatch):
    sources = {negative_images.dejavu, negative_images.noto, negative_images.drawn_letters}
    drawn = set()
    for module in sources:
        monkeypatch.setattr(
            module, "letters", lambda module=module, of=module.letters: drawn.add(module) or of()
        )
    random = np.random.default_rng(0)
    for _ in range(50):
        negative_images.image(PENS, random)
    assert drawn == sources


def test_the_same_seed_draws_the_same():
    first, again = (negative_images.image(PENS, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first, again)


def test_digits_that_look_alike_when_turned_are_left_alone():
    """An 8 is an 8 upside down, a 0 is a 0 whichever way, a 6 becomes a 9 and a 2 a 5."""
    assert 0 not in negative_images.QUARTER_TURNS
    assert not {0, 1, 2, 5, 6, 8, 9} & set(negative_images.HALF_TURNS)
    assert not {0, 1, 2, 5, 8} & set(negative_images.MIRRORED)


def test_no_font_gives_its_digits_or_their_doubles():
    """Of a font with Latin letters, neither 0 to 9 nor O, l and z are left."""
    from HersheyFonts import HersheyFonts

    font = HersheyFonts()
    font.load_default_font("rowmans")
    kept = {tuple(np.concatenate(strokes).ravel().tolist()) for strokes in hershey.glyphs()}

    def is_kept(key):
        points = [np.array(stroke, np.float32) for stroke in font.strokes_for_text(key)]
        return tuple(np.concatenate(points).ravel().tolist()) in kept

    assert not any(is_kept(key) for key in "0123456789OlzISgq|")
    assert all(is_kept(key) for key in "AEHKMRWXaehkmrwx&#")
    assert len(hershey.glyphs()) > 500
