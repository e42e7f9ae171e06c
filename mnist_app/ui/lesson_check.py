"""What a lesson can check on a page: conditions, in words, on what the models read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from mnist_app.prediction import Prediction

_Test = Callable[[Sequence[Prediction], int], bool]


def _digit(reading: Prediction) -> int | None:
    return reading.digit if reading.accepted else None


_TESTS: Final[dict[str, _Test]] = {
    r"an? (\d) is read": lambda readings, digit: _digit(readings[0]) == digit,
    r"a digit is read": lambda readings, _: _digit(readings[0]) is not None,
    r"no digit is read": lambda readings, _: _digit(readings[0]) is None,
    r"all models read an? (\d)": lambda readings, digit: {*map(_digit, readings)} == {digit},
    r"a model no longer reads an? (\d)": lambda readings, digit: any(
        _digit(reading) != digit for reading in readings
    ),
    r"no model reads an? (\d)": lambda readings, digit: digit not in map(_digit, readings),
    r"the models disagree": lambda readings, _: len({*map(_digit, readings)}) > 1,
}
"""By a pattern of the condition's words: whether it holds for readings, of which there is at least
one, and the digit in the words."""


@dataclass(frozen=True)
class Condition:
    """A condition of a lesson's step in the words of its file, such as "a 3 is read"."""

    words: str

    def holds(self, readings: Sequence[Prediction]) -> bool:
        """Tell whether it holds for the readings of one drawing, one of each model on the page.

        Without a reading, as on an empty canvas, none does.
        """
        found = _find(self.words)
        if found is None or not readings:
            return False
        test, digit = found
        return test(readings, digit)


def read_condition(words: str) -> Condition | None:
    """Return the condition that is written so, None if there is none."""
    return Condition(words) if _find(words) else None


def _find(words: str) -> tuple[_Test, int] | None:
    for pattern, test in _TESTS.items():
        if found := re.fullmatch(pattern, words):
            return test, int(found[1]) if found.groups() else -1
    return None
