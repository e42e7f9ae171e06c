"""Folders that hold data sets, and verified downloads into Keras's cache."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from mnist_app.errors import DatasetError

DATA_VARIABLE: Final = "MNIST_APP_DATA"
"""Environment variable that names a folder with data sets."""
TIMEOUT_SECONDS: Final = 30.0
"""Maximum time to wait for a server to answer, or to send more of a file."""
_CHUNK_BYTES: Final = 1 << 16
"""Bytes between two updates of the progress bar."""


def keras_cache() -> Path:
    """Return the folder in which Keras keeps data sets: ``$KERAS_HOME/datasets``."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def data_folders() -> Iterator[tuple[Path, str]]:
    """Yield the folders to search for data sets, in order, each with its description."""
    named = os.environ.get(DATA_VARIABLE)
    if named:
        yield Path(named).expanduser(), f"the folder that {DATA_VARIABLE} names"
    yield keras_cache(), "Keras's cache"


def download(
    url: str,
    file_name: str,
    sha256: str,
    *,
    instructions: str,
    decompress: Callable[[bytes], bytes] | None = None,
) -> Path:
    """Download ``url`` to ``file_name`` in Keras's cache and return the path.

    The file gets its name only after its SHA-256 matches; until then it has a temporary name.
    ``decompress`` is applied before the checksum is computed. A terminal shows a progress bar.
    Raises `DatasetError`, whose message ends with ``instructions`` for doing without a download.
    """
    import pooch  # noqa: PLC0415 (imports requests: tenths of a second, needed here only)

    def fetch(address: str, output_file: str, _: object) -> None:
        http = pooch.HTTPDownloader(
            progressbar=sys.stderr.isatty(), chunk_size=_CHUNK_BYTES, timeout=TIMEOUT_SECONDS
        )
        http(address, output_file, None)
        if decompress is not None:
            file = Path(output_file)
            file.write_bytes(decompress(file.read_bytes()))

    folder = keras_cache()
    try:
        return Path(pooch.retrieve(url, f"sha256:{sha256}", file_name, folder, downloader=fetch))
    except (OSError, ValueError) as error:  # ValueError: a wrong checksum, or not compressed
        response = getattr(error, "response", None)
        if response is not None:  # a refusal, whose connection pooch leaves open
            response.close()
        raise DatasetError(
            f"{file_name} is not on this computer and could not be downloaded: {error}. "
            + instructions
        ) from error
