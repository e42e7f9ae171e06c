"""IDX, the file format of the original MNIST: a magic number, the dimensions, then the bytes.

Source: Yann LeCun's description of the MNIST files. Numbers are big-endian; the magic number's
third byte is the type (8: unsigned byte), its fourth the number of dimensions.
"""

import gzip
import struct
import zlib
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.errors import DatasetError

UNSIGNED_BYTE: Final = 8
_MAGIC: Final = bytes((0, 0, UNSIGNED_BYTE))
_GZIP_MAGIC: Final = b"\x1f\x8b"


def encode(array: npt.NDArray[np.uint8]) -> bytes:
    """Return a uint8 array of any rank as the bytes of an IDX file."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, UNSIGNED_BYTE, array.ndim, *array.shape)
    return header + np.ascontiguousarray(array, dtype=np.uint8).tobytes()


def read(path: Path) -> npt.NDArray[np.uint8]:
    """Return the uint8 array in an IDX file, gzipped or not.

    Raises `DatasetError` if the file is not IDX of unsigned bytes, or is cut short or too long.
    """
    try:
        content = path.read_bytes()
        if content.startswith(_GZIP_MAGIC):
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path} cannot be read as a gzipped or plain IDX file: {error}.") from (
            error
        )
    rank = content[3] if content[:3] == _MAGIC and len(content) > len(_MAGIC) else 0
    header = 4 + 4 * rank
    if not rank or len(content) < header:
        raise DatasetError(f"{path} is not an IDX file of unsigned bytes.")
    shape = struct.unpack_from(f">{rank}I", content, 4)
    expected = int(np.prod(shape, dtype=np.uint64))
    if len(content) - header != expected:
        raise DatasetError(
            f"{path} is damaged or incomplete: it announces {expected} bytes of data and holds "
            f"{len(content) - header}."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)
