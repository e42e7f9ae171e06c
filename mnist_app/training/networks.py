"""Keras networks: built and compiled from a recipe, and measured."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from mnist_app.errors import TrainingError
from mnist_app.training.keras_setup import keras
from mnist_app.training.recipe import Recipe


@dataclass(frozen=True)
class LayerSummary:
    """One layer of a network: its Keras class, output shape and number of parameters."""

    kind: str
    shape: str
    parameters: int


LOGITS_LAYER: Final = "logits"
"""Name of the layer whose output is the logits; a softmax may follow it."""


def build(recipe: Recipe, steps: int) -> Any:
    """Return the compiled Keras model of ``recipe``, to be trained for ``steps`` batches.

    The input is (n, 28, 28), grey levels from 0 to 255; the first layer scales them to 0-1. The
    output is (n, 10) or (n, 11), see `Recipe.classes`. Raises `TrainingError` if the convolutions
    reduce the image to nothing.
    """
    images = keras.Input((28, 28), name="images")
    x = _convolutions(recipe, keras.layers.Rescaling(1 / 255)(images))
    for units in recipe.hidden:
        x = keras.layers.Dense(units, activation="relu")(x)
        x = _dropout(recipe.dropout, x)
    x = keras.layers.Dense(recipe.classes, name=LOGITS_LAYER)(x)
    if recipe.output == "softmax":
        x = keras.layers.Softmax(name="probabilities")(x)
    model = keras.Model(images, x, name=recipe.name.replace("-", "_"))
    model.compile(
        optimizer=_optimizer(recipe, steps),
        loss=_loss(recipe),
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model


def logits_model(model: Any) -> Any:
    """Return ``model`` up to its logits: all of it, or all but its softmax."""
    return keras.Model(model.input, model.get_layer(LOGITS_LAYER).output, name=model.name)


def multiply_adds(model: Any) -> int:
    """Return the number of multiply-add operations for one image.

    Convolutions and dense layers are counted; biases, activations and pooling are not.
    """
    return sum(layer_multiply_adds(layer, layer.output.shape) for layer in model.layers)


def layer_multiply_adds(layer: Any, output: Sequence[int | None]) -> int:
    """Return the multiply-adds of one layer with the output shape ``output``, batch first."""
    if isinstance(layer, keras.layers.Conv2D):
        return int(math.prod(side or 1 for side in output[:-1]) * math.prod(layer.kernel.shape))
    if isinstance(layer, keras.layers.Dense):
        return int((output[0] or 1) * math.prod(layer.kernel.shape))
    return 0


def summary(model: Any) -> list[LayerSummary]:
    """Return the layers of ``model`` in order."""
    return [
        LayerSummary(
            kind=type(layer).__name__,
            shape=" × ".join(str(side) for side in layer.output.shape[1:]),
            parameters=layer.count_params(),
        )
        for layer in model.layers
    ]


def _convolutions(recipe: Recipe, x: Any) -> Any:
    """Return the output of the blocks of convolutions for images ``x`` (n, 28, 28), flattened."""
    try:
        if recipe.convolutions:
            x = keras.layers.Reshape((28, 28, 1))(x)
        for block in recipe.convolutions:
            for filters in block:
                x = _convolution(recipe, filters, x)
            x = keras.layers.MaxPooling2D(2)(x)
            x = _dropout(recipe.block_dropout, x)
        return keras.layers.Flatten()(x)
    except ValueError as error:
        raise TrainingError(
            f"The convolutions {list(map(list, recipe.convolutions))} reduce a 28×28 image to "
            "nothing: each takes 2 pixels off its sides and each block halves them. Use fewer."
        ) from error


def _convolution(recipe: Recipe, filters: int, x: Any) -> Any:
    if not recipe.batch_normalisation:
        return keras.layers.Conv2D(filters, 3, activation="relu")(x)
    # the normalisation adds a bias of its own
    x = keras.layers.Conv2D(filters, 3, use_bias=False)(x)
    return keras.layers.ReLU()(keras.layers.BatchNormalization()(x))


def _dropout(rate: float, x: Any) -> Any:
    return keras.layers.Dropout(rate)(x) if rate else x


def _optimizer(recipe: Recipe, steps: int) -> Any:
    rate: Any = recipe.learning_rate
    if recipe.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    classes = {
        "adam": keras.optimizers.Adam,
        "nadam": keras.optimizers.Nadam,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }
    return classes[recipe.optimizer](learning_rate=rate)


def _loss(recipe: Recipe) -> Any:
    classes = {
        "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
        "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
    }
    return classes[recipe.loss](from_logits=recipe.output == "logits")
