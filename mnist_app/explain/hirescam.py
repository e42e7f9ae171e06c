"""Where in the image the evidence for each digit lies.

The evidence for a digit is its logit less the mean of all logits: like the softmax, it does not
change when all logits rise alike. It is divided among the pixels of the last feature maps that are
fine enough to say where, or of the image itself where no convolution looks at it: each number
times the slope of the logit along it, summed over the maps (HiResCAM: Draelos & Carin 2020,
arXiv:2011.08891). From those maps to the logits these networks are piecewise linear, so that the
parts and a constant add up to the evidence itself. Averaging the slopes over a map first, as
Grad-CAM does, would not be true to dense layers, which weigh every place differently.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mnist_app.arrays import Floats
from mnist_app.explain.feature_maps import (
    FEATURE_MAP_RANK,
    POOLINGS,
    RESHAPES,
    ReceptiveField,
    receptive_fields,
)
from mnist_app.explain.litert_graph import LiteRTGraph, Operation, Values

Slopes = npt.NDArray[np.float64]
"""Slopes of all logits: (classes, *shape of a tensor without its batch)."""

FINE: Final = 7
"""Least side of maps that say where something is: a pixel for every four of the image."""
_NOTHING, _RELU, _RELU6 = 0, 1, 3
"""LiteRT's numbers for what an operation does to its own output."""
_NO_PADDING: Final = 1


@dataclass(frozen=True, eq=False)
class ClassActivationMaps:
    """Where the evidence for every class lies.

    ``maps`` float32 (classes, height, width), positive where something speaks for the class;
    each adds up to the class's evidence less a constant. ``receptive_field`` is that of a pixel
    of the maps.
    """

    maps: Floats
    receptive_field: ReceptiveField


def class_activation_maps(network: LiteRTGraph, values: Values) -> ClassActivationMaps | None:
    """Return where the evidence lies in the image that gave ``values`` (see `LiteRTGraph.values`).

    None where an operation stands in the way whose slope is not known here.
    """
    tensor, slopes = _slopes_of_logits(network, values)
    window = receptive_fields(network, values).get(tensor)
    if window is None:
        return None
    parts = (slopes - slopes.mean(axis=0)) * values[tensor][0]
    maps = parts.sum(axis=-1) if values[tensor].ndim == FEATURE_MAP_RANK else parts
    return ClassActivationMaps(np.asarray(maps, np.float32), window)


def _slopes_of_logits(network: LiteRTGraph, values: Values) -> tuple[int, Slopes]:
    """Go back from the logits as far as it goes; return the tensor reached and the slopes there."""
    tensor = network.logits
    slopes = np.eye(values[tensor].size)
    while (operation := network.producer(tensor)) is not None:
        if values[tensor].ndim == FEATURE_MAP_RANK and values[tensor].shape[1] >= FINE:
            break
        varying = [one for one in operation.inputs if network.constant(one) is None]
        if len(varying) != 1 or not _is_passable(operation, varying[0], values):
            break
        before = _BACK[operation.kind](operation, slopes, values)
        tensor = varying[0]
        slopes = before.reshape(len(slopes), *values[tensor].shape[1:])
    return tensor, slopes


def _is_passable(operation: Operation, given: int, values: Values) -> bool:
    made = values[operation.output]
    pointwise = operation.kind in _POINTWISE
    return (
        operation.kind in _BACK
        and operation.settings.get("fusedActivationFunction", _NOTHING) in (_NOTHING, _RELU, _RELU6)
        and not (pointwise and made.shape != values[given].shape)
        and not (operation.kind in POOLINGS and operation.settings["padding"] != _NO_PADDING)
        and operation.settings.get("dilationHFactor", 1) == 1
        and all(
            np.issubdtype(values[tensor].dtype, np.floating)
            for tensor in operation.inputs
            if operation.kind not in (*RESHAPES, "MEAN")
        )
    )


def _dense(operation: Operation, slopes: Slopes, values: Values) -> Slopes:
    return np.asarray(_before_activation(operation, slopes, values) @ values[operation.inputs[1]])


