"""Every error that this package raises on purpose.

    MnistAppError
    ├── InvalidImageError   the picture cannot be read as an image of ink
    ├── BundleError         a trained bundle is missing, damaged, foreign or too new
    ├── DatasetError        training data is missing, damaged or incomplete
    ├── TrainingError       a training run cannot start or continue
    │   └── DivergenceError its loss is infinite or not a number
    ├── OverBudgetError     a worker process took too long or too much memory, or died
    ├── BusyError           no worker process became free
    └── ClassroomError      something that a class cannot do; its subclasses say why
        ├── UnknownClassError   no class has this code or link, or it has been deleted
        ├── ClosedCodeError     the teacher has closed the code
        ├── ClassFullError      a limit of pupils, drawings or bytes is reached
        ├── TooManyTriesError   too many wrong codes, wait
        ├── TeachingError       a class cannot teach a model, or a taught model is of no use
        └── StoreError          the database of the classes is away, full or read-only

Each message is written for the person at the screen: what happened, then what to do next. It is
kept in English and becomes text in the language of the one who reads it, since an error may come
from another process. ``scripts/translate`` extracts the messages of the classes that pages show.
"""

from mnist_app.words import MarkedText, _


class MnistAppError(Exception):
    """Base class of all errors raised on purpose by this package.

    ``message`` is English; ``values`` fill its named placeholders, as in
    ``MnistAppError("{name} is empty. {remedy}", name=path.name, remedy=REMEDY)``. Those that are
    `words.mark`ed are translated, and may have placeholders themselves.
    """

    def __init__(self, message: str = "", **values: object) -> None:
        super().__init__(message)
        self.values = values

    def __str__(self) -> str:
        message = _(self.args[0])
        if not self.values:
            return message
        values = {
            name: _(value).format_map(self.values) if isinstance(value, MarkedText) else value
            for name, value in self.values.items()
        }
        return message.format_map(values)


class InvalidImageError(MnistAppError):
    """The picture has a wrong type, dtype, rank, size or cannot be decoded."""


class BundleError(MnistAppError):
    """A trained bundle is missing, damaged, not ours or written by a newer version."""


class DatasetError(MnistAppError):
    """Training or test data is missing, damaged or incomplete."""


class TrainingError(MnistAppError):
    """A training run cannot start or continue."""


class DivergenceError(TrainingError):
    """The loss of a training run became infinite or not a number."""


class OverBudgetError(MnistAppError):
    """Work in a child process took too long or too much memory, or the process died."""


class BusyError(MnistAppError):
    """No child process became free for as long as the caller waits."""


class ClassroomError(MnistAppError):
    """Something that a class cannot do."""


class UnknownClassError(ClassroomError):
    """No class has this code or link, or it has been deleted."""


class ClosedCodeError(ClassroomError):
    """The teacher has closed the code of the class: nobody can join."""


class ClassFullError(ClassroomError):
    """A limit of classes, pupils, drawings or bytes is reached."""


class TooManyTriesError(ClassroomError):
    """Too many wrong codes were tried: wait."""


class StoreError(ClassroomError):
    """The database of the classes does not answer, is full, read-only or damaged."""


class TeachingError(ClassroomError):
    """A class cannot teach a model with its drawings, or a model that it taught cannot be used."""
