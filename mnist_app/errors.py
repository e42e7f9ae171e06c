"""Every error that this package raises on purpose.

    MnistAppError
    ├── InvalidImageError   the picture cannot be read as an image of ink
    ├── BundleError         a trained bundle is missing, damaged, foreign or too new
    ├── DatasetError        training data is missing, damaged or incomplete
    ├── TrainingError       a training run cannot start or continue
    │   └── DivergenceError its loss is infinite or not a number
    ├── OverBudgetError     a worker process took too long or too much memory, or died
    └── BusyError           no worker process became free

Each message is written for the person at the screen: what happened, then what to do next.
"""


class MnistAppError(Exception):
    """Base class of all errors raised on purpose by this package."""


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
