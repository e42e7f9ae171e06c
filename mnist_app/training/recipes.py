"""The networks by name, each declared as data: what it is made of and how it is trained.

To add one, write another `Recipe` and put it into `RECIPES`; nothing else needs to change.
Every field can be changed for one run with ``train_model.py fit NAME --set field=value``.
"""

import dataclasses
import itertools
import json
import re
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from mnist_app.augmented_copies import COUNTS
from mnist_app.errors import TrainingError

Output = Literal["logits", "softmax"]
Loss = Literal["sparse_categorical_crossentropy", "categorical_crossentropy"]
Schedule = Literal["constant", "cosine"]
Optimizer = Literal["adam", "nadam", "rmsprop", "sgd"]
ValidateOn = Literal["random", "last", "test"]
LEARNERS: Final = tuple(range(1, 21))
"""Writers of UCI's pen digits whose digits may be learned from and chosen by; 21 to 30 are kept
for final figures."""


_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "output": get_args(Output),
    "loss": get_args(Loss),
    "schedule": get_args(Schedule),
    "optimizer": get_args(Optimizer),
    "validate_on": get_args(ValidateOn),
}


@dataclass(frozen=True)
class Recipe:
    """One network and its training.

    ``convolutions`` are blocks of 3×3 convolutions, given by their filters; each block ends in
    2×2 max-pooling. ``hidden`` are the units of the dense layers before the last one, which
    has ten. While training, dropout leaves out the share ``block_dropout`` of what every block
    puts out, and the share ``dropout`` of what every hidden layer does. With
    ``batch_normalisation``, what every convolution puts out is normalised over the batch.
    ``turn_degrees``, ``slant``, ``zoom`` and ``shift_pixels`` say by how much at most the training
    images are changed at random, and ``bend_pixels`` how far on average, see
    `mnist_app.training.augment`. With ``pen_renderings``, every epoch shows so many new pictures of
    each of UCI's pen digits (see `mnist_app.training.data.pen_rendering`), those of
    ``validation_writers`` held out. ``non_digits`` is the share of an epoch's images that show
    something else (see `mnist_app.training.negatives.negative_images`); the network then has an eleventh output,
    which says so.
    ``output`` says whether the network ends in logits or in a softmax. ``schedule`` is what
    becomes of ``learning_rate``: it stays, or falls to 0 along half a cosine; after each number of
    epochs in ``restarts`` it begins anew, lower, and falls once more (“warm restart”, Loshchilov &
    Hutter 2017), and more letters join what is no digit. ``validation`` is
    the share of the training images that is held out to judge the network while it is chosen;
    ``validate_on`` says which ones: drawn at random, of every digit alike, or the last ones. With
    "test" none is held out and the test images are watched instead: a common mistake.
    ``views`` is over how many views of an image a reading is the mean. With ``second_look``, it is
    asked of the image turned, too, if there is a digit at all. See `mnist_app.augmented_copies` for both.
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
    restarts: tuple[int, ...] = ()
    batch_size: int = 128
    validation: float = 0.1
    validate_on: ValidateOn = "random"
    views: int = 1
    second_look: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Raise `TrainingError` if a value cannot be trained with."""
        widths = [units for block in self.convolutions for units in block] + list(self.hidden)
        problems = {
            "convolutions and hidden must be 1 or more units": any(w < 1 for w in widths),
            "block_dropout must be from 0 to below 1": not 0 <= self.block_dropout < 1,
            "dropout must be from 0 to below 1": not 0 <= self.dropout < 1,
            "turn_degrees must be from 0 to 180": not 0 <= self.turn_degrees <= 180,  # noqa: PLR2004
            "slant must be from 0 to 1": not 0 <= self.slant <= 1,
            "zoom must be from 0 to below 1": not 0 <= self.zoom < 1,
            "shift_pixels must be from 0 to 28": not 0 <= self.shift_pixels <= 28,  # noqa: PLR2004
            "bend_pixels must be from 0 to 28": not 0 <= self.bend_pixels <= 28,  # noqa: PLR2004
            "pen_renderings must be 0 or more": self.pen_renderings < 0,
            "with pen_renderings, some of the writers 1 to 20 must be validation_writers": (
                self.pen_renderings > 0 and not _some_learners(self.validation_writers)
            ),
            "non_digits must be from 0 to below 1": not 0 <= self.non_digits < 1,
            "non_digits need pen_renderings": self.non_digits > 0 and not self.pen_renderings,
            "learning_rate must be above 0": not self.learning_rate > 0,
            "epochs must be 1 or more": self.epochs < 1,
            "restarts must rise from 1 or more to below epochs": any(
                after <= before
                for before, after in itertools.pairwise((0, *self.restarts, self.epochs))
            ),
            "restarts need the schedule cosine": self.restarts and self.schedule != "cosine",
            "batch_size must be 1 or more": self.batch_size < 1,
            "validation must be above 0 and below 1": not 0 < self.validation < 1,
            f"views must be {' or '.join(map(str, COUNTS))}": self.views not in COUNTS,
            "a second_look needs non_digits": self.second_look and not self.non_digits,
            "seed must be from 0 to 4294967295": not 0 <= self.seed < 2**32,
        }
        for field, choices in _CHOICES.items():
            problem = f"{field} must be one of {', '.join(choices)}"
            problems[problem] = getattr(self, field) not in choices
        wrong = [problem for problem, is_so in problems.items() if is_so]
        if wrong:
            raise TrainingError(f"The recipe “{self.name}” cannot be trained: {'; '.join(wrong)}.")

    @property
    def classes(self) -> int:
        """How many logits the network ends in: ten digits, and "no digit" where it learns that."""
        return 11 if self.non_digits else 10

    @property
    def learners(self) -> tuple[int, ...]:
        """Writers whose pen digits it learns from: those that may be, without the held out."""
        return tuple(writer for writer in LEARNERS if writer not in self.validation_writers)

    def as_data(self) -> dict[str, Any]:
        """Return the fields as JSON would read them back: tuples become lists."""
        data: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        return data


