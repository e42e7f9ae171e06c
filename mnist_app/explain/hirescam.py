"""Computes class activation maps: which parts of the image are evidence for each digit.

The method is HiResCAM (Draelos & Carin 2020, arXiv:2011.08891). The evidence for a digit is its
logit minus the mean of all logits, which, like the softmax, does not depend on a constant added to
all of them. It is distributed over the pixels of the last feature maps with at least `FINE` rows,
or of the image if the network has no such maps: each activation is multiplied by the gradient of
the evidence, and the products are summed over the maps. From these maps to the logits the networks
are piecewise linear, so that the map and a constant add up to the evidence. Grad-CAM would average
the gradients over each map first, which does not hold for dense layers: their weights differ from
pixel to pixel.
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

Gradients = npt.NDArray[np.float64]
"""Gradients of all logits with respect to a tensor: (classes, *shape of the tensor's one item)."""

FINE: Final = 7
"""Minimum rows of feature maps that locate evidence: one pixel for four pixels of the image."""
_NO_ACTIVATION, _RELU, _RELU6 = 0, 1, 3
"""LiteRT's codes for the activation that is fused into an operation."""
_NO_PADDING: Final = 1
"""LiteRT's code for no padding."""


@dataclass(frozen=True, eq=False)
class ClassActivationMaps:
    """The class activation maps of one image.

    ``maps`` is float32 (classes, height, width), positive where the image is evidence for the
    class and negative where it is evidence against it; each sums to the class's evidence minus a
    constant. ``receptive_field`` is that of the maps' pixels.
    """

    maps: Floats
    receptive_field: ReceptiveField


def class_activation_maps(graph: LiteRTGraph, values: Values) -> ClassActivationMaps | None:
    """Return the class activation maps of an image, or None if they cannot be computed.

    ``values`` is the result of `LiteRTGraph.values` for the image. None means that an operation
    between the maps and the logits has no gradient in this module.
    """
    tensor, gradients = _gradients_of_logits(graph, values)
    field = receptive_fields(graph, values).get(tensor)
    if field is None:
        return None
    parts = (gradients - gradients.mean(axis=0)) * values[tensor][0]
    maps = parts.sum(axis=-1) if values[tensor].ndim == FEATURE_MAP_RANK else parts
    return ClassActivationMaps(np.asarray(maps, np.float32), field)


def _gradients_of_logits(graph: LiteRTGraph, values: Values) -> tuple[int, Gradients]:
    """Return a tensor and the gradients of the logits there, propagated back from the logits.

    Propagation ends at feature maps of at least `FINE` rows, at the image, or before an operation
    without a known gradient.
    """
    tensor = graph.logits
    gradients = np.eye(values[tensor].size)
    while (operation := graph.producer(tensor)) is not None:
        if values[tensor].ndim == FEATURE_MAP_RANK and values[tensor].shape[1] >= FINE:
            break
        varying = [one for one in operation.inputs if graph.constant(one) is None]
        if len(varying) != 1 or not _is_known(operation, varying[0], values):
            break
        before = _BACKWARD[operation.kind](operation, gradients, values)
        tensor = varying[0]
        gradients = before.reshape(len(gradients), *values[tensor].shape[1:])
    return tensor, gradients


def _is_known(operation: Operation, tensor: int, values: Values) -> bool:
    """Return whether the gradient of an operation with the varying input ``tensor`` is known."""
    output = values[operation.output]
    pointwise = operation.kind in _POINTWISE
    return (
        operation.kind in _BACKWARD
        and operation.settings.get("fusedActivationFunction", _NO_ACTIVATION)
        in (_NO_ACTIVATION, _RELU, _RELU6)
        and not (pointwise and output.shape != values[tensor].shape)
        and not (operation.kind in POOLINGS and operation.settings["padding"] != _NO_PADDING)
        and operation.settings.get("dilationHFactor", 1) == 1
        and all(
            np.issubdtype(values[one].dtype, np.floating)
            for one in operation.inputs
            if operation.kind not in (*RESHAPES, "MEAN")
        )
    )


def _through_dense(operation: Operation, gradients: Gradients, values: Values) -> Gradients:
    return np.asarray(
        _before_activation(operation, gradients, values) @ values[operation.inputs[1]]
    )


def _through_convolution(operation: Operation, gradients: Gradients, values: Values) -> Gradients:
    """Propagate through a convolution: add each weight's share to the window that it multiplies."""
    gradients = _before_activation(operation, gradients, values)
    source, weights = values[operation.inputs[0]][0], values[operation.inputs[1]]
    rows, columns = gradients.shape[1:3]
    stride_y, stride_x = (int(operation.settings[f"stride{side}"]) for side in "HW")
    reach = ((rows - 1) * stride_y + weights.shape[1], (columns - 1) * stride_x + weights.shape[2])
    padded = np.zeros((len(gradients), *np.maximum(reach, source.shape[:2]), source.shape[2]))
    for y, x in np.ndindex(*weights.shape[1:3]):
        window = padded[:, y::stride_y, x::stride_x][:, :rows, :columns]
        window += gradients @ weights[:, y, x]
    top, left = (max(far - side, 0) // 2 for far, side in zip(reach, source.shape, strict=False))
    return padded[:, top : top + source.shape[0], left : left + source.shape[1]]


def _through_identity(operation: Operation, gradients: Gradients, values: Values) -> Gradients:
    return _before_activation(operation, gradients, values)


def _through_scaling(operation: Operation, gradients: Gradients, values: Values) -> Gradients:
    return np.asarray(
        _before_activation(operation, gradients, values) * values[operation.inputs[1]]
    )


def _through_relu(operation: Operation, gradients: Gradients, values: Values) -> Gradients:
    return np.asarray(gradients * (values[operation.output][0] > 0))


def _through_mean(operation: Operation, gradients: Gradients, values: Values) -> Gradients:
    source = values[operation.inputs[0]]
    axes = tuple(int(axis) % source.ndim for axis in values[operation.inputs[1]].ravel())
    kept = [1 if axis in axes else side for axis, side in enumerate(source.shape)]
    share = gradients.reshape(len(gradients), *kept[1:]) * (np.prod(kept) / source.size)
    return np.broadcast_to(share, (len(gradients), *source.shape[1:]))


def _through_pooling(operation: Operation, gradients: Gradients, values: Values) -> Gradients:
    """Propagate through pooling: evenly to a mean's window, to the first maximum of a maximum's."""
    source, output = values[operation.inputs[0]][0], values[operation.output][0]
    rows, columns = output.shape[:2]
    size, stride = (
        tuple(int(operation.settings[f"{what}{side}"]) for side in sides)
        for what, sides in (("filter", ("Height", "Width")), ("stride", ("H", "W")))
    )
    gradients = _before_activation(operation, gradients, values)
    before = np.zeros((len(gradients), *source.shape))
    free = np.ones(output.shape, np.bool_)
    for y, x in np.ndindex(*size):
        window = before[:, y :: stride[0], x :: stride[1]][:, :rows, :columns]
        if operation.kind == "MAX_POOL_2D":
            taken = free & (source[y :: stride[0], x :: stride[1]][:rows, :columns] == output)
            free &= ~taken
            window += gradients * taken
        else:
            window += gradients / np.prod(size)
    return before


def _before_activation(operation: Operation, gradients: Gradients, values: Values) -> Gradients:
    """Return the gradients before the activation that is fused into the operation."""
    activation = operation.settings.get("fusedActivationFunction", _NO_ACTIVATION)
    output = values[operation.output][0]
    if activation == _NO_ACTIVATION:
        return gradients
    ceiling = 6 if activation == _RELU6 else np.inf
    return np.asarray(gradients * ((output > 0) & (output < ceiling)))


_POINTWISE: Final = ("RELU", "MUL", "ADD", "SUB")
_BACKWARD: Final[dict[str, Callable[[Operation, Gradients, Values], Gradients]]] = {
    "FULLY_CONNECTED": _through_dense,
    "CONV_2D": _through_convolution,
    "MUL": _through_scaling,
    "ADD": _through_identity,
    "SUB": _through_identity,
    "RELU": _through_relu,
    "MEAN": _through_mean,
    **dict.fromkeys(POOLINGS, _through_pooling),
    **dict.fromkeys(RESHAPES, _through_identity),
}
"""Backpropagation through each kind of operation: gradients after it to gradients before it."""
