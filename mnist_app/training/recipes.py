"""The networks by name, each declared as data: its layers and how it is trained.

To add one, write another `Recipe` and put it into `RECIPES`; nothing else needs to change.
Every field can be changed for one run with ``train_model.py fit NAME --set field=value``.
"""

import dataclasses
from dataclasses import dataclass
from typing import Final

from mnist_app.errors import TrainingError
from mnist_app.training.recipe import Recipe
from mnist_app.words import mark


@dataclass(frozen=True)
class Reference:
    """Test accuracy that the project which a recipe follows reports."""

    number: int
    data: str
    sign: str
    accuracy: float
    """Share of test images read correctly, 0-1. ``sign`` is ">", "≈" or "=", as reported."""


DENSE_128_LOGITS: Final = Recipe(
    name="dense-128-logits",
    title=mark("One hidden layer, trained in larger batches"),
    hidden=(128,),
    epochs=6,
    batch_size=128,
)
DENSE_128: Final = Recipe(
    name="dense-128",
    title=mark("One hidden layer"),
    hidden=(128,),
    output="softmax",
    epochs=5,
    batch_size=32,
    validation=0.1,
    validate_on="last",  # as validation_split=0.1 in Keras does
)
CNN: Final = Recipe(
    name="cnn",
    title=mark("Convolutional network"),
    convolutions=((16, 32), (32, 64)),
    hidden=(128,),
    block_dropout=0.25,
    dropout=0.5,
    schedule="cosine",
    epochs=20,
)
CNN_REGULARISED: Final = Recipe(
    name="cnn-regularised",
    title=mark("Convolutional network, trained on altered images"),
    convolutions=((16, 32), (32, 64)),
    hidden=(128,),
    block_dropout=0.25,
    dropout=0.5,
    batch_normalisation=True,
    turn_degrees=10.0,
    slant=0.15,
    zoom=0.1,
    shift_pixels=1.0,
    schedule="cosine",
    epochs=20,
)
DENSE_128_64: Final = Recipe(
    name="dense-128-64",
    title=mark("Two hidden layers"),
    hidden=(128, 64),
    output="softmax",
    epochs=10,
    batch_size=32,
    validate_on="test",
)
DENSE_DEEP: Final = Recipe(
    name="dense-deep",
    title=mark("Three hidden layers"),
    hidden=(256, 128, 64),  # of four widths, the best on validation images
    output="softmax",
    loss="categorical_crossentropy",
    epochs=10,
    batch_size=64,
)
TEACHER: Final = Recipe(
    name="teacher",
    title=mark("Largest convolutional network, which teaches “best”"),
    convolutions=((64, 64, 64, 96), (128, 160, 256)),
    block_dropout=0.1,
    batch_normalisation=True,
    turn_degrees=10.0,
    slant=0.15,
    zoom=0.1,
    shift_pixels=1.0,
    bend_pixels=0.5,
    pen_renderings=6,
    validation_writers=(17, 18, 19, 20),
    non_digits=0.3,
    schedule="cosine",
    learning_rate=0.002,
    epochs=117,
    batch_size=512,
    validation=0.05,
)
BEST: Final = dataclasses.replace(
    TEACHER,
    name="best",
    title=mark("Large convolutional network"),
    convolutions=((48, 48), (96, 96, 160)),
    block_dropout=0.0,
    loss="categorical_crossentropy",
    epochs=895,
    teacher=TEACHER.name,
    teachers=4,
)
# The best of 41 trials, as docs/cnn-tuned/trials.csv has them; here it trains longer.
CNN_TUNED: Final = Recipe(
    name="cnn-tuned",
    title=mark("Small convolutional network"),
    convolutions=((16, 16), (32,)),
    block_dropout=0.0774,
    turn_degrees=9.38,
    slant=0.199,
    zoom=0.107,
    shift_pixels=1.3,
    learning_rate=0.00738,
    schedule="cosine",
    epochs=20,
)

RECIPES: Final = {
    recipe.name: recipe
    for recipe in (
        DENSE_128_LOGITS,
        DENSE_128,
        CNN,
        DENSE_128_64,
        DENSE_DEEP,
        CNN_REGULARISED,
        CNN_TUNED,
        TEACHER,
        BEST,
    )
}
FILMED: Final = (CNN.name, DENSE_128.name)
"""Recipes whose training is filmed, see `mnist_app.training.filming`: small networks that lessons
take apart."""
REFERENCES: Final = {
    "dense-128-logits": Reference(1, "TensorFlow Datasets", ">", 0.98),
    "dense-128": Reference(2, "Keras", ">", 0.93),
    "cnn": Reference(3, "not named", ">", 0.98),
    "dense-128-64": Reference(4, "Keras", "≈", 0.97),
    "dense-deep": Reference(5, "OpenML 554", "=", 0.9779),
}
"""Test accuracy that the READMEs of the five reference projects report, by the name of the recipe
that reproduces the project's network."""


def recipe_named(name: str) -> Recipe:
    """Return the recipe called ``name``. Raises `TrainingError` if there is none."""
    if name not in RECIPES:
        raise TrainingError(
            f"There is no recipe called “{name}”. The recipes are {', '.join(RECIPES)}."
        )
    return RECIPES[name]


def teachers_of(recipe: Recipe) -> list[Recipe]:
    """Return the recipes of the networks that teach ``recipe``, none without a teacher.

    Raises `TrainingError` if there is no recipe of the teacher's name, or if it is one of a network
    without an output for "no digit".
    """
    if not recipe.teacher:
        return []
    teacher = recipe_named(recipe.teacher)
    if not teacher.non_digits:
        raise TrainingError(
            f"The recipe “{teacher.name}” cannot be a teacher: it has no non_digits."
        )
    return [dataclasses.replace(teacher, seed=seed) for seed in range(recipe.teachers)]
