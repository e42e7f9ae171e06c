"""MNIST-style images to calibrated predictions, or to "not sure". LiteRT, no TensorFlow."""

import functools
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, ParamSpec, Self, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from mnist_app.arrays import DIGITS, Image
from mnist_app.bundle import Bundle, load_bundle, shipped_folder
from mnist_app.confidence import acceptance_scores, calibrated, softmax
from mnist_app.errors import InvalidImageError
from mnist_app.ink_network import InkNetwork
from mnist_app.litert_network import LiteRTNetwork
from mnist_app.photo.main_digit import main_digit
from mnist_app.photo.picture_ink import PictureInk, find_ink
from mnist_app.prediction import NumberReading, Prediction
from mnist_app.preprocessing import ink_extraction
from mnist_app.preprocessing.normalize import (
    NormalizationSteps,
    check_normalized,
    normalization_steps,
    scale_box,
    steps_of_drawing,
)
from mnist_app.preprocessing.strokes import Stroke, draw, fit_strokes
from mnist_app.segmentation.decoder import DecodedDigit, decode_lines, decode_strokes

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class DigitReading:
    """A digit with every step from its ink to the image that the network saw."""

    steps: NormalizationSteps
    prediction: Prediction


@functools.cache
def _ink_network() -> InkNetwork:
    return InkNetwork.load()


def _find_handwriting(picture: Image) -> Image:
    """Return what the shipped network, loaded at the first photograph, takes for handwriting."""
    return _ink_network()(picture)


