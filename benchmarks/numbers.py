"""How well whole numbers are read: ``MNIST_APP_DATA=FOLDER python benchmarks/numbers.py``.

`benchmarks.whole_numbers` says what is measured; ``--help`` names the options.
"""

import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent

if __name__ == "numbers":
    # Python looks for modules in a script's own folder first: here NumPy, or another script beside
    # this one, has asked for the standard library's module of this name. It gets that one.
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != FOLDER]
    del sys.modules[__name__]
    importlib.import_module(__name__)
elif __name__ == "__main__":
    sys.path[0] = str(FOLDER.parent)
    sys.exit(importlib.import_module("benchmarks.whole_numbers").main())
