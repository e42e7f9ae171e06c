"""A bundle's LiteRT model: images to logits."""

from typing import Final

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from mnist_app.arrays import DIGITS, Floats, Images
from mnist_app.checked_json import REMEDY
from mnist_app.errors import BundleError
from mnist_app.preprocessing.normalize import IMAGE_SIDE

OUTPUT_COUNTS: Final = (DIGITS, DIGITS + 1)
"""Possible numbers of logits: ten digits, or ten digits and "no digit"."""


class LiteRTNetwork:
    """A LiteRT model that takes an image and gives logits. May be used from many threads."""

    def __init__(
        self, model: bytes, file: str, name: str, *, outputs: tuple[int, ...] = OUTPUT_COUNTS
    ) -> None:
        """Check ``model``, from ``file`` of the bundle ``name``. Raises `BundleError`.

        ``outputs`` are the possible numbers of its outputs, if they are other than logits.
        """
        self._source: Final = (model, file, name, outputs)
        # An interpreter must not be shared: each call borrows one. list.pop and list.append
        # are atomic, and there are never more interpreters than there were calls at once.
        first = _interpreter(*self._source)
        self._idle: Final[list[Interpreter]] = [first]
        self._input: Final = first.get_input_details()[0]["index"]
        output = first.get_output_details()[0]
        self._output: Final = output["index"]
        self.outputs: Final = int(output["shape"][1])

    def logits(self, images: Images) -> Floats:
        """Return the logits, float32 (n, 10) or (n, 11), of images uint8 (n, 28, 28)."""
        interpreter = self._borrow()
        try:
            logits = np.empty((len(images), self.outputs), np.float32)
            for index, image in enumerate(images):
                interpreter.set_tensor(self._input, image[np.newaxis].astype(np.float32))
                interpreter.invoke()
                logits[index] = interpreter.get_tensor(self._output)[0]
        finally:
            self._idle.append(interpreter)
        return logits

    def _borrow(self) -> Interpreter:
        try:
            return self._idle.pop()
        except IndexError:
            return _interpreter(*self._source)


def _interpreter(model: bytes, file: str, name: str, outputs: tuple[int, ...]) -> Interpreter:
    """Return a LiteRT interpreter on one thread: the network is too small to gain from more."""
    try:
        interpreter = Interpreter(model_content=model, num_threads=1)
        interpreter.allocate_tensors()
        given, wanted = interpreter.get_input_details(), interpreter.get_output_details()
    except (ValueError, RuntimeError, TypeError) as error:
        raise BundleError(
            "{file} of the bundle “{name}” is not a LiteRT model. {remedy}",
            file=file,
            name=name,
            remedy=REMEDY,
        ) from error
    shapes = [tuple(int(n) for n in details["shape"]) for details in (*given, *wanted)]
    kinds = {details["dtype"] for details in (*given, *wanted)}
    known = [[(1, IMAGE_SIDE, IMAGE_SIDE), (1, count)] for count in outputs]
    if shapes not in known or kinds != {np.float32}:
        raise BundleError(
            "{file} of the bundle “{name}” does not take a 28×28 image and give {counts} outputs: "
            "its tensors are {shapes}. {remedy}",
            file=file,
            name=name,
            counts=" or ".join(map(str, outputs)),
            shapes=shapes,
            remedy=REMEDY,
        )
    return interpreter
