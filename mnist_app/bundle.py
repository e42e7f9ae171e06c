"""Trained bundles: where they are, what is in them, and how they are checked.

A bundle is a folder with these files:

``model.keras``   the Keras model, for further training
``model.tflite``  the LiteRT model that reads; its output is logits
``browser.bin``   the same network for the browser, see `mnist_app.training.browser_network`
``report.json``   how the model was trained and how well it reads, see `mnist_app.model_report`
``errors.npz``    the test images that it misreads, see `Misread`
``bundle.json``   format, recipe, settings and checksums, see `mnist_app.bundle_manifest`

and in some bundles

``teaching.npz``  what the model needs to be taught by a class, see `mnist_app.teaching_data`
``film.npz``      its weights at some moments of its training, see `mnist_app.training_film`

A bundle is refused as a whole if a file does not match its checksum. `mnist_app.bundle_publishing`
writes bundles.
"""

import hashlib
import os
import re
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.bundle_manifest import MANIFEST, read_manifest
from mnist_app.checked_arrays import read_arrays
from mnist_app.checked_json import REMEDY
from mnist_app.errors import BundleError
from mnist_app.model_report import ModelReport
from mnist_app.reading_settings import ReadingSettings
from mnist_app.teaching_data import FILE as TEACHING_FILE
from mnist_app.teaching_data import TeachingData
from mnist_app.training_film import FILE as FILM_FILE
from mnist_app.training_film import TrainingFilm

CONTENT_FILES: Final = ("model.keras", "model.tflite", "browser.bin", "report.json", "errors.npz")
OPTIONAL_FILES: Final = (TEACHING_FILE, FILM_FILE)
DEFAULT_NAMES: Final = ("best", "cnn")
"""What ``load_bundle(None)`` looks for among the shipped bundles, in this order."""
KNOWN_LABEL_ERRORS: Final = frozenset(
    {947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729}
)
"""Images of MNIST's test set whose labels are wrong or undecidable. Source: Northcutt et al. 2021,
"Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks"."""
MAXIMUM_MISREAD_BYTES: Final = 32_000_000
"""Maximum size of the arrays in errors.npz; all 10,000 test images of MNIST would take 8.4 MB."""

_PACKAGE: Final = Path(__file__).resolve().parent
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_READ_ATTEMPTS: Final = 4
"""A bundle is read again if it was replaced while it was read."""
_READ_PAUSE_SECONDS: Final = 0.05


@dataclass(frozen=True, eq=False)
class Misread:
    """Test images that a model misreads, in the order of the test set.

    ``index`` int64 (n,) position in MNIST's test set; ``images`` uint8 (n, 28, 28), white ink
    on black; ``labels`` int64 (n,); ``probabilities`` float32 (n, 10), calibrated.
    """

    index: npt.NDArray[np.int64]
    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Bundle:
    """A checked bundle, read into memory: later changes of the folder do not affect it."""

    name: str
    folder: Path
    recipe: str
    settings: ReadingSettings
    model: bytes
    """The LiteRT model."""
    browser_network: bytes
    """The same network with weights in float16, as a browser loads it."""
    report_bytes: bytes
    errors_bytes: bytes
    teaching_bytes: bytes | None = None
    film_bytes: bytes | None = None

    @cached_property
    def browser_sha256(self) -> str:
        """The SHA-256 of `browser_network` as hexadecimal digits."""
        return sha256(self.browser_network)

    def report(self) -> ModelReport:
        """Return ``report.json``. Raises `BundleError` if a figure is missing or damaged."""
        return ModelReport.parse(
            self.report_bytes, f"report.json of the model bundle “{self.name}”"
        )

    def misread(self) -> Misread:
        """Return the misread test images. Raises `BundleError` if ``errors.npz`` is damaged."""
        try:
            return _read_misread(self.errors_bytes)
        except Exception as error:  # a damaged archive can raise nearly anything
            raise BundleError(
                "The list of misread images in the bundle “{name}” is damaged. {remedy}",
                name=self.name,
                remedy=REMEDY,
            ) from error

    def teaching(self) -> TeachingData:
        """Return what the model needs to be taught. Raises `BundleError` if it has none."""
        if self.teaching_bytes is None:
            raise BundleError(
                "The model “{name}” cannot be taught by a class: its bundle has no "
                "{file}. Choose another model, such as cnn.",
                name=self.name,
                file=TEACHING_FILE,
            )
        return TeachingData.parse(self.teaching_bytes, self.name)

    def film(self) -> TrainingFilm | None:
        """Return the film of its training, None if there is none. Raises `BundleError`."""
        return None if self.film_bytes is None else TrainingFilm.parse(self.film_bytes, self.name)


def _read_misread(content: bytes) -> Misread:
    """Return the arrays of ``errors.npz``; the sizes in its headers are checked first."""
    arrays = read_arrays(content, MAXIMUM_MISREAD_BYTES)
    misread = Misread(
        index=arrays["index"].astype(np.int64),
        images=arrays["images"].astype(np.uint8),
        labels=arrays["labels"].astype(np.int64),
        probabilities=arrays["probabilities"].astype(np.float32),
    )
    count = len(misread.index)
    shapes = [(count,), (count, 28, 28), (count,), (count, 10)]
    if [array.shape for array in vars(misread).values()] != shapes:
        raise ValueError("the arrays do not belong together")
    return misread


def shipped_folder() -> Path:
    """Return the folder of the shipped bundles, beside or inside the package."""
    installed = _PACKAGE / "bundles"
    return installed if installed.is_dir() else _PACKAGE.parent / "pretrained"


