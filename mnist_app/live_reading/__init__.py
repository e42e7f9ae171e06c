"""The reading of a drawing in the browser, while the pen moves: scripts, and where they are served.

The scripts do with the strokes of a drawing what `preprocessing.strokes`,
`preprocessing.normalize`, LiteRT and `confidence` do on the server: the same image and, but for the
rounding of the weights to float16, the same probabilities. They run in a worker of the page.
`server.live_files` serves them.
"""

import base64
import functools
from pathlib import Path
from typing import Final

from mnist_app.bundle import Bundle, sha256

READER: Final = ("plane.js", "ink.js", "normalize.js", "network.js", "reader.js")
"""The files that read, in their order."""
SCRIPTS: Final = (*READER, "worker.js")
"""The files of the worker's script; the last one answers the page's messages."""
FOLDER: Final = "live"
"""Where the app serves the files, below its own address."""
_TAG_DIGITS: Final = 16
"""Hexadecimal digits of a checksum in the name of a file, so that browsers may keep the file."""
_HERE: Final = Path(__file__).parent


def join_scripts(*names: str) -> str:
    """Return the scripts ``names`` of this folder as one, with the kernel of the network in it."""
    script = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)
    kernel = base64.b64encode((_HERE / "kernel.wasm").read_bytes()).decode("ascii")
    return script.replace("KERNEL_WASM", kernel)


@functools.cache
def worker_script() -> bytes:
    """Return the script of the worker."""
    return join_scripts(*SCRIPTS).encode()


@functools.cache
def worker_name() -> str:
    """Return the name under which the script is served; it changes with the content."""
    return f"reader-{sha256(worker_script())[:_TAG_DIGITS]}.js"


def weights_name(bundle: Bundle) -> str:
    """Return the name under which the weights of ``bundle`` are served, see `worker_name`."""
    return f"{bundle.name}-{bundle.browser_sha256[:_TAG_DIGITS]}.bin"
