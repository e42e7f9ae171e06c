"""Publishes bundles as a whole: a reader finds the old bundle or the new one, never a mixture."""

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mnist_app.bundle import (
    CONTENT_FILES,
    Bundle,
    optional_files,
    present_folder,
    previous_folder,
    read_bundle,
    sha256,
)
from mnist_app.bundle_manifest import MANIFEST, Manifest, manifest_text
from mnist_app.errors import BundleError
from mnist_app.model_report import ModelReport
from mnist_app.reading_settings import ReadingSettings
from mnist_app.teaching_data import FILE as TEACHING_FILE
from mnist_app.teaching_data import TeachingData
from mnist_app.training_film import FILE as FILM_FILE
from mnist_app.training_film import TrainingFilm

LOCK_SECONDS: Final = 10.0
"""Maximum time to wait while other processes publish; one publication takes milliseconds."""
_LOCK_PAUSE_SECONDS: Final = 0.02


def publish(staged: Path, folder: Path, *, recipe: str, settings: ReadingSettings) -> None:
    """Make the files in ``staged`` the bundle at ``folder``, replacing an old one as a whole.

    ``staged`` comes from `staging_folder` and disappears. Whenever the process is killed,
    `load_bundle` finds the old bundle or the new one. Processes that publish at once take turns.
    Raises `BundleError` if the staged files do not make a bundle or if other processes publish for
    `LOCK_SECONDS`, `OSError` if the disk is full or the folder cannot be written.
    """
    files = (*CONTENT_FILES, *optional_files(staged))
    checksums = {name: sha256((staged / name).read_bytes()) for name in files}
    manifest = manifest_text(Manifest(recipe, settings, checksums))
    (staged / MANIFEST).write_text(manifest, encoding="utf-8")
    read_bundle(staged, folder)
    publish_folder(staged, folder)


def publish_folder(staged: Path, folder: Path) -> None:
    """Make ``staged``, whose files were checked, the folder ``folder``: as a whole, as above."""
    for path in sorted(staged.iterdir()):
        _flush_to_disk(path)
    _flush_to_disk(staged)
    with _lock(folder):
        _replace(folder, staged)


def amend(
    bundle: Bundle,
    *,
    report: ModelReport | None = None,
    settings: ReadingSettings | None = None,
    teaching: TeachingData | None = None,
    film: TrainingFilm | None = None,
) -> None:
    """Publish ``bundle`` again with another report, other settings, teaching data or a film.

    All else stays as it is.

    Raises `BundleError` or `OSError` as `publish` does.
    """
    with staging_folder(bundle.folder) as staged:
        present = present_folder(bundle.folder)
        for name in (*CONTENT_FILES, *optional_files(present)):
            shutil.copyfile(present / name, staged / name)
        if report is not None:
            (staged / "report.json").write_text(report.as_text(), encoding="utf-8")
        if teaching is not None:
            (staged / TEACHING_FILE).write_bytes(teaching.to_bytes())
        if film is not None:
            (staged / FILM_FILE).write_bytes(film.to_bytes())
        settings = settings or bundle.settings
        publish(staged, bundle.folder, recipe=bundle.recipe, settings=settings)


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty hidden folder beside ``folder`` in which to prepare what `publish` takes.

    It is removed afterwards unless it was published, and so are those of killed processes.
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


def _replace(folder: Path, staged: Path) -> None:
    """Rename ``staged`` to ``folder``; the bundle there is moved out of its path first."""
    previous = previous_folder(folder)
    if not folder.exists() and previous.exists():
        previous.rename(folder)
    shutil.rmtree(previous, ignore_errors=True)
    if folder.exists():
        folder.rename(previous)
    staged.rename(folder)
    _flush_to_disk(folder.parent)
    shutil.rmtree(previous, ignore_errors=True)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the lock under which bundles beside ``folder`` are replaced.

    The system releases it when the process ends, however that happens. On POSIX it is a lock on
    the folder that holds the bundles; on Windows, which cannot open folders, on a hidden file.
    """
    parent = folder.parent
    path = parent / f".{folder.name}.lock" if sys.platform == "win32" else parent
    flags = os.O_RDWR | os.O_CREAT if sys.platform == "win32" else os.O_RDONLY
    descriptor = os.open(path, flags)
    try:
        end = time.monotonic() + LOCK_SECONDS
        while not _try_lock(descriptor):
            if time.monotonic() > end:
                raise BundleError(
                    "Another process is publishing in {parent}. “{name}” is unchanged; try again "
                    "when the other one has ended.",
                    parent=parent,
                    name=folder.name,
                )
            time.sleep(_LOCK_PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)
        if sys.platform == "win32":
            with contextlib.suppress(OSError):  # another process holds it
                path.unlink()


def _try_lock(descriptor: int) -> bool:
    """Lock the file or folder and return whether that was possible without waiting."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 (exists on Windows alone)

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 (does not exist on Windows)

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


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
