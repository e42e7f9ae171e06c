"""The commands of scripts/ that are written in Python, as modules."""

import importlib.machinery
import importlib.util
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "scripts"


def load_command(name):
    """Return the module of the command ``name``; its file has no suffix."""
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(FOLDER / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module