def _some_learners(writers: tuple[int, ...]) -> bool:
    """Tell whether ``writers`` are some of those that may be learned from, and not all."""
    return 0 < len(set(writers)) < len(LEARNERS) and set(writers) <= set(LEARNERS)


@dataclass(frozen=True)
class Reference:
    """What the project that a recipe follows says of itself."""

    number: int
    data: str
    sign: str
    accuracy: float
    """Share of test images read right; ``sign`` says how exact that is: ">", "≈" or "="."""


DENSE_128_LOGITS: Final = Recipe(
    name="dense-128-logits",
    title="One hidden layer, ending in logits",
    hidden=(128,),
    epochs=6,
    batch_size=128,
)
DENSE_128: Final = Recipe(
    name="dense-128",
    title="One hidden layer",
    hidden=(128,),
    output="softmax",
    epochs=5,
    batch_size=32,
    validation=0.1,
    validate_on="last",  # as validation_split=0.1 in Keras does
)
CNN: Final = Recipe(
    name="cnn",
    title="Convolutional network",
    convolutions=((16, 32), (32, 64)),
    hidden=(128,),
    block_dropout=0.25,
    dropout=0.5,
    schedule="cosine",
    epochs=20,
)
CNN_REGULARISED: Final = Recipe(
    name="cnn-regularised",
    title="Convolutional network with everything on the to-do lists",
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
    title="Two hidden layers, watching the test images",
    hidden=(128, 64),
    output="softmax",
    epochs=10,
    batch_size=32,
    validate_on="test",
)
DENSE_DEEP: Final = Recipe(
    name="dense-deep",
    title="Three hidden layers",
    hidden=(256, 128, 64),  # the best on validation images of the four widths that were tried
    output="softmax",
    loss="categorical_crossentropy",
    epochs=10,
    batch_size=64,
)
BEST: Final = Recipe(
    name="best",
    title="Reads strangers' digits, and says when it sees none",
    convolutions=((32, 32), (64, 64, 128)),
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
    epochs=110,
    restarts=(48, 80),
    validation=0.05,
    views=5,
    second_look=True,
)
# The best of 41 trials, as docs/cnn-tuned/trials.csv has them; here it trains longer.
CNN_TUNED: Final = Recipe(
    name="cnn-tuned",
    title="Small convolutional network, tuned by search",
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
        BEST,
    )
}
REFERENCES: Final = {
    "dense-128-logits": Reference(1, "TensorFlow Datasets", ">", 0.98),
    "dense-128": Reference(2, "Keras", ">", 0.93),
    "cnn": Reference(3, "not named", ">", 0.98),
    "dense-128-64": Reference(4, "Keras", "≈", 0.97),
    "dense-deep": Reference(5, "OpenML 554", "=", 0.9779),
}
"""The five projects whose networks are here, with the test accuracy that their READMEs report."""


def recipe_named(name: str) -> Recipe:
    """Return the recipe called ``name``. Raises `TrainingError` if there is none."""
    if name not in RECIPES:
        raise TrainingError(
            f"There is no recipe called “{name}”. Those that are here: {', '.join(RECIPES)}."
        )
    return RECIPES[name]


def changed(recipe: Recipe, settings: list[str]) -> Recipe:
    """Return ``recipe`` with settings such as ``epochs=3`` or ``hidden=[256,64]`` applied.

    Raises `TrainingError` for an unknown field, or for a value of another kind than the field's.
    """
    values: dict[str, Any] = {}
    fields = {field.name for field in dataclasses.fields(recipe)} - {"name", "title"}
    for setting in settings:
        field, equals, text = setting.partition("=")
        if not equals or field not in fields:
            raise TrainingError(
                f"“{setting}” is not a setting of the recipe “{recipe.name}”. Write field=value; "
                f"the fields are {', '.join(sorted(fields))}."
            )
        values[field] = _parsed(field, text, getattr(recipe, field))
    return dataclasses.replace(recipe, **values)


def bundle_name(base: Recipe, settings: list[str], data: str) -> str:
    """Return the name under which a run of ``base``, changed by ``settings``, is published.

    It is the recipe's own only if nothing was changed and the data is MNIST; else it says what
    was changed, as in ``cnn-epochs-3``.
    """
    changes = [setting for setting in settings if changed(base, [setting]) != base]
    if data != "mnist":
        changes.append(data)
    return re.sub(r"[^A-Za-z0-9._]+", "-", "-".join([base.name, *changes])).strip("-")


def _parsed(field: str, text: str, present: object) -> Any:
    """Read ``text`` as JSON of the same kind as the field's present value."""
    if isinstance(present, str):
        return text
    try:
        value = _tuples(json.loads(text))
    except ValueError:
        value = None
    if isinstance(present, float) and type(value) is int:
        value = float(value)
    if type(value) is not type(present) or not _right_items(field, value):
        raise TrainingError(
            f"“{text}” is not a value for {field}. A value of the same kind: {json.dumps(present)}"
        )
    return value


def _right_items(field: str, value: Any) -> bool:
    """Tell whether ``value`` holds whole numbers, or blocks of them, where the field does."""
    if field == "convolutions":
        return all(isinstance(block, tuple) and block and _whole(block) for block in value)
    return field not in ("hidden", "validation_writers") or _whole(value)


def _whole(numbers: tuple[Any, ...]) -> bool:
    return all(type(number) is int for number in numbers)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
