"""Minimises a smooth convex function: L-BFGS.

Source: Nocedal and Wright 2006, “Numerical Optimization”, algorithms 7.4 and 7.5.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

MEMORY: Final = 10
"""Steps from which the curvature is estimated."""
MAXIMUM_STEPS: Final = 300
TOLERANCE: Final = 1e-6
"""Relative decrease of the function below which a step is the last one."""
_SUFFICIENT: Final = 1e-4
"""Share of the decrease that the slope promises which a step must bring (Armijo)."""
_SMALLEST: Final = 1e-10
"""Smallest step tried, as a share of the full one."""


def minimize(
    function: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
    *,
    tolerance: float = TOLERANCE,
    after_step: Callable[[int], None] | None = None,
) -> Vector:
    """Return where ``function``, which gives its value and its gradient, is smallest.

    ``after_step`` is called with the number of steps done; what it raises ends the search.
    """
    point, (value, gradient) = start, function(start)
    pairs: deque[tuple[Vector, Vector]] = deque(maxlen=MEMORY)
    for step in range(MAXIMUM_STEPS):
        direction = -_newton(gradient, pairs)
        slope = float(direction @ gradient)
        size = 1.0 if pairs else 1 / max(float(np.abs(gradient).sum()), 1.0)
        while True:
            ahead = point + size * direction
            new_value, new_gradient = function(ahead)
            if new_value <= value + _SUFFICIENT * size * slope:
                break
            size /= 2
            if size < _SMALLEST:  # rounding errors are larger than what is left to gain
                return point
        pairs.append((ahead - point, new_gradient - gradient))
        gain, point, value, gradient = value - new_value, ahead, new_value, new_gradient
        if after_step:
            after_step(step + 1)
        if gain <= tolerance * max(abs(value), 1.0):
            break
    return point


def _newton(gradient: Vector, pairs: deque[tuple[Vector, Vector]]) -> Vector:
    """Return the estimated inverse Hessian times ``gradient``, by the two-loop recursion."""
    result = gradient.copy()
    weights = []
    for moved, change in reversed(pairs):
        weight = float(moved @ result) / float(moved @ change)
        weights.append(weight)
        result -= weight * change
    if pairs:
        moved, change = pairs[-1]
        result *= float(moved @ change) / float(change @ change)
    for (moved, change), weight in zip(pairs, reversed(weights), strict=True):
        result += (weight - float(change @ result) / float(moved @ change)) * moved
    return result
