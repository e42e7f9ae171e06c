"""Modules of tests that are imported when a test first uses them."""

import importlib
from types import ModuleType
from typing import Any


class LazyModule:
    """Stand in for the module ``name``; the first use of an attribute imports it.

    Every worker of pytest-xdist collects every test file, but one alone runs the tests that need
    TensorFlow (tests/conftest.py). The import takes five CPU-seconds, scikit-learn's two.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str):
        object.__setattr__(self, "_name", name)

    def _module(self) -> ModuleType:
        return importlib.import_module(self._name)

    @property
    def __dict__(self) -> dict[str, Any]:
        """The module's own: pytest's monkeypatch restores from it."""
        return vars(self._module())

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith(("__", "_mock")):  # pytest asks every global name of a test file
            raise AttributeError(attribute)
        return getattr(self._module(), attribute)

    def __setattr__(self, attribute: str, value: object) -> None:
        setattr(self._module(), attribute, value)

    def __delattr__(self, attribute: str) -> None:
        delattr(self._module(), attribute)
