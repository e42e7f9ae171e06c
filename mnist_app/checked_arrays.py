"""Arrays from the content of an ``.npz`` file of a bundle, which nobody needs to trust."""

import io
import zipfile
from typing import Any

import numpy as np


def read_arrays(content: bytes, maximum_bytes: int) -> dict[str, Any]:
    """Return the arrays in ``content`` by name; pickled objects are refused.

    The sizes in its headers are checked before anything is unpacked. Raises `ValueError` if they
    are more than ``maximum_bytes`` together; a damaged archive can raise nearly anything.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > maximum_bytes:
            raise ValueError("the arrays are too large")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)
