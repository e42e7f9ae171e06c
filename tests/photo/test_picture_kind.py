"""Drawing or photograph: the quick way to tell says what the thorough one says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_app.photo import picture_kind
from tests.drawings import DIGITS, drawn


def variant(seed):
    """Return a drawing on paper of some colour, as it is, noisy, shaded or cropped."""
    random = np.random.default_rng(seed)
    ink = drawn(int(random.choice(sorted(DIGITS)))).astype(float) / 255
    paper, pen = random.integers(0, 256, (2, 3))
    picture = paper + ink[..., np.newaxis] * (pen.astype(float) - paper)
    if random.integers(2):
        picture += random.normal(0, random.choice([1, 4, 12]), picture.shape)
    if random.integers(2):
        picture *= np.linspace(random.uniform(0.5, 1), 1, picture.shape[1])[:, np.newaxis]
    top = int(random.integers(0, picture.shape[0] // 3))
    picture = np.clip(np.rint(picture[top:]), 0, 255).astype(np.uint8)
    return picture if random.integers(3) else np.ascontiguousarray(picture[..., 0])


@given(st.integers(0, 2**32 - 1))
def test_the_quick_way_changes_no_answer(seed):
    picture = variant(seed)
    with pytest.MonkeyPatch.context() as patch:
        quick = picture_kind.is_photograph(picture)
        patch.setattr(picture_kind, "_majority", lambda *_: False)
        assert picture_kind.is_photograph(picture) == quick


def test_a_drawing_is_told_from_a_photograph():
    assert not picture_kind.is_photograph(drawn(4))
    noise = np.random.default_rng(0).normal(0, 6, (200, 200))
    photo = np.clip(np.linspace(120, 220, 200) + noise, 0, 255).astype(np.uint8)
    assert picture_kind.is_photograph(photo)
