"""Search spaces of recipes, declared as data.

To make a recipe searchable, add a `Space` under its name to `SPACES`. A space defines the values
that Optuna may choose for fields of `mnist_app.training.recipe.Recipe`.
"""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from mnist_app.errors import TrainingError


class Chooser(Protocol):
    """Interface of an Optuna trial, which chooses a value for each name."""

    def suggest_int(self, name: str, low: int, high: int, *, step: int = 1) -> int:
        """Return an integer from ``low`` to ``high``."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        """Return a number from ``low`` to ``high``."""

    def suggest_categorical(self, name: str, choices: Any) -> Any:
        """Return one of ``choices``."""


@dataclass(frozen=True)
class Whole:
    """An integer from ``least`` to ``most`` in steps of ``step``."""

    least: int
    most: int
    step: int = 1

    def draw(self, name: str, choose: Chooser) -> int:
        """Return the number chosen under ``name``."""
        return choose.suggest_int(name, self.least, self.most, step=self.step)


@dataclass(frozen=True)
class Real:
    """A number from ``least`` to ``most``, on a logarithmic scale with ``log``.

    It is rounded to three significant digits, so that the recipe found can be read and typed.
    """

    least: float
    most: float
    log: bool = False

    def draw(self, name: str, choose: Chooser) -> float:
        """Return the number chosen under ``name``."""
        return float(f"{choose.suggest_float(name, self.least, self.most, log=self.log):.3g}")


@dataclass(frozen=True)
class OneOf:
    """One of several values."""

    choices: tuple[bool | int | float | str, ...]

    def draw(self, name: str, choose: Chooser) -> Any:
        """Return the value chosen under ``name``."""
        return choose.suggest_categorical(name, self.choices)


@dataclass(frozen=True)
class Layers:
    """Dense layers: their number, and the units of each."""

    number: Whole
    units: Whole

    def draw(self, name: str, choose: Chooser) -> tuple[int, ...]:
        """Return the units of each layer, as in `Recipe.hidden`."""
        number = self.number.draw(f"{name}.layers", choose)
        return tuple(self.units.draw(f"{name}.{layer}", choose) for layer in range(1, number + 1))


@dataclass(frozen=True)
class Blocks:
    """Blocks of convolutions: their number, and the convolutions and filters of each."""

    number: Whole
    depth: Whole
    filters: Whole

    def draw(self, name: str, choose: Chooser) -> tuple[tuple[int, ...], ...]:
        """Return the filters of each convolution by block, as in `Recipe.convolutions`."""
        number = self.number.draw(f"{name}.blocks", choose)
        return tuple(
            (self.filters.draw(f"{name}.{block}.filters", choose),)
            * self.depth.draw(f"{name}.{block}.depth", choose)
            for block in range(1, number + 1)
        )


@dataclass(frozen=True)
class Space:
    """Fields to search, training of each trial, and limits of the network.

    A trial trains for ``epochs`` on ``images`` training images (None: all) and holds out the share
    ``validation`` of them, which is larger than the recipe's because the validation loss decides.
    ``most_parameters`` and ``most_multiply_adds`` limit the network; None is no limit.
    """

    fields: Mapping[str, Whole | Real | OneOf | Layers | Blocks]
    epochs: int
    images: int | None = None
    validation: float = 0.25
    most_parameters: int | None = None
    most_multiply_adds: int | None = None

    def draw(self, choose: Chooser) -> dict[str, Any]:
        """Return a value for each field of the space."""
        return {name: values.draw(name, choose) for name, values in self.fields.items()}

    def without(self, fixed: Collection[str]) -> "Space":
        """Return the space without the fields ``fixed``.

        Raises `TrainingError` if no field is left to search.
        """
        left = {name: values for name, values in self.fields.items() if name not in fixed}
        if not left:
            raise TrainingError(
                "Nothing is left to search: --set fixes every field of the space. Omit one of them"
            )
        return dataclasses.replace(self, fields=left)

    def as_data(self) -> dict[str, Any]:
        """Return the space as JSON data, which the stamp of a search contains."""
        return {
            **{
                field.name: getattr(self, field.name)
                for field in dataclasses.fields(self)
                if field.name != "fields"
            },
            "fields": {name: repr(values) for name, values in self.fields.items()},
        }


AUGMENTATION: Final[Mapping[str, Real]] = {
    "turn_degrees": Real(4.0, 14.0),
    "slant": Real(0.05, 0.25),
    "zoom": Real(0.05, 0.15),
    "shift_pixels": Real(0.5, 1.5),
}
"""Lower bounds are above 0: short trials favour no augmentation, long training needs it."""

SPACES: Final[Mapping[str, Space]] = {
    "dense-deep": Space(
        fields={
            "hidden": Layers(number=Whole(1, 4), units=Whole(32, 256, step=32)),
            "dropout": Real(0.0, 0.5),
            "learning_rate": Real(1e-4, 1e-2, log=True),
            "batch_size": OneOf((32, 64, 128)),
        },
        epochs=6,
    ),
    "cnn-regularised": Space(
        fields={
            "block_dropout": Real(0.0, 0.4),
            "dropout": Real(0.0, 0.6),
            "learning_rate": Real(3e-4, 1e-2, log=True),
            "batch_size": OneOf((64, 128, 256)),
            **AUGMENTATION,
        },
        epochs=6,
    ),
    "cnn-tuned": Space(
        fields={
            "convolutions": Blocks(
                number=Whole(2, 3), depth=Whole(1, 3), filters=Whole(8, 40, step=8)
            ),
            "hidden": Layers(number=Whole(0, 1), units=Whole(16, 64, step=16)),
            "batch_normalisation": OneOf((False, True)),
            "block_dropout": Real(0.0, 0.2),
            "dropout": Real(0.0, 0.4),
            "learning_rate": Real(5e-4, 2e-2, log=True),
            "batch_size": OneOf((128, 256)),
            **AUGMENTATION,
        },
        epochs=5,
        images=24_000,
        validation=1 / 3,
        most_parameters=25_000,
        most_multiply_adds=2_500_000,
    ),
}


def space_of(name: str) -> Space:
    """Return the space of the recipe ``name``. Raises `TrainingError` if it has none."""
    if name not in SPACES:
        raise TrainingError(
            f"The recipe “{name}” has no search space. Recipes with one: {', '.join(SPACES)}. "
            "Declare another in mnist_app/training/search/spaces.py"
        )
    return SPACES[name]