def _convolved(operation: Operation, slopes: Slopes, values: Values) -> Slopes:
    """Give every window of what the convolution gets its share, weight by weight."""
    slopes = _before_activation(operation, slopes, values)
    given, weights = values[operation.inputs[0]][0], values[operation.inputs[1]]
    rows, columns = slopes.shape[1:3]
    stride_y, stride_x = (int(operation.settings[f"stride{side}"]) for side in "HW")
    reach = ((rows - 1) * stride_y + weights.shape[1], (columns - 1) * stride_x + weights.shape[2])
    padded = np.zeros((len(slopes), *np.maximum(reach, given.shape[:2]), given.shape[2]))
    for y, x in np.ndindex(*weights.shape[1:3]):
        window = padded[:, y::stride_y, x::stride_x][:, :rows, :columns]
        window += slopes @ weights[:, y, x]
    top, left = (max(far - side, 0) // 2 for far, side in zip(reach, given.shape, strict=False))
    return padded[:, top : top + given.shape[0], left : left + given.shape[1]]


def _unchanged(operation: Operation, slopes: Slopes, values: Values) -> Slopes:
    return _before_activation(operation, slopes, values)


def _scaled(operation: Operation, slopes: Slopes, values: Values) -> Slopes:
    return np.asarray(_before_activation(operation, slopes, values) * values[operation.inputs[1]])


def _relu(operation: Operation, slopes: Slopes, values: Values) -> Slopes:
    return np.asarray(slopes * (values[operation.output][0] > 0))


def _mean(operation: Operation, slopes: Slopes, values: Values) -> Slopes:
    given = values[operation.inputs[0]]
    axes = tuple(int(axis) % given.ndim for axis in values[operation.inputs[1]].ravel())
    kept = [1 if axis in axes else side for axis, side in enumerate(given.shape)]
    share = slopes.reshape(len(slopes), *kept[1:]) * (np.prod(kept) / given.size)
    return np.broadcast_to(share, (len(slopes), *given.shape[1:]))


def _pooled(operation: Operation, slopes: Slopes, values: Values) -> Slopes:
    """Spread over the pooling's windows: evenly for a mean, to the first maximum for a maximum."""
    given, made = values[operation.inputs[0]][0], values[operation.output][0]
    rows, columns = made.shape[:2]
    size, stride = (
        tuple(int(operation.settings[f"{what}{side}"]) for side in sides)
        for what, sides in (("filter", ("Height", "Width")), ("stride", ("H", "W")))
    )
    slopes = _before_activation(operation, slopes, values)
    before = np.zeros((len(slopes), *given.shape))
    free = np.ones(made.shape, np.bool_)
    for y, x in np.ndindex(*size):
        window = before[:, y :: stride[0], x :: stride[1]][:, :rows, :columns]
        if operation.kind == "MAX_POOL_2D":
            taken = free & (given[y :: stride[0], x :: stride[1]][:rows, :columns] == made)
            free &= ~taken
            window += slopes * taken
        else:
            window += slopes / np.prod(size)
    return before


def _before_activation(operation: Operation, slopes: Slopes, values: Values) -> Slopes:
    """Return the slopes before what the operation does to its own output."""
    kind = operation.settings.get("fusedActivationFunction", _NOTHING)
    made = values[operation.output][0]
    if kind == _NOTHING:
        return slopes
    ceiling = 6 if kind == _RELU6 else np.inf
    return np.asarray(slopes * ((made > 0) & (made < ceiling)))


_POINTWISE: Final = ("RELU", "MUL", "ADD", "SUB")
_BACK: Final[dict[str, Callable[[Operation, Slopes, Values], Slopes]]] = {
    "FULLY_CONNECTED": _dense,
    "CONV_2D": _convolved,
    "MUL": _scaled,
    "ADD": _unchanged,
    "SUB": _unchanged,
    "RELU": _relu,
    "MEAN": _mean,
    **dict.fromkeys(POOLINGS, _pooled),
    **dict.fromkeys(RESHAPES, _unchanged),
}
