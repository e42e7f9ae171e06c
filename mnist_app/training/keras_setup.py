"""Keras with the settings that this package needs; every module imports `keras` from here.

Keras reads its backend, number format and image layout from ``keras.json`` and from environment
variables at import. Here they are TensorFlow, float32 and channels last whatever is set there, so
that a recipe gives the same network on every machine.
"""

import os

from mnist_app.errors import TrainingError

__all__ = ["keras"]

os.environ["KERAS_BACKEND"] = "tensorflow"
for _limit in ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH"):
    os.environ.pop(_limit, None)

try:
    import keras
except ValueError as error:  # Keras refuses a value in keras.json
    raise TrainingError(
        f"Keras refuses its settings file keras.json ({error}). Correct or delete that file; it is "
        "in the folder .keras of your home folder, or in the folder that KERAS_HOME names"
    ) from error


def configure() -> None:
    """Set what training relies on. Raises `TrainingError` if another backend is in use already."""
    if keras.config.backend() != "tensorflow":
        raise TrainingError(
            f"Keras already runs with the backend “{keras.config.backend()}” in this process, and "
            "training needs “tensorflow”. Import mnist_app.training before keras"
        )
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_dtype_policy("float32")
    keras.config.set_image_data_format("channels_last")


configure()
