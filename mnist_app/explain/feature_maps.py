"""Extracts what each layer of a network computes for an image: feature maps and dense units.

It also finds the receptive field of every feature map, and the weights that apply to the image
itself, which can be drawn as images.
"""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mnist_app.arrays import Floats
from mnist_app.explain.litert_graph import LiteRTGraph, Operation, Values
from mnist_app.preprocessing.normalize import IMAGE_SIDE

Kind = Literal["convolution", "max-pooling", "mean-pooling"]
CONVOLUTIONS: Final = ("CONV_2D", "DEPTHWISE_CONV_2D")
POOLINGS: Final = ("MAX_POOL_2D", "AVERAGE_POOL_2D")
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(CONVOLUTIONS, "convolution"),
    "MAX_POOL_2D": "max-pooling",
    "AVERAGE_POOL_2D": "mean-pooling",
}
RESHAPES: Final = ("RESHAPE", "SQUEEZE", "EXPAND_DIMS")
ELEMENTWISE: Final = (
    *("RELU", "RELU6", "LEAKY_RELU", "PRELU", "ELU", "GELU", "TANH", "LOGISTIC", "HARD_SWISH"),
    *("ADD", "SUB", "MUL"),
)
"""Operations that compute each element of their output from the same element of their input."""

FEATURE_MAP_RANK: Final = 4
"""Rank of a tensor of feature maps: (batch, rows, columns, maps)."""
_SAME_PADDING: Final = 0
"""LiteRT's code for padding that keeps the size; 1 means no padding."""


@dataclass(frozen=True)
class ReceptiveField:
    """The square window of the image that one pixel of a feature map depends on.

    ``first`` is the centre of the first pixel's window, along x and along y, in pixels of the
    image, where 0 is the centre of the image's first pixel. The windows of neighbouring pixels are
    ``step`` pixels apart, and ``size`` pixels wide and high.
    """

    first: float = 0.0
    step: float = 1.0
    size: int = 1


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """The output of a convolution or pooling, with the activation that follows it.

    ``maps`` is float32 (n, height, width); ``number`` counts the layers of this kind from 1.
    ``kernel`` is the side of a filter or pooling window, in pixels of the layer's input.
    ``filters`` is float32 (n, kernel, kernel), the weights of a convolution of the image itself,
    else None.
    """

    kind: Kind
    number: int
    maps: Floats
    receptive_field: ReceptiveField
    kernel: int
    filters: Floats | None


@dataclass(frozen=True, eq=False)
class DenseUnits:
    """The output of a dense layer, with the activation that follows it.

    ``levels`` is float32 (n,); ``number`` counts the dense layers from 1; ``last`` is True if the
    levels are the logits. ``weights`` is float32 (n, 28, 28), those of the image's pixels, if the
    input of the layer is the image, else None.
    """

    number: int
    last: bool
    levels: Floats
    weights: Floats | None


Layer = FeatureMaps | DenseUnits


def layer_outputs(graph: LiteRTGraph, values: Values) -> list[Layer]:
    """Return the output of each layer, from the image to the logits.

    ``values`` is the result of `LiteRTGraph.values` for the image.
    """
    fields = receptive_fields(graph, values)
    found: list[Layer] = []
    numbers: Counter[str] = Counter()
    for operation in graph.operations:
        if operation.kind in _KINDS and operation.output in fields:
            kind = _KINDS[operation.kind]
            numbers[kind] += 1
            activated = _activated(graph, operation.output)
            maps = np.moveaxis(values[activated][0], -1, 0)
            field = fields[operation.output]
            kernel = _kernel(operation, values)
            filters = _filters(operation, values)
            found.append(FeatureMaps(kind, numbers[kind], maps, field, kernel, filters))
        elif operation.kind == "FULLY_CONNECTED":
            numbers["dense"] += 1
            activated = _activated(graph, operation.output)
            last = activated == graph.logits
            weights = _weights_on_image(graph, operation, values)
            found.append(DenseUnits(numbers["dense"], last, values[activated].ravel(), weights))
    return found


def receptive_fields(graph: LiteRTGraph, values: Values) -> dict[int, ReceptiveField]:
    """Return the receptive field of the image and of each tensor of feature maps, by its number."""
    found = {graph.image: ReceptiveField()}
    for operation in graph.operations:
        before = [found[tensor] for tensor in operation.inputs if tensor in found]
        shape = values[operation.output].shape
        if not before or (len(shape) != FEATURE_MAP_RANK and shape[1:] != (IMAGE_SIDE, IMAGE_SIDE)):
            continue
        widest = max(before, key=lambda field: field.size)
        if operation.kind in CONVOLUTIONS + POOLINGS:
            found[operation.output] = _widen(widest, operation, values)
        elif operation.kind == "PAD":
            above = int(values[operation.inputs[1]][1][0])
            first = widest.first - above * widest.step
            found[operation.output] = ReceptiveField(first, widest.step, widest.size)
        elif operation.kind in RESHAPES + ELEMENTWISE:
            found[operation.output] = widest
    return found


def _widen(before: ReceptiveField, operation: Operation, values: Values) -> ReceptiveField:
    """Return the receptive field after a convolution or pooling of maps with field ``before``."""
    kernel, stride = _kernel(operation, values), int(operation.settings["strideH"])
    reach = (kernel - 1) * int(operation.settings.get("dilationHFactor", 1))
    padding = 0
    if operation.settings["padding"] == _SAME_PADDING:
        rows, out = (values[t].shape[1] for t in (operation.inputs[0], operation.output))
        padding = max((out - 1) * stride + reach + 1 - rows, 0) // 2
    return ReceptiveField(
        before.first + (reach / 2 - padding) * before.step,
        before.step * stride,
        before.size + math.ceil(reach * before.step),
    )


def _kernel(operation: Operation, values: Values) -> int:
    """Return the side of a convolution's or pooling's window."""
    if operation.kind in POOLINGS:
        return int(operation.settings["filterHeight"])
    return int(values[operation.inputs[1]].shape[1])


def _filters(operation: Operation, values: Values) -> Floats | None:
    """Return the weights (n, kernel, kernel) of a convolution of the image; None for the others."""
    if operation.kind != "CONV_2D" or values[operation.inputs[0]].shape[-1] != 1:
        return None
    return np.asarray(values[operation.inputs[1]][..., 0], np.float32)


def _weights_on_image(graph: LiteRTGraph, operation: Operation, values: Values) -> Floats | None:
    """Return the weights of a dense layer (n, 28, 28) if its input is the image, scaled or not."""
    weights = values[operation.inputs[1]]
    tensor = operation.inputs[0]
    while tensor != graph.image:
        producer = graph.producer(tensor)
        if producer is None or producer.kind not in (*RESHAPES, "MUL"):
            return None
        tensor = producer.inputs[0]
    return np.asarray(weights, np.float32).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def _activated(graph: LiteRTGraph, tensor: int) -> int:
    """Return the output of the element-wise operations that alone follow ``tensor``, or itself."""
    following = graph.consumers(tensor)
    while len(following) == 1 and following[0].kind in ELEMENTWISE:
        tensor = following[0].output
        following = graph.consumers(tensor)
    return tensor
