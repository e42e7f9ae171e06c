"""Records of picture files: what is read in a file, or why it cannot be read, as a dictionary."""

import functools
import os
from pathlib import Path
from typing import Any, Final

from mnist_app.errors import InvalidImageError, OverBudgetError
from mnist_app.prediction import NumberReading, Prediction
from mnist_app.preprocessing.image_files import NAMES, read_picture
from mnist_app.recognizer import Recognizer
from mnist_app.worker_pool import WorkerPool

Record = dict[str, Any]
COLUMNS: Final = (
    "file",
    "blank",
    "digit",
    "accepted",
    "confidence",
    "probabilities",
    "error",
    "digit_probability",
)
NUMBER_COLUMNS: Final = ("file", "text", "accepted", "digits", "error")
NOTHING: Final = "Nothing is drawn."
FILE_SECONDS: Final = 60.0
"""Seconds for one file; 64 megapixels take 6 s."""
FILE_MEMORY: Final = 2_000_000_000
"""Bytes that reading one file may allocate; 64 megapixels take 0.8 GB."""


_POOL: Final = WorkerPool(
    1, kept=1, memory=FILE_MEMORY, patience=FILE_SECONDS, preload="mnist_app.recognizer"
)


def read_file_in_child(recognizer: Recognizer, file: Path, *, number: bool = False) -> Record:
    """Return what `read_file` returns; a file over its budget has an ``error``.

    The file is read in a child process, which is started for the first file and replaced when a
    file makes it hang or crash, so that no file can stop a command.
    """
    if os.path.isdir(file):  # noqa: PTH112 (Path.is_dir raises on names that are too long)
        return read_file(recognizer, file, number=number)
    folder = recognizer.bundle.folder.absolute()
    try:
        record = _POOL.call(FILE_SECONDS, _read_in_child, folder, file.absolute(), number)
    except OverBudgetError as error:
        reason = f"{file.name} cannot be read: {error} Make the picture smaller or leave it out."
        return {"file": str(file), "error": reason}
    return {**record, "file": str(file)}


def _read_in_child(folder: Path, file: Path, number: bool) -> Record:
    return read_file(_recognizer(folder), file, number=number)


_recognizer = functools.cache(Recognizer.load)


def read_file(recognizer: Recognizer, file: Path, *, number: bool = False) -> Record:
    """Return the record of one file: its digit, or its whole ``number``, or ``error``."""
    try:
        if os.path.isdir(file):  # noqa: PTH112 (Path.is_dir raises on names that are too long)
            raise InvalidImageError(
                "The folder {file} has no pictures or cannot be listed. Name a folder with "
                "pictures ({formats}).",
                file=file,
                formats=", ".join(NAMES),
            )
        picture = read_picture(file)
        if number:
            found = _number_record(recognizer.read_number(picture))
        else:
            found = _digit_record(recognizer.read_digit(picture))
    except InvalidImageError as error:
        return {"file": str(file), "error": str(error)}
    return {"file": str(file), **found}


def _digit_record(prediction: Prediction | None) -> Record:
    if prediction is None:
        unknown = ("digit", "confidence", "probabilities", "digit_probability")
        absent: Record = dict.fromkeys(unknown)
        return {**absent, "blank": True, "accepted": False, "sentence": NOTHING}
    return {
        "blank": False,
        "digit": prediction.digit,
        "accepted": prediction.accepted,
        "confidence": round(prediction.confidence, 6),
        "probabilities": [round(float(p), 6) for p in prediction.probabilities],
        "digit_probability": round(prediction.digit_probability, 6),
        "sentence": prediction.sentence,
    }


def _number_record(number: NumberReading) -> Record:
    in_one_line = " / ".join(number.text.splitlines())
    if not number.digits:
        sentence = NOTHING
    elif number.accepted:
        sentence = in_one_line
    else:
        perhaps = f" {in_one_line}, perhaps?" if number.is_likely else ""
        sentence = f"I'm not sure of every digit.{perhaps}"
    return {
        "text": number.text,
        "accepted": number.accepted,
        "digits": [
            {
                "digit": digit.digit,
                "accepted": digit.accepted,
                "confidence": round(digit.confidence, 6),
                "box": digit.box,
                "digit_probability": round(digit.digit_probability, 6),
            }
            for digit in number.digits
        ],
        "sentence": sentence,
    }
