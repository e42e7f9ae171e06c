"""Export of a Keras model as a bundle, and loading of the Keras model in a bundle."""

import dataclasses
import os
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import tensorflow as tf

from mnist_app.bundle import check_new_name, load_bundle, shipped_folder
from mnist_app.bundle_manifest import MANIFEST
from mnist_app.bundle_publishing import publish, staging_folder
from mnist_app.errors import BundleError, TrainingError
from mnist_app.reading_settings import ReadingSettings
from mnist_app.training.browser_network import browser_network
from mnist_app.training.data.datasets import Dataset
from mnist_app.training.evaluate import Evaluation
from mnist_app.training.keras_setup import keras
from mnist_app.training.networks import logits_model
from mnist_app.training.recipes import RECIPES

MODEL_FILE: Final = "model.keras"


def check_destination(
    folder: Path, dataset: Dataset, *, replace: bool
) -> tuple[dict[str, Any], ...]:
    """Check, before hours of training, that a bundle can be published at ``folder``.

    Returns the uses of the test images that are on record in a bundle there. Raises
    `TrainingError` if there is a bundle and ``replace`` is not set, if there is a folder that is
    not a bundle, if data other than MNIST would replace the shipped bundle of a recipe, or if the
    folder cannot be written.
    """
    check_new_name(folder.name)
    is_shipped = folder.resolve().parent == shipped_folder().resolve() and folder.name in RECIPES
    if dataset.name != "mnist" and is_shipped:
        raise TrainingError(
            f"{folder} is for a network trained on MNIST, and this data is {dataset.source}. "
            "Choose another folder with --output FOLDER"
        )
    try:
        with staging_folder(folder) as staged:
            (staged / MODEL_FILE).touch()
    except OSError as error:
        raise TrainingError(
            f"{folder.parent} cannot be written ({error.strerror}). "
            "Choose another folder with --output FOLDER"
        ) from error
    try:
        uses = load_bundle(folder).report().test_looks
    except BundleError as error:
        if folder.exists() and not (folder / MANIFEST).is_file():
            raise TrainingError(
                f"{folder} exists and is not a model bundle; nothing there is overwritten. "
                "Choose another folder with --output FOLDER"
            ) from error
        uses = ()
    if folder.exists() and not replace:
        raise TrainingError(
            f"There is a model at {folder} already. To replace it, add --replace; to keep it, "
            "choose another folder with --output FOLDER"
        )
    return uses


def publish_bundle(model: Any, evaluation: Evaluation, folder: Path) -> None:
    """Publish ``model`` and its evaluation as a bundle at ``folder``, atomically.

    Raises `TrainingError` if it cannot be written; an older bundle at ``folder`` then stays
    unchanged.
    """
    recipe = evaluation.report.content["recipe"]
    settings = ReadingSettings(
        temperature=evaluation.calibration.temperature,
        acceptance_threshold=evaluation.calibration.threshold,
    )
    try:
        with staging_folder(folder) as staged:
            write_models(model, staged)
            size = (staged / "model.tflite").stat().st_size
            report = evaluation.report.amended(model_bytes=size)
            (staged / "report.json").write_text(report.as_text(), encoding="utf-8")
            np.savez_compressed(staged / "errors.npz", **dataclasses.asdict(evaluation.misread))
            publish(staged, folder, recipe=recipe["name"], settings=settings)
    except (OSError, tf.errors.OpError) as error:
        raise TrainingError(
            f"The bundle could not be written to {folder}: {error}. An older bundle there is "
            "unchanged"
        ) from error


def write_models(model: Any, folder: Path) -> None:
    """Write ``model.keras``, ``model.tflite`` and ``browser.bin`` into ``folder``."""
    # Without its optimizer, which reading does not need.
    keras.Model(model.input, model.output, name=model.name).save(folder / MODEL_FILE)
    (folder / "browser.bin").write_bytes(browser_network(model))
    write_litert(model, folder / "model.tflite")


def write_litert(model: Any, path: Path) -> None:
    """Write ``model`` up to its logits as a LiteRT model.

    It takes float32 (1, 28, 28), grey levels from 0 to 255, and returns logits float32 (1, 10 or
    11).
    """
    network = logits_model(model)
    network(np.zeros((1, 28, 28), np.float32))
    signature = [keras.InputSpec(dtype="float32", shape=(1, 28, 28), name="images")]
    network.export(str(path), format="litert", input_signature=signature, verbose=False)


def load_keras_model(name_or_folder: str | os.PathLike[str] | None = None) -> Any:
    """Return the Keras model of a bundle, which is checked by `load_bundle`.

    Keras's safe mode is on: a model that contains code, such as a Lambda layer, is refused. Raises
    `BundleError`.
    """
    bundle = load_bundle(name_or_folder)
    return read_keras_file(bundle.folder / MODEL_FILE)


def read_keras_file(path: Path) -> Any:
    """Return the Keras model in a ``.keras`` file, in safe mode. Raises `BundleError`."""
    try:
        return keras.saving.load_model(path, safe_mode=True)
    except (ValueError, TypeError, KeyError, OSError, zipfile.BadZipFile) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise BundleError(f"{path} cannot be loaded safely as a Keras model: {reason}") from error
