"""A whole reading as one graph: every view of the image, and their mean.

The views of `mnist_app.augmented_copies` overlap. A convolution answers to a shifted image with a shifted map,
so what the views share is computed once, on an image with a frame of one pixel, and each view is
cut out where pooling parts those that are an odd number of pixels from each other. The logits are
those of each view for itself, averaged, for less than half of the work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mnist_app.augmented_copies import SHIFTS
from mnist_app.training.keras_setup import keras
from mnist_app.training.networks import layer_multiply_adds, logits_model, multiply_adds

Shift = tuple[int, int]


@dataclass(frozen=True)
class _Branch:
    """Maps that several views share: ``places`` are the row and column at which each begins."""

    maps: Any
    places: dict[Shift, tuple[int, int]]


class Reading(keras.Model):  # type: ignore[misc]
    """The logits of a reading: of images float32 (n, 28, 28), 0 to 255, float32 (n, 10 or 11)."""

    def __init__(self, network: Any, views: int = 1) -> None:
        """Read with ``network`` in so many ``views``.

        It is a Keras model; if there are several views, one of `mnist_app.training.networks.build`.
        """
        super().__init__(name="reading")
        self.network = logits_model(network)
        self.views = views

    def call(self, images: Any) -> Any:
        """Return the logits of ``images``."""
        return self.network(images) if self.views == 1 else self._mean_of_views(images, [])

    def multiply_adds(self) -> int:
        """Return how many multiplications, each with its addition, reading one image takes."""
        if self.views == 1:
            return multiply_adds(self.network)
        calls: list[tuple[Any, Any]] = []
        self._mean_of_views(keras.Input((28, 28), batch_size=1), calls)
        return sum(layer_multiply_adds(layer, flow.shape) for layer, flow in calls)

    def _mean_of_views(self, images: Any, calls: list[tuple[Any, Any]]) -> Any:
        """Return the mean of what the network says of all views of ``images``.

        Which layers were called, and what they put out, is added to ``calls``.
        """
        shifts = SHIFTS[: self.views]
        frame = max(abs(pixels) for shift in shifts for pixels in shift)
        framed = keras.ops.pad(images, [[0, 0], [frame, frame], [frame, frame]])
        branches = [_Branch(framed, {(x, y): (frame - y, frame - x) for x, y in shifts})]
        layers = [
            one for one in self.network.layers if not isinstance(one, keras.layers.InputLayer)
        ]
        while not isinstance(layers[0], keras.layers.Flatten):
            layer = layers.pop(0)
            branches = [after for branch in branches for after in _after(layer, branch)]
            calls += [(layer, branch.maps) for branch in branches]
        flow = _apart(layers[0], branches, shifts)
        for layer in layers:
            flow = layer(flow)
            calls.append((layer, flow))
        return keras.ops.mean(keras.ops.reshape(flow, (len(shifts), -1, flow.shape[1])), axis=0)


def _after(layer: Any, branch: _Branch) -> list[_Branch]:
    """Return what ``layer`` makes of ``branch``; pooling parts views an odd way from each other."""
    if isinstance(layer, keras.layers.Reshape):
        return [_Branch(keras.ops.expand_dims(branch.maps, -1), branch.places)]
    if not isinstance(layer, keras.layers.MaxPooling2D):
        return [_Branch(layer(branch.maps), branch.places)]
    height, width = layer.input.shape[1:3]
    together: dict[tuple[int, int], dict[Shift, tuple[int, int]]] = {}
    for shift, (row, column) in branch.places.items():
        together.setdefault((row % 2, column % 2), {})[shift] = (row, column)
    found = []
    for places in together.values():
        rows, columns = zip(*places.values(), strict=True)
        top, left = min(rows), min(columns)
        maps = branch.maps[:, top : max(rows) + height, left : max(columns) + width]
        halved = {
            shift: ((row - top) // 2, (column - left) // 2)
            for shift, (row, column) in places.items()
        }
        found.append(_Branch(layer(maps), halved))
    return found


def _apart(layer: Any, branches: Sequence[_Branch], shifts: Sequence[Shift]) -> Any:
    """Return the views for themselves, one after the other, as ``layer`` gets one alone."""
    height, width = layer.input.shape[1:3]
    alone = {
        shift: one.maps[:, row : row + height, column : column + width]
        for one in branches
        for shift, (row, column) in one.places.items()
    }
    return keras.ops.concatenate([alone[shift] for shift in shifts], axis=0)
