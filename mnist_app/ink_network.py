"""The shipped network that finds handwriting in pictures: its files, their checks, its use.

The folder ``ink`` beside the bundles of digit readers has four files:

``model.keras``   the Keras model, for further training
``model.tflite``  the LiteRT model that the app uses, weights in float16
``report.json``   how it was trained and how much ink it finds
``ink.json``      format version, recipe and the SHA-256 of the other files

`mnist_app.training.ink` makes them.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from mnist_app.arrays import Image
from mnist_app.bundle import sha256, shipped_folder
from mnist_app.checked_json import REMEDY, decode, encode, parse_object
from mnist_app.errors import BundleError

NAME: Final = "ink"
MANIFEST: Final = "ink.json"
FILES: Final = ("model.keras", "model.tflite", "report.json")
FORMAT_VERSION: Final = 1
STEP: Final = 16
"""The network takes pictures whose sides are multiples of it; others are padded."""
THREADS: Final = 2
"""Threads of one call. Large pictures gain from two; more would slow down other visitors."""


@dataclass(frozen=True)
class InkManifest:
    """What ``ink.json`` holds; ``sha256`` has the checksum of each other file."""

    format_version: int
    recipe: dict[str, Any]
    sha256: dict[str, str]

    def as_text(self) -> str:
        """Return the text of ``ink.json``."""
        return json.dumps(encode(self), indent=2) + "\n"


def read_ink_files(folder: Path) -> dict[str, bytes]:
    """Return the checked files of the ink network in ``folder``, without the manifest.

    Raises `BundleError` if one is missing or altered, or if the format is newer than this code.
    """
    try:
        contents = {name: (folder / name).read_bytes() for name in (MANIFEST, *FILES)}
    except (OSError, MemoryError) as error:
        raise BundleError(
            "The network that finds handwriting in photos is missing or incomplete. {remedy}",
            remedy=REMEDY,
        ) from error
    manifest = decode(InkManifest, parse_object(contents.pop(MANIFEST), MANIFEST), MANIFEST)
    if manifest.format_version != FORMAT_VERSION:
        raise BundleError(
            "{manifest} has the format {format_version}; this version of the app reads "
            "{known_version}. Update the app.",
            manifest=MANIFEST,
            format_version=manifest.format_version,
            known_version=FORMAT_VERSION,
        )
    for name, content in contents.items():
        if sha256(content) != manifest.sha256.get(name):
            raise BundleError(
                "{name} of the network that finds handwriting is damaged or was altered: its "
                "checksum is not the one in {manifest}. {remedy}",
                name=name,
                manifest=MANIFEST,
                remedy=REMEDY,
            )
    return contents


class InkNetwork:
    """Tells for each pixel of a picture how probably it is handwriting.

    May be used from many threads: each call borrows a LiteRT interpreter.
    """

    def __init__(self, model: bytes) -> None:
        """Take a LiteRT model. Raises `BundleError` if it is none."""
        self._model: Final = model
        self._idle: Final = [self._interpreter()]

    @classmethod
    def load(cls, folder: str | os.PathLike[str] | None = None) -> Self:
        """Return the network in ``folder``, by default the shipped one. Raises `BundleError`."""
        files = read_ink_files(shipped_folder() / NAME if folder is None else Path(folder))
        return cls(files["model.tflite"])

    def __call__(self, picture: Image) -> Image:
        """Return how probably each pixel is handwriting, uint8 (h, w), 255 for certainly.

        ``picture`` is uint8 (h, w, 3) RGB.
        """
        height, width = picture.shape[:2]
        padded = cv2.copyMakeBorder(
            picture, 0, -height % STEP, 0, -width % STEP, cv2.BORDER_REPLICATE
        )
        try:
            interpreter = self._idle.pop()
        except IndexError:
            interpreter = self._interpreter()
        given = interpreter.get_input_details()[0]
        if tuple(given["shape"]) != (1, *padded.shape):
            interpreter.resize_tensor_input(given["index"], (1, *padded.shape))
            interpreter.allocate_tensors()
        interpreter.set_tensor(given["index"], padded[np.newaxis].astype(np.float32))
        interpreter.invoke()
        logits = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
        self._idle.append(interpreter)
        shares = 1 / (1 + np.exp(-np.clip(logits[0, :height, :width, 0], -30, 30)))
        return np.asarray(np.rint(shares * 255), np.uint8)

    def _interpreter(self) -> Interpreter:
        try:
            interpreter = Interpreter(model_content=self._model, num_threads=THREADS)
            shapes = [
                tuple(int(side) for side in details["shape_signature"])
                for details in (*interpreter.get_input_details(), *interpreter.get_output_details())
            ]
        except (ValueError, RuntimeError, TypeError) as error:
            raise BundleError(
                "The network that finds handwriting is not a LiteRT model. {remedy}",
                remedy=REMEDY,
            ) from error
        if shapes != [(1, -1, -1, 3), (1, -1, -1, 1)]:
            raise BundleError(
                "The network that finds handwriting does not take RGB pictures of any size: its "
                "tensors are {shapes}. {remedy}",
                shapes=shapes,
                remedy=REMEDY,
            )
        return interpreter
