"""Small bundles for tests: every file of one carries the same mark."""

import json

import numpy as np

from mnist_app.bundle import load_bundle
from mnist_app.bundle_publishing import publish, staging_folder
from mnist_app.reading_settings import ReadingSettings

SETTINGS = ReadingSettings(temperature=1.5, acceptance_threshold=0.8)


def stage(staged, mark):
    """Write content in which every file carries ``mark``."""
    (staged / "model.keras").write_bytes(b"keras " + mark.encode())
    (staged / "model.tflite").write_bytes(b"litert " + mark.encode())
    (staged / "browser.bin").write_bytes(b"browser " + mark.encode())
    (staged / "report.json").write_text(json.dumps({"mark": mark}))
    np.savez(
        staged / "errors.npz",
        index=np.array([5]),
        images=np.zeros((1, 28, 28), np.uint8),
        labels=np.array([7]),
        probabilities=np.full((1, 10), 0.1, np.float32),
    )


def publish_marked(folder, mark="old", settings=SETTINGS, **files):
    """Publish a bundle with ``mark``; ``files`` are contents in place of those of `stage`."""
    with staging_folder(folder) as staged:
        stage(staged, mark)
        for name, content in files.items():
            (staged / name.replace("__", ".")).write_bytes(content)
        publish(staged, folder, recipe="tiny", settings=settings)
    return folder


def mark_of(folder):
    """The mark of a bundle, once it is certain that all its files carry the same."""
    bundle = load_bundle(folder)
    mark = json.loads(bundle.report_bytes)["mark"]
    assert bundle.model == b"litert " + mark.encode()
    assert bundle.browser_network == b"browser " + mark.encode()
    return mark
