"""Publishing of the ink network: its Keras and LiteRT models, report and checksums."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from mnist_app.bundle import sha256
from mnist_app.bundle_publishing import publish_folder, staging_folder
from mnist_app.errors import TrainingError
from mnist_app.ink_network import FILES, FORMAT_VERSION, MANIFEST, InkManifest, read_ink_files
from mnist_app.training.ink.ink_recipe import InkRecipe
from mnist_app.training.ink.ink_training import InkRun
from mnist_app.training.keras_setup import keras


def publish_ink(run: InkRun, recipe: InkRecipe, folder: Path, source: str) -> None:
    """Publish the network of ``run`` at ``folder``, replacing an older one as a whole.

    ``source`` says where the pen digits came from. Raises `TrainingError` if it cannot be written.
    """
    try:
        with staging_folder(folder) as staged:
            keras.Model(run.model.input, run.model.output, name="ink").save(staged / "model.keras")
            write_litert(run.model, staged / "model.tflite")
            report = {
                "recipe": recipe.as_data(),
                "data": source,
                "parameters": run.model.count_params(),
                "model_bytes": (staged / "model.tflite").stat().st_size,
                "loss": run.loss,
                "validation_overlap": run.overlap,
                "training_seconds": round(run.seconds, 1),
            }
            (staged / "report.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")
            sums = {name: sha256((staged / name).read_bytes()) for name in FILES}
            manifest = InkManifest(FORMAT_VERSION, recipe.as_data(), sums)
            (staged / MANIFEST).write_text(manifest.as_text(), "utf-8")
            read_ink_files(staged)
            publish_folder(staged, folder)
    except (OSError, tf.errors.OpError) as error:
        raise TrainingError(
            f"The ink network could not be written to {folder}: {error}. An older one there is "
            "unchanged"
        ) from error


def write_litert(model: Any, path: Path) -> None:
    """Write the LiteRT model for pictures of any size, with weights in float16."""
    model(np.zeros((1, 32, 32, 3), np.float32))
    model.export(
        str(path),
        format="litert",
        input_signature=[
            keras.InputSpec(dtype="float32", shape=(1, None, None, 3), name="pictures")
        ],
        verbose=False,
        optimizations=[tf.lite.Optimize.DEFAULT],
        target_spec={"supported_types": [tf.float16]},
    )
