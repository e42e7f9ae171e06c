"""A recipe: one network and its training, as data that can be checked, changed and written."""

import dataclasses
import json
import math
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args, get_origin

from mnist_app.errors import TrainingError

Output = Literal["logits", "softmax"]
Loss = Literal["sparse_categorical_crossentropy", "categorical_crossentropy"]
Schedule = Literal["constant", "cosine"]
Optimizer = Literal["adam", "nadam", "rmsprop", "sgd"]
ValidateOn = Literal["random", "last", "test"]
TRAINING_WRITERS: Final = tuple(range(1, 21))
"""Writers of UCI's pen digits whose digits may be used for training and validation. Writers 21 to
30 are reserved for final figures."""


@dataclass(frozen=True)
class Recipe:
    """One network and its training. Raises `TrainingError` if it cannot be trained.

    The network:

    - ``convolutions``: blocks of 3×3 convolutions, given by their numbers of filters; each block
      ends in 2×2 max-pooling.
    - ``hidden``: units of the dense layers before the output layer.
    - ``block_dropout``, ``dropout``: dropout rate after each block, and after each hidden layer.
    - ``batch_normalisation``: whether a batch normalisation follows each convolution.
    - ``output``: whether the network ends in logits or in a softmax.

    Augmentation, see `mnist_app.preprocessing.augment`: ``turn_degrees``, ``slant``, ``zoom`` and
    ``shift_pixels`` are maximum changes of a training image; ``bend_pixels`` is the standard
    deviation of an elastic distortion.

    Additional training images: ``pen_renderings`` is the number of images per epoch and UCI pen
    digit, see `mnist_app.training.data.pen_rendering`; the digits of ``validation_writers`` are
    held out. ``non_digits`` is the share of an epoch's images that show no digit, see
    `mnist_app.training.negatives.negative_images`; above 0, the network has an eleventh output
    for "no digit".

    Optimization: with the ``schedule`` "cosine", ``learning_rate`` decays to 0 along half a
    cosine.

    Validation: the share ``validation`` of the training images is held out. ``validate_on`` says
    which ones: "random" is a stratified sample, "last" the last ones. With "test" none are held
    out and the test images are watched instead, a common mistake.

    Distillation, see `mnist_app.training.distillation`: networks of the recipe ``teacher``, as many
    as ``teachers`` from as many seeds, say what each training image shows.
    """

    name: str
    title: str
    convolutions: tuple[tuple[int, ...], ...] = ()
    hidden: tuple[int, ...] = ()
    block_dropout: float = 0.0
    dropout: float = 0.0
    batch_normalisation: bool = False
    turn_degrees: float = 0.0
    slant: float = 0.0
    zoom: float = 0.0
    shift_pixels: float = 0.0
    bend_pixels: float = 0.0
    pen_renderings: int = 0
    validation_writers: tuple[int, ...] = ()
    non_digits: float = 0.0
    output: Output = "logits"
    loss: Loss = "sparse_categorical_crossentropy"
    optimizer: Optimizer = "adam"
    learning_rate: float = 0.001
    schedule: Schedule = "constant"
    epochs: int = 10
    batch_size: int = 128
    validation: float = 0.1
    validate_on: ValidateOn = "random"
    teacher: str = ""
    teachers: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        """Raise `TrainingError` if a value cannot be trained with."""
        problems = list(_wrong_values(self)) or list(_contradictions(self))
        if problems:
            raise TrainingError(
                f"The recipe “{self.name}” cannot be trained: {'; '.join(problems)}."
            )

    @property
    def classes(self) -> int:
        """Number of logits: ten digits, and "no digit" if the recipe trains on non-digits."""
        return 11 if self.non_digits else 10

    @property
    def training_writers(self) -> tuple[int, ...]:
        """Writers whose pen digits are trained on: `TRAINING_WRITERS` without those held out."""
        return tuple(w for w in TRAINING_WRITERS if w not in self.validation_writers)

    def as_data(self) -> dict[str, Any]:
        """Return the fields as JSON would read them back: tuples become lists."""
        data: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        return data


