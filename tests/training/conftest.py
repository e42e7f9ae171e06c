"""What the tests of the training room share."""

import contextlib
import dataclasses
import http.server
import os
import threading

import numpy as np
import pytest

from mnist_app.training.data import datasets, synthetic
from mnist_app.training.data.pen_digits import PenDigit, PenDigits
from mnist_app.training.recipes import CNN_REGULARISED
from tests.drawings import DIGITS

TINY = dataclasses.replace(
    CNN_REGULARISED, name="tiny", convolutions=((4,),), hidden=(16,), epochs=2, batch_size=32
)


REAL_DATA = os.environ.get("MNIST_APP_DATA")


@pytest.fixture(scope="session")
def mnist_folder():
    """The folder with the real data, where MNIST_APP_DATA names one."""
    if not REAL_DATA:
        pytest.skip("MNIST_APP_DATA does not name a folder with MNIST")
    return REAL_DATA


@pytest.fixture(scope="session")
def mnist(mnist_folder):
    """The real MNIST."""
    return datasets.load_dataset(mnist_folder)


@pytest.fixture
def server(tmp_path):
    """A web server on this machine: its folder, mnist.npz's address there, the paths asked for."""
    folder, asked = tmp_path / "web", []
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=str(folder))

        def log_message(self, *arguments):
            asked.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{running.server_port}/mnist.npz", asked
        running.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def drawn():
    """The synthetic data."""
    return datasets.synthetic_dataset()


@pytest.fixture(scope="session")
def tiny():
    """A recipe that trains in a second."""
    return TINY


@pytest.fixture(scope="session")
def with_pen_digits(drawn):
    """The synthetic data, and five digits of each of 30 writers."""
    digits = tuple(
        PenDigit(label, writer, tuple(np.array(stroke, np.float32) for stroke in strokes))
        for writer in range(1, 31)
        for label, strokes in DIGITS.items()
    )
    return dataclasses.replace(drawn, pen_digits=PenDigits("a test", "", digits))


@pytest.fixture(scope="session")
def written(tiny):
    """A recipe that learns from pens too."""
    return dataclasses.replace(
        tiny, pen_renderings=2, validation_writers=(3, 20), non_digits=0.25, bend_pixels=0.5
    )


@pytest.fixture(scope="session")
def trained(drawn, tmp_path_factory):
    """A tiny network trained on the synthetic data: run, recipe, split."""
    from mnist_app.training import fit
    from mnist_app.training.data import epochs

    split = epochs.split(TINY, drawn)
    folder = tmp_path_factory.mktemp("runs") / "tiny"
    return fit.train(TINY, split, folder, film=True), TINY, split


@pytest.fixture(scope="session")
def evaluation(trained, drawn):
    """What the tiny network can do."""
    from mnist_app.training import evaluate

    run, recipe, split = trained
    calibration = evaluate.calibrate(run.model, split)
    return evaluate.evaluate(
        run, recipe, drawn, split, calibration, purpose="a test", earlier_uses=[]
    )


@pytest.fixture(scope="session")
def bundle_folder(trained, evaluation, tmp_path_factory):
    """The tiny network as a bundle. Tests that change it take a copy."""
    from mnist_app.training import export

    folder = tmp_path_factory.mktemp("bundles") / "tiny"
    export.publish_bundle(trained[0].model, evaluation, folder)
    return folder


@pytest.fixture
def arrays(monkeypatch, tmp_path):
    """Few images in the place of MNIST's: their checksums are the expected ones in this test."""
    train_images, train_labels = synthetic.draw(30, seed=3)
    test_images, test_labels = synthetic.draw(20, seed=4)
    few = {
        "train_images": train_images,
        "train_labels": train_labels,
        "test_images": test_images,
        "test_labels": test_labels,
    }
    monkeypatch.setattr(datasets, "MNIST_MD5", datasets.checksums(few))
    monkeypatch.delenv("MNIST_APP_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras-home"))
    return few


@pytest.fixture
def full_disk():
    """A context in which no file can grow beyond a few bytes, as on a full disk."""
    resource = pytest.importorskip("resource", reason="Windows cannot limit the size of files")

    @contextlib.contextmanager
    def limited():
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limited
