"""Trained bundles: where they live, what is in them, how they are checked and published.

A bundle is a folder with five files, or six:

``model.keras``    the Keras model, for further training
``model.tflite``   all that reads, for LiteRT; its output is logits
``report.json``    everything that the pages and ``train_model.py`` show about it
``errors.npz``     the test images that it misreads
``bundle.json``    format version, recipe, temperature, acceptance threshold, views of an image and
                   whether there is a second look (see `mnist_app.augmented_copies`), and the SHA-256 of the
                   others; a bundle whose files do not match is refused as a whole
``one-view.tflite``  the network in one view alone, where model.tflite takes several
"""

import hashlib
import io
import json
import math
import os
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.augmented_copies import COUNTS
from mnist_app.checked_json import parse_object
from mnist_app.errors import BundleError
from mnist_app.model_report import ModelReport

FORMAT_VERSION: Final = 4
"""Since 2 a reading may be the mean over several views of an image. Since 3 model.tflite takes the
views itself; before, whoever runs it does. Since 4 there may be a second look."""
_VIEWS_WITHIN: Final = 3
MANIFEST: Final = "bundle.json"
CONTENT_FILES: Final = ("model.keras", "model.tflite", "report.json", "errors.npz")
ONE_VIEW_FILE: Final = "one-view.tflite"
DEFAULT_NAMES: Final = ("best", "cnn")
"""What ``load_bundle(None)`` looks for among the shipped bundles, in this order."""
KNOWN_LABEL_ERRORS: Final = frozenset(
    {947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729}
)
"""Images of MNIST's test set whose labels are wrong or undecidable. Source: Northcutt et al. 2021,
"Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks"."""

