"""From a recipe to a Keras network: built, compiled and measured."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from mnist_app.errors import TrainingError
from mnist_app.training.keras_setup import keras
from mnist_app.training.recipe import Recipe


@dataclass(frozen=True)
class Layer:
    """One layer of a network: its kind, the shape of what it puts out, its trained numbers."""

    kind: str
    shape: str
    parameters: int


LOGITS = "logits"
"""Name of the layer whose output is the logits, whatever follows it."""
RESTARTED: Final = 0.5
"""Learning rate at which a restart begins, over that at which the fall before began."""


@keras.saving.register_keras_serializable("mnist_app")
class Falls(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A learning rate that falls to 0 along half a cosine, several times one after the other.

    `keras.optimizers.schedules.CosineDecayRestarts` has falls as well, but of lengths that are a
    geometric series.
    """

    def __init__(self, learning_rate: float, steps: Sequence[int]) -> None:
        """Begin the first fall at ``learning_rate``; each fall takes so many ``steps``."""
        super().__init__()
        self.learning_rate = learning_rate
        self.steps = tuple(steps)

    def __call__(self, step: Any) -> Any:
        """Return the learning rate of batch ``step``, from 0; behind the last fall it is 0."""
        rate, begun, highest = 0.0, 0, self.learning_rate
        for steps in self.steps:
            here = keras.ops.cast(step, "float32") - begun
            fall = keras.optimizers.schedules.CosineDecay(highest, steps)(here)
            rate = keras.ops.where(here < 0, rate, fall)
            begun, highest = begun + steps, highest * RESTARTED
        return rate

    def get_config(self) -> dict[str, Any]:
        """Return what `__init__` takes, as Keras wants it to save a model."""
        return {"learning_rate": self.learning_rate, "steps": list(self.steps)}


def build(recipe: Recipe, steps: int) -> Any:
    """Return the compiled Keras model of ``recipe``, to be trained for ``steps`` batches.

    Its input is (n, 28, 28) with grey levels from 0 to 255: bringing them to 0-1 is the first
    thing that the network itself does, so that nobody can forget it. Raises `TrainingError` if
    the convolutions leave nothing of the image.
    """
    images = keras.Input((28, 28), name="images")
    flow = keras.layers.Rescaling(1 / 255)(images)
    try:
        if recipe.convolutions:
            flow = keras.layers.Reshape((28, 28, 1))(flow)
        for block in recipe.convolutions:
            for filters in block:
                flow = _convolved(recipe, filters, flow)
            flow = keras.layers.MaxPooling2D(2)(flow)
            flow = _dropped(recipe.block_dropout, flow)
        flow = keras.layers.Flatten()(flow)
    except ValueError as error:
        raise TrainingError(
            f"The convolutions {list(map(list, recipe.convolutions))} leave nothing of a 28×28 "
            "image: each takes 2 pixels off its side and each block halves it. Take fewer."
        ) from error
    for units in recipe.hidden:
        flow = keras.layers.Dense(units, activation="relu")(flow)
        flow = _dropped(recipe.dropout, flow)
    flow = keras.layers.Dense(recipe.classes, name=LOGITS)(flow)
    if recipe.output == "softmax":
        flow = keras.layers.Softmax(name="probabilities")(flow)
    model = keras.Model(images, flow, name=recipe.name.replace("-", "_"))
    model.compile(
        optimizer=_optimizer(recipe, steps),
        loss=_loss(recipe),
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model


def logits_model(model: Any) -> Any:
    """Return the part of ``model`` that ends in logits: all of it, or all but its softmax."""
    return keras.Model(model.input, model.get_layer(LOGITS).output, name=model.name)


def multiply_adds(model: Any) -> int:
    """Return how many multiplications, each with its addition, reading one image takes.

    Convolutions and dense layers are counted, as is usual; biases, activations and pooling not.
    """
    return sum(layer_multiply_adds(layer, layer.output.shape) for layer in model.layers)


def layer_multiply_adds(layer: Any, output: Sequence[int | None]) -> int:
    """Return the same of one layer that puts out the shape ``output``, the batch first."""
    if isinstance(layer, keras.layers.Conv2D):
        return int(math.prod(side or 1 for side in output[:-1]) * math.prod(layer.kernel.shape))
    if isinstance(layer, keras.layers.Dense):
        return int((output[0] or 1) * math.prod(layer.kernel.shape))
    return 0


def summary(model: Any) -> list[Layer]:
    """Return what the network is made of, layer by layer."""
    return [
        Layer(
            kind=type(layer).__name__,
            shape=" × ".join(str(side) for side in layer.output.shape[1:]),
            parameters=layer.count_params(),
        )
        for layer in model.layers
    ]


def _convolved(recipe: Recipe, filters: int, flow: Any) -> Any:
    if not recipe.batch_normalisation:
        return keras.layers.Conv2D(filters, 3, activation="relu")(flow)
    # the normalisation adds a bias of its own
    flow = keras.layers.Conv2D(filters, 3, use_bias=False)(flow)
    return keras.layers.ReLU()(keras.layers.BatchNormalization()(flow))


def _dropped(rate: float, flow: Any) -> Any:
    return keras.layers.Dropout(rate)(flow) if rate else flow


def _optimizer(recipe: Recipe, steps: int) -> Any:
    rate: Any = recipe.learning_rate
    if recipe.restarts:
        ends = [steps * epochs // recipe.epochs for epochs in (0, *recipe.restarts, recipe.epochs)]
        rate = Falls(
            recipe.learning_rate,
            [max(1, end - begin) for begin, end in itertools.pairwise(ends)],
        )
    elif recipe.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, steps)
    named = {
        "adam": keras.optimizers.Adam,
        "nadam": keras.optimizers.Nadam,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }
    return named[recipe.optimizer](learning_rate=rate)


def _loss(recipe: Recipe) -> Any:
    named = {
        "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
        "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
    }
    return named[recipe.loss](from_logits=recipe.output == "logits")
