"""A Keras model that averages the logits of a network over shifted copies of each image.

The copies are those of `mnist_app.augmented_copies` (test-time augmentation). They overlap, and
the convolution of a shifted image is the shifted convolution, so each convolution is computed once
for all copies, on the image with a margin of one pixel. Pooling halves the resolution; from there
on, copies an odd number of pixels apart have feature maps of their own. The logits equal those of
the copies one by one, averaged, for less than half of the operations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mnist_app.augmented_copies import SHIFTS
from mnist_app.training.keras_setup import keras
from mnist_app.training.networks import layer_multiply_adds, logits_model, multiply_adds

Shift = tuple[int, int]


@dataclass(frozen=True)
class _SharedMaps:
    """Feature maps (n, height, width, channels) that contain those of several copies.

    ``corners`` are the row and column at which the maps of each copy begin, by its shift.
    """

    maps: Any
    corners: dict[Shift, tuple[int, int]]


class AveragedModel(keras.Model):  # type: ignore[misc]
    """Logits, float32 (n, 10 or 11), of images float32 (n, 28, 28), grey levels 0 to 255."""

    def __init__(self, network: Any, views: int = 1) -> None:
        """Average ``network``, one of `networks.build`, over ``views`` copies of an image."""
        super().__init__(name="reading")
        self.network = logits_model(network)
        self.views = views

    def call(self, images: Any) -> Any:
        """Return the logits of ``images``."""
        return self.network(images) if self.views == 1 else self._mean_of_copies(images, [])

    def multiply_adds(self) -> int:
        """Return the number of multiply-add operations for one image, all copies included."""
        if self.views == 1:
            return multiply_adds(self.network)
        calls: list[tuple[Any, Any]] = []
        self._mean_of_copies(keras.Input((28, 28), batch_size=1), calls)
        return sum(layer_multiply_adds(layer, output.shape) for layer, output in calls)

    def _mean_of_copies(self, images: Any, calls: list[tuple[Any, Any]]) -> Any:
        """Return the mean logits over the copies; append each layer call's output to ``calls``."""
        shifts = SHIFTS[: self.views]
        margin = max(abs(pixels) for shift in shifts for pixels in shift)
        padded = keras.ops.pad(images, [[0, 0], [margin, margin], [margin, margin]])
        parts = [_SharedMaps(padded, {(x, y): (margin - y, margin - x) for x, y in shifts})]
        layers = [
            layer for layer in self.network.layers if not isinstance(layer, keras.layers.InputLayer)
        ]
        while not isinstance(layers[0], keras.layers.Flatten):
            layer = layers.pop(0)
            parts = [after for part in parts for after in _apply(layer, part)]
            calls += [(layer, part.maps) for part in parts]
        x = _separated(layers[0], parts, shifts)
        for layer in layers:
            x = layer(x)
            calls.append((layer, x))
        return keras.ops.mean(keras.ops.reshape(x, (len(shifts), -1, x.shape[1])), axis=0)


def _apply(layer: Any, part: _SharedMaps) -> list[_SharedMaps]:
    """Return the output of ``layer``; pooling separates copies an odd number of pixels apart."""
    if isinstance(layer, keras.layers.Reshape):
        return [_SharedMaps(keras.ops.expand_dims(part.maps, -1), part.corners)]
    if not isinstance(layer, keras.layers.MaxPooling2D):
        return [_SharedMaps(layer(part.maps), part.corners)]
    height, width = layer.input.shape[1:3]
    by_parity: dict[tuple[int, int], dict[Shift, tuple[int, int]]] = {}
    for shift, (row, column) in part.corners.items():
        by_parity.setdefault((row % 2, column % 2), {})[shift] = (row, column)
    pooled = []
    for corners in by_parity.values():
        rows, columns = zip(*corners.values(), strict=True)
        top, left = min(rows), min(columns)
        maps = part.maps[:, top : max(rows) + height, left : max(columns) + width]
        halved = {
            shift: ((row - top) // 2, (column - left) // 2)
            for shift, (row, column) in corners.items()
        }
        pooled.append(_SharedMaps(layer(maps), halved))
    return pooled


def _separated(layer: Any, parts: Sequence[_SharedMaps], shifts: Sequence[Shift]) -> Any:
    """Return the maps of all copies as one batch, each of the shape that ``layer`` expects."""
    height, width = layer.input.shape[1:3]
    maps = {
        shift: part.maps[:, row : row + height, column : column + width]
        for part in parts
        for shift, (row, column) in part.corners.items()
    }
    return keras.ops.concatenate([maps[shift] for shift in shifts], axis=0)