_PACKAGE: Final = Path(__file__).resolve().parent
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# A reader may meet the instant in which a publication swaps two folders: it looks again.
_READ_ATTEMPTS: Final = 4
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
    """A checked bundle, read into memory: later changes of the folder do not reach it."""

    name: str
    folder: Path
    recipe: str
    temperature: float
    acceptance_threshold: float
    model: bytes
    """The LiteRT model."""
    report_bytes: bytes
    errors_bytes: bytes
    views: int = 1
    """Over how many views of an image a reading is the mean, see `mnist_app.augmented_copies`."""
    views_within: bool = True
    """Whether ``model`` takes the views itself, or whoever runs it."""
    one_view_bytes: bytes | None = None
    second_look: bool = False
    """Whether it is asked of the image turned, too, if there is a digit: see `mnist_app.augmented_copies`."""

    @property
    def one_view(self) -> bytes:
        """The LiteRT model of the network in one view."""
        return self.one_view_bytes or self.model

    def report(self) -> ModelReport:
        """Return ``report.json``. Raises `BundleError` if a figure is missing or damaged."""
        return ModelReport.parse(
            self.report_bytes, f"report.json of the model bundle “{self.name}”"
        )

    def misread(self) -> Misread:
        """Return the misread test images. Raises `BundleError` if ``errors.npz`` is damaged."""
        try:
            with np.load(io.BytesIO(self.errors_bytes), allow_pickle=False) as arrays:
                misread = Misread(
                    index=arrays["index"].astype(np.int64),
                    images=arrays["images"].astype(np.uint8),
                    labels=arrays["labels"].astype(np.int64),
                    probabilities=arrays["probabilities"].astype(np.float32),
                )
        except (ValueError, TypeError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise BundleError(
                f"The list of misread images in the bundle “{self.name}” is damaged. "
                "Fetch the bundle again, or train it again with train_model.py."
            ) from error
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
    """Return the folder that a caller means.

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
            f"There is no trained model called “{name_or_folder}”. Those that are here: {known}. "
            "For a bundle of your own, give its folder with a path separator, such as ./my-bundle"
        )
    return shipped_folder() / name_or_folder


def load_bundle(name_or_folder: str | os.PathLike[str] | None = None) -> Bundle:
    """Read a bundle and check it as a whole.

    ``name_or_folder`` is understood as in `bundle_folder`. Raises `BundleError` when the bundle
    is missing, incomplete, altered, written by something else or by a newer version.
    """
    folder = bundle_folder(name_or_folder)
    for attempt in range(_READ_ATTEMPTS):
        if attempt:
            time.sleep(_READ_PAUSE_SECONDS)
        try:
            return _read(_present(folder), folder)
        except BundleError as error:
            failure = error
    raise failure


def publish(
    staged: Path,
    folder: Path,
    *,
    recipe: str,
    temperature: float,
    threshold: float,
    views: int = 1,
    views_within: bool = True,
    second_look: bool = False,
) -> None:
    """Make the files in ``staged`` the bundle at ``folder``, replacing an old one as a whole.

    ``staged`` comes from `staging_folder` and disappears. Whenever the process is killed,
    `load_bundle` finds the old bundle or the new one. Raises `BundleError` if the staged files
    do not make a bundle, `OSError` if the disk is full or the folder cannot be written.
    """
    manifest = {
        "format_version": FORMAT_VERSION if views_within else _VIEWS_WITHIN - 1,
        "recipe": recipe,
        "temperature": temperature,
        "acceptance_threshold": threshold,
        "views": views,
        "second_look": second_look,
        "sha256": {name: _sha256((staged / name).read_bytes()) for name in _content(staged)},
    }
    (staged / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    _read(staged, folder)
    for path in sorted(staged.iterdir()):
        _flush_to_disk(path)
    _flush_to_disk(staged)

    previous = _previous(folder)
    if not folder.exists() and previous.exists():
        previous.rename(folder)
    shutil.rmtree(previous, ignore_errors=True)
    if folder.exists():
        folder.rename(previous)
    staged.rename(folder)
    _flush_to_disk(folder.parent)
    shutil.rmtree(previous, ignore_errors=True)


def amend_report(bundle: Bundle, report: ModelReport) -> None:
    """Publish ``bundle`` again with another report; everything else stays as it is in its folder.

    Raises `BundleError` or `OSError` as `publish` does.
    """
    with staging_folder(bundle.folder) as staged:
        present = _present(bundle.folder)
        for name in _content(present):
            shutil.copyfile(present / name, staged / name)
        (staged / "report.json").write_text(report.as_text(), encoding="utf-8")
        publish(
            staged,
            bundle.folder,
            recipe=bundle.recipe,
            temperature=bundle.temperature,
            threshold=bundle.acceptance_threshold,
            views=bundle.views,
            views_within=bundle.views_within,
            second_look=bundle.second_look,
        )


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty hidden folder beside ``folder`` in which to prepare what `publish` takes.

    It is removed on the way out unless it was published, and so are those that killed
    processes left behind.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{folder.name}.staging-"
    for stale in folder.parent.glob(f"{prefix}*"):
        if not _process_lives(stale.name.removeprefix(prefix)):
            shutil.rmtree(stale, ignore_errors=True)
    staged = folder.parent / f"{prefix}{os.getpid()}"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def check_new_name(name: str) -> str:
    """Return ``name`` if a bundle may be called so. Raises `BundleError` otherwise."""
    if not _NAME.fullmatch(name):
        raise BundleError(
            f"“{name}” cannot be the name of a bundle. Use letters, digits, dots, hyphens and "
            "underscores, beginning with a letter or digit."
        )
    return name


def _previous(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.previous")


def _present(folder: Path) -> Path:
    """Return ``folder``, or the old bundle if a publication was cut off between its two renames."""
    previous = _previous(folder)
    return previous if not folder.exists() and previous.is_dir() else folder


def _content(folder: Path) -> tuple[str, ...]:
    has_one_view = (folder / ONE_VIEW_FILE).exists()
    return (*CONTENT_FILES, ONE_VIEW_FILE) if has_one_view else CONTENT_FILES


def _read(place: Path, folder: Path) -> Bundle:
    """Return the bundle whose files lie in ``place``; messages and users know it as ``folder``."""
    name = folder.name
    remedy = "Fetch the bundle again, or train it again with train_model.py."
    contents: dict[str, bytes] = {}
    files = _content(place)
    for file in (MANIFEST, *files):
        try:
            contents[file] = (place / file).read_bytes()
        except OSError as error:
            raise BundleError(
                f"The model bundle “{name}” has no readable {file}: it is missing or incomplete. "
                + remedy
            ) from error
    manifest = parse_object(contents[MANIFEST], f"{MANIFEST} of the model bundle “{name}”")
    version = manifest.get("format_version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise BundleError(f"“{name}” is not a model bundle of this app. {remedy}")
    if version > FORMAT_VERSION:
        raise BundleError(
            f"The model bundle “{name}” was made by a newer version of this app "
            f"(format {version}; this one reads up to {FORMAT_VERSION}). Update the app."
        )
    checksums = manifest.get("sha256")
    checksums = checksums if isinstance(checksums, dict) else {}
    lost = ", ".join(sorted(checksums.keys() - contents.keys()))
    if lost:
        raise BundleError(f"The model bundle “{name}” has no {lost}: it is incomplete. {remedy}")
    for file in files:
        if _sha256(contents[file]) != checksums.get(file):
            raise BundleError(
                f"{file} in the model bundle “{name}” is damaged or was altered: its checksum is "
                f"not the one in {MANIFEST}. {remedy}"
            )
    recipe = manifest.get("recipe")
    temperature = _number(manifest.get("temperature"))
    threshold = _number(manifest.get("acceptance_threshold"))
    views, second_look = manifest.get("views", 1), manifest.get("second_look", False)
    if not isinstance(recipe, str) or not temperature > 0 or not 0 <= threshold <= 1:
        raise BundleError(
            f"{MANIFEST} of the model bundle “{name}” lacks a recipe, a positive temperature or "
            f"an acceptance threshold from 0 to 1. {remedy}"
        )
    if isinstance(views, bool) or views not in COUNTS:
        raise BundleError(
            f"{MANIFEST} of the model bundle “{name}” wants {views} views of an image instead of "
            f"{' or '.join(map(str, COUNTS))}. {remedy}"
        )
    if not isinstance(second_look, bool):
        raise BundleError(
            f"{MANIFEST} of the model bundle “{name}” does not say with true or false whether "
            f"there is a second look. {remedy}"
        )
    return Bundle(
        name=name,
        folder=folder,
        recipe=recipe,
        temperature=temperature,
        acceptance_threshold=threshold,
        model=contents["model.tflite"],
        report_bytes=contents["report.json"],
        errors_bytes=contents["errors.npz"],
        views=int(views),
        views_within=version >= _VIEWS_WITHIN,
        one_view_bytes=contents.get(ONE_VIEW_FILE),
        second_look=second_look,
    )


def _number(value: object) -> float:
    """Return a finite JSON number as a float, anything else as NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return math.nan
    return float(value)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _flush_to_disk(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open folders
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _process_lives(pid: str) -> bool:
    if not pid.isdecimal() or os.name == "nt":  # on Windows os.kill would end the process
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