def shipped_names() -> tuple[str, ...]:
    """Return the names of the shipped bundles, the default one first, the others by name."""
    folder = shipped_folder()
    if not folder.is_dir():
        return ()
    names = {path.parent.name for path in folder.glob(f"[!.]*/{MANIFEST}")}
    # A bundle whose publication was cut off is still there under its hidden name.
    names |= {
        path.parent.name.removeprefix(".").removesuffix(".previous")
        for path in folder.glob(f".*.previous/{MANIFEST}")
    }
    defaults = [name for name in DEFAULT_NAMES if name in names]
    return (*defaults, *sorted(names.difference(DEFAULT_NAMES)))


def bundle_folder(name_or_folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of a bundle given by name or folder.

    ``None`` is the default bundle; a plain string is the name of a shipped bundle; a path object,
    or a string with a path separator, is a folder. Raises `BundleError` for an unknown name.
    """
    if isinstance(name_or_folder, os.PathLike):
        return Path(name_or_folder)
    separators = {"/", os.sep, os.altsep or "/"}
    if name_or_folder is not None and any(mark in name_or_folder for mark in separators):
        return Path(name_or_folder)
    names = shipped_names()
    if name_or_folder is None:
        if not names:
            raise BundleError(
                "There is no trained model here. Train one with: python train_model.py fit cnn"
            )
        return shipped_folder() / names[0]
    if name_or_folder not in names:
        known = ", ".join(names) or "none"
        raise BundleError(
            "There is no trained model called “{name}”. Those that are here: {known}. "
            "For a bundle of your own, give its folder with a path separator, such as ./my-bundle",
            name=name_or_folder,
            known=known,
        )
    return shipped_folder() / name_or_folder


def load_bundle(name_or_folder: str | os.PathLike[str] | None = None) -> Bundle:
    """Return the checked bundle that `bundle_folder` finds.

    Raises `BundleError` if it is missing, incomplete, altered, written by another app or by a
    newer version of this one.
    """
    folder = bundle_folder(name_or_folder)
    for attempt in range(_READ_ATTEMPTS):
        if attempt:
            time.sleep(_READ_PAUSE_SECONDS)
        try:
            return read_bundle(present_folder(folder), folder)
        except BundleError as error:
            failure = error
    raise failure


def check_new_name(name: str) -> str:
    """Return ``name`` if a bundle may be called so. Raises `BundleError` otherwise."""
    if not _NAME.fullmatch(name):
        raise BundleError(
            "“{name}” cannot be the name of a bundle. Use letters, digits, dots, hyphens and "
            "underscores, beginning with a letter or digit.",
            name=name,
        )
    return name


def previous_folder(folder: Path) -> Path:
    """Return where the bundle at ``folder`` is kept while it is being replaced."""
    return folder.with_name(f".{folder.name}.previous")


def present_folder(folder: Path) -> Path:
    """Return ``folder``, or the old bundle if a publication was cut off between its two renames."""
    previous = previous_folder(folder)
    return previous if not folder.exists() and previous.is_dir() else folder


def read_bundle(source: Path, folder: Path) -> Bundle:
    """Return the bundle whose files are in ``source``; messages and callers know it as ``folder``.

    Raises `BundleError` as `load_bundle` does.
    """
    name = folder.name
    contents = _read_files(source, name)
    manifest = read_manifest(contents.pop(MANIFEST), name)
    _check_sums(contents, manifest.sha256, name)
    return Bundle(
        name=name,
        folder=folder,
        recipe=manifest.recipe,
        settings=manifest.settings,
        model=contents["model.tflite"],
        browser_network=contents["browser.bin"],
        report_bytes=contents["report.json"],
        errors_bytes=contents["errors.npz"],
        teaching_bytes=contents.get(TEACHING_FILE),
        film_bytes=contents.get(FILM_FILE),
    )


def _read_files(source: Path, name: str) -> dict[str, bytes]:
    """Return the content of each file of the bundle ``name``, the manifest included."""
    contents = {}
    for file in (MANIFEST, *CONTENT_FILES, *optional_files(source)):
        try:
            contents[file] = (source / file).read_bytes()
        except (OSError, MemoryError) as error:
            raise BundleError(
                "The model bundle “{name}” has no readable {file}: it is missing or incomplete. "
                "{remedy}",
                name=name,
                file=file,
                remedy=REMEDY,
            ) from error
    return contents


def optional_files(folder: Path) -> tuple[str, ...]:
    """Return which of `OPTIONAL_FILES` the bundle in ``folder`` has."""
    return tuple(file for file in OPTIONAL_FILES if (folder / file).exists())


def _check_sums(contents: dict[str, bytes], checksums: dict[str, str], name: str) -> None:
    """Raise `BundleError` if a file with a checksum is missing or a file has another checksum."""
    missing = ", ".join(sorted(checksums.keys() - contents.keys()))
    if missing:
        raise BundleError(
            "The model bundle “{name}” has no {missing}: it is incomplete. {remedy}",
            name=name,
            missing=missing,
            remedy=REMEDY,
        )
    for file, content in contents.items():
        if sha256(content) != checksums.get(file):
            raise BundleError(
                "{file} in the model bundle “{name}” is damaged or was altered: its checksum is "
                "not the one in {manifest}. {remedy}",
                file=file,
                name=name,
                manifest=MANIFEST,
                remedy=REMEDY,
            )


def sha256(content: bytes) -> str:
    """Return the SHA-256 of ``content`` as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
