"""A network's layers as a person may look at them: maps of features, units, and their weights."""

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
"""Operations that put out an array of the shape that they get."""

FEATURE_MAP_RANK: Final = 4
"""Rank of a tensor of feature maps: batch, rows, columns, maps."""
_SAME: Final = 0
"""LiteRT's number for padding that keeps the size; 1 is none."""


@dataclass(frozen=True)
class ReceptiveField:
    """What one pixel of a map depends on: a square window of the image.

    The window of the map's first pixel is centred at ``first`` in pixels of the image (along x as
    along y, 0 is the centre of the image's first pixel), the next one's ``step`` pixels on;
    ``size`` is its side.
    """

    first: float = 0.0
    step: float = 1.0
    size: int = 1


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """The feature maps that a layer puts out.

    ``maps`` float32 (n, height, width); ``number`` counts the layers of this kind from 1.
    ``kernel`` is the side of the square that a filter covers, or over which pooling chooses, in
    pixels of what the layer gets. ``filters`` float32 (n, kernel, kernel) are the weights where
    they lie on the image itself, else None.
    """

    kind: Kind
    number: int
    maps: Floats
    receptive_field: ReceptiveField
    kernel: int
    filters: Floats | None


@dataclass(frozen=True, eq=False)
class DenseUnits:
    """What the units of a dense layer put out.

    ``levels`` float32 (n,); ``number`` counts the dense layers from 1, ``last`` marks the one
    whose levels are the logits. ``weights`` float32 (n, 28, 28) are those on the image's pixels
    where the layer looks at the image itself, else None.
    """

    number: int
    last: bool
    levels: Floats
    weights: Floats | None


Layer = FeatureMaps | DenseUnits


def layer_outputs(network: LiteRTGraph, values: Values) -> list[Layer]:
    """Return the layers in the order in which the image passes them.

    ``values`` is what `LiteRTGraph.values` returned for the image.
    """
    seen = receptive_fields(network, values)
    found: list[Layer] = []
    numbers: Counter[str] = Counter()
    for operation in network.operations:
        if operation.kind in _KINDS and operation.output in seen:
            kind = _KINDS[operation.kind]
            numbers[kind] += 1
            shown = _activated(network, operation.output)
            maps = np.moveaxis(values[shown][0], -1, 0)
            window = seen[operation.output]
            kernel = _kernel(operation, values)
            filters = _filters(operation, values)
            found.append(FeatureMaps(kind, numbers[kind], maps, window, kernel, filters))
        elif operation.kind == "FULLY_CONNECTED":
            numbers["dense"] += 1
            shown = _activated(network, operation.output)
            last = shown == network.logits
            weights = _weights_on_image(network, operation, values)
            found.append(DenseUnits(numbers["dense"], last, values[shown].ravel(), weights))
    return found


def receptive_fields(network: LiteRTGraph, values: Values) -> dict[int, ReceptiveField]:
    """Return the window of every tensor that is the image or holds maps, by its number."""
    found = {network.image: ReceptiveField()}
    for operation in network.operations:
        before = [found[tensor] for tensor in operation.inputs if tensor in found]
        shape = values[operation.output].shape
        if not before or (len(shape) != FEATURE_MAP_RANK and shape[1:] != (IMAGE_SIDE, IMAGE_SIDE)):
            continue
        widest = max(before, key=lambda window: window.size)
        if operation.kind in CONVOLUTIONS + POOLINGS:
            found[operation.output] = _further(widest, operation, values)
        elif operation.kind == "PAD":
            above = int(values[operation.inputs[1]][1][0])
            first = widest.first - above * widest.step
            found[operation.output] = ReceptiveField(first, widest.step, widest.size)
        elif operation.kind in RESHAPES + ELEMENTWISE:
            found[operation.output] = widest
    return found


def _further(before: ReceptiveField, operation: Operation, values: Values) -> ReceptiveField:
    """Return the window after a convolution or a pooling."""
    kernel, stride = _kernel(operation, values), int(operation.settings["strideH"])
    reach = (kernel - 1) * int(operation.settings.get("dilationHFactor", 1))
    padding = 0
    if operation.settings["padding"] == _SAME:
        given, made = (values[t].shape[1] for t in (operation.inputs[0], operation.output))
        padding = max((made - 1) * stride + reach + 1 - given, 0) // 2
    return ReceptiveField(
        before.first + (reach / 2 - padding) * before.step,
        before.step * stride,
        before.size + math.ceil(reach * before.step),
    )


def _kernel(operation: Operation, values: Values) -> int:
    if operation.kind in POOLINGS:
        return int(operation.settings["filterHeight"])
    return int(values[operation.inputs[1]].shape[1])


def _filters(operation: Operation, values: Values) -> Floats | None:
    """Return the weights of a convolution of the image itself, None of any other operation."""
    if operation.kind != "CONV_2D" or values[operation.inputs[0]].shape[-1] != 1:
        return None
    return np.asarray(values[operation.inputs[1]][..., 0], np.float32)


def _weights_on_image(network: LiteRTGraph, operation: Operation, values: Values) -> Floats | None:
    """Return the weights of a dense layer as images if what it gets is the image, scaled or not."""
    weights = values[operation.inputs[1]]
    tensor = operation.inputs[0]
    while tensor != network.image:
        producer = network.producer(tensor)
        if producer is None or producer.kind not in (*RESHAPES, "MUL"):
            return None
        tensor = producer.inputs[0]
    return np.asarray(weights, np.float32).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)


def _activated(network: LiteRTGraph, tensor: int) -> int:
    """Return the tensor in which ``tensor`` ends up after what is done to each of its numbers."""
    following = network.consumers(tensor)
    while len(following) == 1 and following[0].kind in ELEMENTWISE:
        tensor = following[0].output
        following = network.consumers(tensor)
    return tensor
