"""Uploads become ink and a small preview, one after the other."""

import threading

import numpy as np
import pytest
from PIL import Image

from mnist_app import InvalidImageError
from mnist_app.photo.cleaning import find_ink
from mnist_app.ui import photo_upload
from mnist_app.ui.photo_upload import read_upload
from mnist_app.ui.pictures import MAXIMUM_SIDE
from tests.bad_pictures import encoded


@pytest.mark.parametrize("shape", [(40, 1600, 3), (1, 10_000), (40, 30, 4)])
def test_the_preview_is_small_and_the_ink_that_of_the_library(shape):
    picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    photo = read_upload(encoded(Image.fromarray(picture), "PNG", compress_level=1), "a.png")
    assert photo.size == (shape[1], shape[0])
    assert max(photo.preview.shape[:2]) == min(MAXIMUM_SIDE, max(shape[:2]))
    assert photo.preview.shape[2] == 3
    np.testing.assert_array_equal(photo.ink, find_ink(picture).ink)


def test_uploads_are_read_one_after_the_other(monkeypatch):
    inside, most = 0, 0

    def slow(content, name):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        threading.Event().wait(0.02)
        inside -= 1
        raise InvalidImageError(name)

    def take():
        with pytest.raises(InvalidImageError):
            read_upload(b"", "a")

    monkeypatch.setattr(photo_upload, "decode_picture", slow)
    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
