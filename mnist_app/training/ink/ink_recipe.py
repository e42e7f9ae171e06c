"""How the ink network is trained, as data."""

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import Any, Final

from mnist_app.errors import TrainingError

NAME: Final = "ink"
"""What `train_model.py fit` calls the ink network."""


@dataclass(frozen=True)
class InkRecipe:
    """How the ink network is trained. Raises `TrainingError` if a value is impossible.

    Each epoch composes ``pictures`` new ones and learns from each ``passes`` times, with the
    colours exchanged at random. The learning rate falls to 0 along half a cosine. The digits of
    ``validation_writers`` are in the ``validation_pictures`` alone.
    """

    epochs: int = 46
    pictures: int = 5120
    passes: int = 7
    batch_size: int = 64
    learning_rate: float = 0.003
    weight_decay: float = 0.0001
    validation_pictures: int = 512
    validation_writers: tuple[int, ...] = (17, 18, 19, 20)
    seed: int = 0

    def __post_init__(self) -> None:
        """Raise `TrainingError` if a value cannot be trained with."""
        for name, value in vars(self).items():
            kind = type(getattr(InkRecipe, name))
            least = 0 if name in ("seed", "weight_decay") else 1 if kind is int else 1e-9
            if type(value) is not kind or (kind is not tuple and not least <= value < math.inf):
                raise TrainingError(f"The ink network cannot be trained with {name}={value!r}.")

    def as_data(self) -> dict[str, Any]:
        """Return the fields as JSON would read them back."""
        data: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        return data


def ink_recipe(settings: list[str]) -> InkRecipe:
    """Return the recipe with settings such as ``epochs=3``. Raises `TrainingError` for others."""
    values: dict[str, Any] = {}
    for setting in settings:
        field, equals, text = setting.partition("=")
        known = {each.name for each in dataclasses.fields(InkRecipe)} - {"validation_writers"}
        if not equals or field not in known:
            raise TrainingError(
                f"“{setting}” is not a setting of the ink network. Write field=value; the fields "
                f"are {', '.join(sorted(known))}."
            )
        try:
            values[field] = type(getattr(InkRecipe, field))(text)
        except ValueError as error:
            raise TrainingError(f"“{setting}” has no number for a value.") from error
    return InkRecipe(**values)