def _refuses_unreadable(read: Callable[_P, _T]) -> Callable[_P, _T]:
    """Make ``read`` raise `InvalidImageError` for what OpenCV or the memory cannot take."""

    @functools.wraps(read)
    def refusing(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return read(*args, **kwargs)
        except (cv2.error, MemoryError) as error:
            raise InvalidImageError(
                "This picture is more than can be read. Crop it to the digits, or make it smaller."
            ) from error

    return refusing


class Recognizer:
    """Reads digits with one trained bundle. Make one with `Recognizer.load`.

    Thread safety: all methods may be called from many threads at once. Each call borrows an
    interpreter of its own; memory grows with the largest number of simultaneous calls.

    Pickling keeps the bundle's name or folder alone: unpickling loads the bundle that is there
    then, and raises `BundleError` if there is none.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle: Final = bundle
        self._network: Final = LiteRTNetwork(bundle.model, "model.tflite", bundle.name)

    @classmethod
    def load(cls, name_or_folder: str | os.PathLike[str] | None = None) -> Self:
        """Load a bundle: the default one, a shipped one by name, or one of your own by folder.

        A plain string is a name, found from any working directory; a path object, or a string
        with a path separator, is a folder. Raises `BundleError` if there is no whole bundle.
        """
        return cls(load_bundle(name_or_folder))

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how pickle makes an equal one: by loading the bundle anew."""
        name, folder = self.bundle.name, self.bundle.folder.absolute()
        return type(self).load, (name if folder == shipped_folder() / name else folder,)

    @_refuses_unreadable
    def find_ink(self, image: object) -> PictureInk:
        """Return the ink in ``image``: of a photograph, what a network takes for handwriting.

        ``image`` is as for `read_digit`, and what `InvalidImageError` is raised for. Raises
        `BundleError` for a photograph if that network is missing or damaged.
        """
        return find_ink(image, _find_handwriting)

    @_refuses_unreadable
    def read_digit(self, image: object) -> Prediction | None:
        """Read the one digit in ``image``; None if the image is blank.

        ``image`` is uint8 (height, width), (height, width, 3) RGB or (height, width, 4) RGBA,
        light ink on dark or dark on light; transparent pixels are background; a photograph is
        cleaned first. Raises `InvalidImageError`, and nothing else, for a wrong type, dtype, rank
        or size.
        """
        found = self.find_ink(image)
        reading = self.read_digit_in_ink(found.ink, is_photograph=found.is_photograph)
        return None if reading is None else reading.prediction

    @_refuses_unreadable
    def read_digit_in_ink(self, ink: Image, *, is_photograph: bool = False) -> DigitReading | None:
        """Read the one digit in ``ink``, the ink of a whole drawing; None if there is none.

        ``ink`` is uint8 (height, width), 0 for paper and up to 255 for ink. A dot in a drawing is
        not enlarged to the size of a digit. In the ink of a cleaned photograph, where dots have
        been removed and a digit may be small, the digit is enlarged whatever its size.
        """
        found = normalization_steps(main_digit(ink)) if is_photograph else steps_of_drawing(ink)
        return None if found is None else DigitReading(found, self.read_normalized(found.image))

    @_refuses_unreadable
    def read_number(self, image: object) -> NumberReading:
        """Read the number in ``image``, of any length, in one or several lines.

        ``image`` is as for `read_digit`, and what `InvalidImageError` is raised for. A blank image
        gives no digits. A dot or a slip of the pen is none; a letter or a minus sign is one that is
        not accepted.
        """
        pixels = ink_extraction.check_image(image)
        return self.read_number_in_ink(self.find_ink(pixels).ink, pixels.shape[:2])

    @_refuses_unreadable
    def read_number_in_ink(self, ink: Image, shape: tuple[int, ...] | None = None) -> NumberReading:
        """Read the number in ``ink``, uint8 (height, width), 0 for paper and up to 255 for ink.

        ``shape`` is (height, width) of the picture in whose pixels boxes are given, if the ink is
        that of a picture made smaller.
        """
        lines = decode_lines(ink, self.read_normalized_batch, self.bundle.settings.decoder_weights)
        return _number(lines, ink.shape, shape or ink.shape)

    @_refuses_unreadable
    def read_strokes(self, strokes: Iterable[Stroke], height: int, width: int) -> NumberReading:
        """Read the number that ``strokes`` form, of any length, in one or several lines.

        ``strokes`` are in the order in which they were drawn, on a canvas of ``height`` times
        ``width`` pixels; what lies outside it is not read. Digits that touch or overlap are told
        apart by their strokes, which no picture shows. Everything else is as for `read_number`.
        Raises `InvalidImageError` for anything but strokes, and for a canvas without pixels or
        with more than are read of a picture.
        """
        drawn, high, wide = fit_strokes(strokes, height, width)
        ink = draw(drawn, high, wide)
        weights = self.bundle.settings.decoder_weights
        lines = decode_strokes(drawn, ink, self.read_normalized_batch, weights)
        return _number(lines, ink.shape, (height, width))

    def read_normalized(self, image: Image) -> Prediction:
        """Read one MNIST-style image, uint8 (28, 28), see `mnist_app.preprocessing.normalize`.

        Raises `InvalidImageError` for anything else.
        """
        check_normalized(image, "read_normalized", batch=False)
        return self.read_normalized_batch(image[np.newaxis])[0]

    def read_normalized_batch(self, images: npt.NDArray[np.uint8]) -> tuple[Prediction, ...]:
        """Read MNIST-style images, uint8 (n, 28, 28), independently of each other.

        Raises `InvalidImageError` for anything else.
        """
        check_normalized(images, "read_normalized_batch")
        logits, settings = self._network.logits(images), self.bundle.settings
        digits = calibrated(logits, settings.temperature)
        digits.flags.writeable = False
        answers = softmax(logits, settings.temperature)
        accepted = acceptance_scores(digits, answers) >= settings.acceptance_threshold
        return tuple(
            Prediction(
                digit=int(probabilities.argmax()),
                confidence=float(probabilities.max()),
                accepted=bool(sure),
                probabilities=probabilities,
                image=image,
                no_digit_probability=float(answer[DIGITS]) if len(answer) > DIGITS else None,
            )
            for image, probabilities, answer, sure in zip(
                images, digits, answers, accepted, strict=True
            )
        )

    def predict(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return calibrated probabilities, float32 (n, 10), of MNIST-style images.

        ``images`` is uint8 (n, 28, 28), white ink on black, as MNIST's own. Raises
        `InvalidImageError` for anything else.
        """
        check_normalized(images, "predict")
        return calibrated(self._network.logits(images), self.bundle.settings.temperature)

    def logits(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return the network's outputs, float32 (n, 10) or (n, 11), before temperature and softmax.

        See `mnist_app.confidence` for what an eleventh stands for. Raises `InvalidImageError` for
        anything but uint8 (n, 28, 28).
        """
        check_normalized(images, "logits")
        return self._network.logits(images)


def _number(
    lines: Iterable[Iterable[DecodedDigit[Prediction]]],
    shape: tuple[int, ...],
    other: tuple[int, ...],
) -> NumberReading:
    """Return decoded ``lines`` with boxes in the same picture resized to the shape ``other``."""

    def digit(found: DecodedDigit[Prediction]) -> Prediction:
        return replace(found.reading, box=scale_box(found.candidate.box, shape, other))

    # What is too low for a digit is punctuation.
    kept = ([digit(one) for one in line if one.candidate.is_tall_enough] for line in lines)
    return NumberReading(tuple(tuple(line) for line in kept if line))