FIELD_TYPES: Final[Mapping[str, Any]] = typing.get_type_hints(Recipe)
"""Declared type of every field of a recipe."""

_TYPE_NAMES: Final[Mapping[Any, str]] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    tuple[int, ...]: "a list of whole numbers, such as [256,64]",
    tuple[tuple[int, ...], ...]: "a list of lists of whole numbers, such as [[16,32],[32,64]]",
}
_LIMITS: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "convolutions": ("blocks of 1 or more filters", lambda blocks: all(map(_are_widths, blocks))),
    "hidden": ("1 or more units", lambda units: not units or _are_widths(units)),
    "block_dropout": ("from 0 to below 1", lambda share: 0 <= share < 1),
    "dropout": ("from 0 to below 1", lambda share: 0 <= share < 1),
    "turn_degrees": ("from 0 to 180", lambda degrees: 0 <= degrees <= 180),  # noqa: PLR2004
    "slant": ("from 0 to 1", lambda slant: 0 <= slant <= 1),
    "zoom": ("from 0 to below 1", lambda share: 0 <= share < 1),
    "shift_pixels": ("from 0 to 28", lambda pixels: 0 <= pixels <= 28),  # noqa: PLR2004
    "bend_pixels": ("from 0 to 28", lambda pixels: 0 <= pixels <= 28),  # noqa: PLR2004
    "pen_renderings": ("0 or more", lambda count: count >= 0),
    "non_digits": ("from 0 to below 1", lambda share: 0 <= share < 1),
    "learning_rate": ("above 0 and finite", lambda rate: 0 < rate < math.inf),
    "epochs": ("1 or more", lambda count: count >= 1),
    "batch_size": ("1 or more", lambda count: count >= 1),
    "validation": ("above 0 and below 1", lambda share: 0 < share < 1),
    "teachers": ("0 or more", lambda count: count >= 0),
    "seed": ("from 0 to 4294967295", lambda seed: 0 <= seed < 2**32),
}


def _wrong_values(recipe: Recipe) -> Iterator[str]:
    """Yield what is wrong with single fields: a type other than declared, or a limit exceeded."""
    for field, kind in FIELD_TYPES.items():
        value = getattr(recipe, field)
        limit, is_within = _LIMITS.get(field, ("", lambda _: True))
        if not _has_type(value, kind):
            yield f"{field} must be {_type_name(kind)}"
        elif not is_within(value):
            yield f"{field} must be {limit}"


def _contradictions(recipe: Recipe) -> Iterator[str]:
    """Yield what is wrong with fields that depend on each other."""
    writers = set(recipe.validation_writers)
    if recipe.pen_renderings and not (writers and writers < set(TRAINING_WRITERS)):
        yield "with pen_renderings, some of the writers 1 to 20 must be validation_writers"
    if recipe.non_digits and not recipe.pen_renderings:
        yield "non_digits need pen_renderings"
    if bool(recipe.teacher) != bool(recipe.teachers):
        yield "teacher and teachers need each other"
    if recipe.teacher and (recipe.loss != "categorical_crossentropy" or not recipe.non_digits):
        yield "a teacher needs non_digits and the loss categorical_crossentropy"


def _has_type(value: object, kind: Any) -> bool:
    """Tell whether ``value`` has the declared type ``kind``; whole numbers pass for numbers."""
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) is tuple:
        items = get_args(kind)[0]
        return isinstance(value, tuple) and all(_has_type(item, items) for item in value)
    if kind is str:
        return isinstance(value, str)
    return type(value) is kind or (kind is float and type(value) is int)


def _type_name(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    return _TYPE_NAMES[kind]


def _are_widths(layers: tuple[int, ...]) -> bool:
    return bool(layers) and all(units >= 1 for units in layers)
