"""The network that says for every pixel of a picture how much of it is handwriting.

A U-Net (Ronneberger et al. 2015) that works at half the picture's size and less: convolutions at a
half, a quarter, an eighth and a sixteenth of the side, connected by sums instead of concatenation
(as LinkNet, Chaurasia & Culurciello 2017), and sub-pixel convolutions back up (Shi et al. 2016),
whose shapes do not depend on the picture's.
"""

from typing import Any, Final

import tensorflow as tf

from mnist_app.training.keras_setup import keras

FILTERS: Final = (16, 32, 64, 96)
"""Filters at a half, a quarter, an eighth and a sixteenth of the side."""
DICE_WEIGHT: Final = 0.3


@keras.saving.register_keras_serializable(package="mnist_app")
class DepthToSpace(keras.layers.Layer):  # type: ignore[misc]
    """Four channels of one pixel become one channel of 2×2 pixels."""

    def call(self, values: Any) -> Any:
        """Return (n, 2 h, 2 w, c) for (n, h, w, 4 c)."""
        return tf.nn.depth_to_space(values, 2)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the output."""
        count, height, width, channels = shape
        assert channels is not None  # noqa: S101
        double = (None if side is None else 2 * side for side in (height, width))
        return (count, *double, channels // 4)


def build_ink_network() -> Any:
    """Return the Keras model: RGB levels (n, h, w, 3), 0 to 255, to logits (n, h, w, 1)."""
    given = keras.Input((None, None, 3), name="pictures")
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(given)
    levels = []
    for index, filters in enumerate(FILTERS):
        x = _convolution(x, filters, stride=2)
        for dilation in ((1,), (1,), (1, 2), (1, 2))[index]:
            x = _convolution(x, filters, dilation=dilation)
        levels.append(x)
    for filters, skipped in zip(FILTERS[-2::-1], levels[-2::-1], strict=True):
        up = keras.layers.Conv2D(4 * filters, 1)(x)
        x = keras.layers.Add()([DepthToSpace()(up), skipped])
        x = _convolution(x, filters)
    x = _convolution(x, FILTERS[0])
    logits = DepthToSpace()(keras.layers.Conv2D(4, 3, padding="same")(x))
    return keras.Model(given, logits, name="ink")


def _convolution(x: Any, filters: int, *, stride: int = 1, dilation: int = 1) -> Any:
    x = keras.layers.Conv2D(
        filters, 3, strides=stride, dilation_rate=dilation, padding="same", use_bias=False
    )(x)
    return keras.layers.ReLU()(keras.layers.BatchNormalization()(x))


def ink_loss(targets: Any, logits: Any) -> Any:
    """Return binary cross-entropy plus `DICE_WEIGHT` times (1 - Dice) of the whole batch."""
    wanted = tf.cast(targets, tf.float32) / 255
    entropy = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(wanted, logits))
    found = tf.sigmoid(logits)
    common = tf.reduce_sum(found * wanted)
    dice = (2 * common + 1) / (tf.reduce_sum(found) + tf.reduce_sum(wanted) + 1)
    return entropy + DICE_WEIGHT * (1 - dice)
