"""A Keras network as the file ``browser.bin``, with which a browser reads as the app does.

The file is, little-endian: the length of a JSON text as uint32, the text, the weights as float16.
The text is a list of layers, each an object with ``kind``:

``convolution``  3×3, without padding; ``outputs``, ``relu``
``pooling``      the maxima of 2×2
``dense``        ``outputs``, ``relu``; the first one takes rows, columns and channels flattened

The input is an image of 28×28 levels from 0 to 1. The weights are, layer by layer, Keras's kernel
in its order, (row, column,) input, output, and the bias. Batch normalisation is folded into them.
`mnist_app/live_reading/network.js` reads the file.
"""

import json
import struct
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mnist_app.errors import TrainingError
from mnist_app.training.keras_setup import keras

_Weights = npt.NDArray[np.float64]

WITHOUT_EFFECT: Final = ("InputLayer", "Rescaling", "Reshape", "Flatten", "Dropout", "Softmax")
"""Classes of layers that are left out: the scale of the input is fixed, see `networks.build`."""


def browser_network(model: Any) -> bytes:
    """Return the content of ``browser.bin`` for a ``model`` that `networks.build` made.

    Raises `TrainingError` for a model with other layers, or with a weight beyond float16.
    """
    layers: list[dict[str, Any]] = []
    weights: list[tuple[_Weights, _Weights]] = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            weights[-1] = _folded(*weights[-1], layer)
        elif isinstance(layer, keras.layers.ReLU):
            layers[-1]["relu"] = True
        elif isinstance(layer, keras.layers.MaxPooling2D) and layer.pool_size == (2, 2):
            layers.append({"kind": "pooling"})
        elif isinstance(layer, keras.layers.Dense) or _is_convolution(layer):
            kind = "dense" if isinstance(layer, keras.layers.Dense) else "convolution"
            relu = layer.activation.__name__ == "relu"
            kernel = np.asarray(layer.kernel, np.float64)
            layers.append({"kind": kind, "outputs": kernel.shape[-1], "relu": relu})
            bias = layer.bias if layer.use_bias else np.zeros(kernel.shape[-1])
            weights.append((kernel, np.asarray(bias, np.float64)))
        elif type(layer).__name__ not in WITHOUT_EFFECT:
            raise TrainingError(
                f"The layer “{layer.name}” ({type(layer).__name__}) cannot be written for the "
                "browser. Build the network from a recipe"
            )
    numbers = np.concatenate([part.ravel() for pair in weights for part in pair])
    if not bool((np.abs(numbers) <= np.finfo(np.float16).max).all()):
        raise TrainingError("The network has a weight that float16 cannot hold. Train it again")
    text = json.dumps(layers, separators=(",", ":"))
    text += " " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text.encode("ascii") + numbers.astype("<f2").tobytes()


def _is_convolution(layer: Any) -> bool:
    return (
        isinstance(layer, keras.layers.Conv2D)
        and layer.kernel_size == (3, 3)
        and layer.strides == (1, 1)
        and layer.padding == "valid"
    )


def _folded(kernel: _Weights, bias: _Weights, layer: Any) -> tuple[_Weights, _Weights]:
    """Return the weights of a layer together with the batch normalisation behind it."""
    gamma, beta, mean, variance = (np.asarray(part, np.float64) for part in layer.weights)
    scale = gamma / np.sqrt(variance + layer.epsilon)
    return kernel * scale, (bias - mean) * scale + beta
