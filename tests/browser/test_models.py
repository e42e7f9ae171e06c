"""Changing the model, and a model whose bundle is damaged: a drawing survives both."""

import json
import shutil
from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.app_server import ROOT, AppServer
from mnist_app import Recognizer
from mnist_app.bundle import bundle_folder
from mnist_app.bundle_manifest import MANIFEST
from tests.browser import shapes
from tests.browser.drawing_page import choose_model

pytestmark = pytest.mark.browser

OTHER, DAMAGED = "other", "damaged"
LESS_SURE = 40.0
"""How many times higher the other model's temperature is: it says the same, much less surely."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what the app needs, with three models: as shipped, less sure, and damaged."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("mnist_app", ".streamlit"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pyc*"))
    shutil.copy(ROOT / "app.py", folder)
    shipped = bundle_folder()
    for name in (shipped.name, OTHER, DAMAGED):
        shutil.copytree(shipped, folder / "pretrained" / name)
    manifest = folder / "pretrained" / OTHER / MANIFEST
    values = json.loads(manifest.read_text("utf-8"))
    values["temperature"] *= LESS_SURE
    manifest.write_text(json.dumps(values), "utf-8")
    model = folder / "pretrained" / DAMAGED / "model.tflite"
    model.write_bytes(model.read_bytes()[:1000])
    return folder


@pytest.fixture(scope="module")
def app(checkout) -> Iterator[AppServer]:
    """The app of that copy, in place of the shipped one."""
    with AppServer(checkout) as server:
        yield server


def test_another_model_reads_the_same_drawing(desktop, checkout):
    before = desktop.draw(shapes.DIGITS[7])
    desktop.recognizer = Recognizer.load(checkout / "pretrained" / OTHER)
    choose_model(desktop.page, OTHER)
    now = desktop.settled()
    assert np.array_equal(now.ink, before.ink)
    assert np.array_equal(now.seen, before.seen)
    assert now.text != before.text

    desktop.draw([shapes.FURTHER_STROKE])
    desktop.go_to("About")
    desktop.go_to("Draw")
    back = desktop.settled(lambda shown: shown.ink.any(), "the drawing is gone")
    assert (back.ink >= before.ink).all()


@pytest.mark.slow
def test_a_damaged_model_is_named_in_one_sentence_and_the_drawing_stays(desktop):
    before = desktop.draw(shapes.DIGITS[4])
    model = bundle_folder().name
    choose_model(desktop.page, DAMAGED)
    alert = desktop.page.locator("[data-testid=stAlert]")
    alert.wait_for()
    desktop.wait_for(lambda: desktop.traffic.is_answered, lambda: "no answer")
    message = alert.inner_text()
    assert DAMAGED in message
    assert "train_model.py" in message
    assert message.count("\n") == 0
    everything = desktop.page.locator("body").inner_text()
    for unwanted in ("Traceback", "Error", "/pretrained", str(ROOT), "site-packages"):
        assert unwanted not in everything
    assert np.array_equal(desktop.take().ink, before.ink)

    # One can draw on, and a model that works reads it all.
    desktop.leave_ink([shapes.FURTHER_STROKE])
    desktop.wait_for(lambda: len(desktop.objects()) == 3, lambda: "the stroke was not sent")
    desktop.stroke_count = 3
    choose_model(desktop.page, model)
    now = desktop.settled()
    assert (now.ink >= before.ink).all()
    assert now.ink.sum() > before.ink.sum()
    desktop.clear()
