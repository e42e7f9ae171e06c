"""Output of the command lines where the console lacks characters or its reader leaves.

`mnist-app`, `train_model.py` and the benchmarks share it.
"""

import errno
import io
import os
import sys
from contextlib import suppress
from typing import Final

INTERRUPTED: Final = 130
"""Exit status after Ctrl-C: 128 + SIGINT, as shells report programs that this signal ended."""
CLOSED_PIPE: Final = 141
"""Exit status after the reader of the output has left: 128 + SIGPIPE."""


def escape_what_cannot_be_encoded() -> None:
    r"""Write characters that the output's encoding lacks as escapes, such as ``\u263a``.

    The same holds for bytes of a file name that are no text: ``\udcff`` stands for byte 0xff.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_closed_pipe(error: OSError) -> bool:
    """Return whether the reader of the output has left; Windows reports that as EINVAL."""
    return isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)


def discard_output() -> None:
    """Send what is still buffered nowhere: Python's flush at exit would fail once more."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            os.dup2(null, stream.fileno())
    os.close(null)
