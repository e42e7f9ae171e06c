"""In which order a pupil is asked for digits: balanced, random, and the same after a reload.

The digits that a pupil has still to draw are kept as text, such as ``"4071"``, the next one first.
"""

import secrets

from mnist_app.arrays import DIGITS


def new_order(per_digit: int) -> str:
    """Return rounds of all ten digits, each round in a random order.

    A round does not begin with the digit that ended the one before: nobody draws a digit twice in a
    row and copies the first.
    """
    choice = secrets.SystemRandom()
    order: list[str] = []
    while len(order) < DIGITS * per_digit:
        digits = choice.sample("0123456789", DIGITS)
        if order and digits[0] == order[-1]:
            digits.append(digits.pop(0))
        order += digits
    return "".join(order)


def without(order: str, digit: int) -> str | None:
    """Return ``order`` after one ``digit`` was drawn, None if it is not asked for any more."""
    return order.replace(str(digit), "", 1) if str(digit) in order else None


def postponed(order: str, digit: int) -> str:
    """Return ``order`` with its first digit at the end, if that is ``digit``.

    Only then, so that a request sent twice skips once.
    """
    return order[1:] + order[0] if order.startswith(str(digit)) else order
