"""From a trained Keras network to a bundle, and from a bundle back to Keras."""

import os
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import tensorflow as tf

from mnist_app.bundle import (
    MANIFEST,
    ONE_VIEW_FILE,
    check_new_name,
    load_bundle,
    publish,
    shipped_folder,
    staging_folder,
)
from mnist_app.errors import BundleError, TrainingError
from mnist_app.training.averaged_model import Reading
from mnist_app.training.data.datasets import Dataset
from mnist_app.training.evaluate import Evaluation, save_misread
from mnist_app.training.keras_setup import keras
from mnist_app.training.networks import logits_model
from mnist_app.training.recipes import RECIPES

MODEL_FILE: Final = "model.keras"


def check_destination(
    folder: Path, dataset: Dataset, *, replace: bool
) -> tuple[dict[str, Any], ...]:
    """Make sure that a bundle may and can be published at ``folder``: before hours of training.

    Returns the looks at the test set that a bundle there has on record. Raises `TrainingError`
    if something is there and ``replace`` is not set, if what is there is no bundle of ours, if
    self-made data would take the place of a recipe's shipped bundle, or if the folder cannot be
    written.
    """
    check_new_name(folder.name)
    shipped = folder.resolve().parent == shipped_folder().resolve() and folder.name in RECIPES
    if dataset.name != "mnist" and shipped:
        raise TrainingError(
            f"{folder} is for a network trained on MNIST, and this data is {dataset.source}. "
            "Choose another place with --output FOLDER"
        )
    try:
        with staging_folder(folder) as staged:
            (staged / MODEL_FILE).touch()
    except OSError as error:
        raise TrainingError(
            f"{folder.parent} cannot be written ({error.strerror}). "
            "Choose another place with --output FOLDER"
        ) from error
    try:
        looks = load_bundle(folder).report().test_looks
    except BundleError as error:
        if folder.exists() and not (folder / MANIFEST).is_file():
            raise TrainingError(
                f"{folder} exists and is not a model bundle; nothing there is overwritten. "
                "Choose another place with --output FOLDER"
            ) from error
        looks = ()
    if folder.exists() and not replace:
        raise TrainingError(
            f"There is a model at {folder} already. To train it anew and replace it, add "
            "--replace; to keep it, choose another place with --output FOLDER"
        )
    return looks


def publish_bundle(model: Any, evaluation: Evaluation, folder: Path) -> None:
    """Write ``model`` and its evaluation as a bundle and put it at ``folder`` as a whole.

    Raises `TrainingError` if the disk is full or cannot be written; what was at ``folder`` then
    stays as it was.
    """
    recipe = evaluation.report.content["recipe"]
    try:
        with staging_folder(folder) as staged:
            write_models(model, staged, views=recipe["views"])
            size = (staged / "model.tflite").stat().st_size
            report = evaluation.report.amended(model_bytes=size)
            (staged / "report.json").write_text(report.as_text(), encoding="utf-8")
            save_misread(evaluation.misread, staged / "errors.npz")
            publish(
                staged,
                folder,
                recipe=recipe["name"],
                temperature=evaluation.calibration.temperature,
                threshold=evaluation.calibration.threshold,
                views=recipe["views"],
                second_look=recipe["second_look"],
            )
    except (OSError, tf.errors.OpError) as error:
        raise TrainingError(
            f"The bundle could not be written to {folder}: {error}. What was there is untouched."
        ) from error


def write_models(model: Any, folder: Path, *, views: int = 1) -> None:
    """Write ``model.keras`` and ``model.tflite``, which ends in logits, into ``folder``.

    The LiteRT model takes float32 (1, 28, 28), grey levels from 0 to 255, and returns float32
    (1, 10 or 11). With several ``views`` it takes them itself (see `mnist_app.training.averaged_model`),
    and ``one-view.tflite`` is ``model`` alone.
    """
    # Without its optimizer, whose learning rates Keras could read with our code alone.
    keras.Model(model.input, model.output, name=model.name).save(folder / MODEL_FILE)
    alone, whole = logits_model(model), folder / "model.tflite"
    if views == 1:
        _write_litert(alone, whole)
    else:
        _write_litert(alone, folder / ONE_VIEW_FILE)
        _write_litert(Reading(model, views), whole)


def _write_litert(model: Any, path: Path) -> None:
    signature = [keras.InputSpec(dtype="float32", shape=(1, 28, 28), name="images")]
    model(np.zeros((1, 28, 28), np.float32))
    model.export(str(path), format="litert", input_signature=signature, verbose=False)


def load_keras_model(name_or_folder: str | os.PathLike[str] | None = None) -> Any:
    """Return the Keras model of a bundle, which is checked as `load_bundle` does.

    Keras's safe mode is on: a model that brings code of its own, such as a Lambda layer, is
    refused. Raises `BundleError`.
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
