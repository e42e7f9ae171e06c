"""A bundle's network in two parts: up to its features, and its last layer.

The features of an image are the inputs of the last dense layer. Both parts are read from the
bundle's LiteRT model, and a model with another last layer can be made from it: no file besides
the model is needed, and no TensorFlow.
"""

import struct
from typing import Any, Final

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from mnist_app.arrays import DIGITS, Floats, Images
from mnist_app.bundle import Bundle
from mnist_app.errors import BundleError
from mnist_app.litert_network import LiteRTNetwork

_FILE_MARK: Final = b"TFL3"
"""Marks the file format of LiteRT models."""
_NO_MODEL: Final = (ValueError, TypeError, AttributeError, LookupError, struct.error)
"""Errors that the schema raises for bytes that are not a model, or one of other layers."""


class FeatureNetwork:
    """A network up to the input of its last layer. May be used from many threads.

    ``weights`` is float32 (d + 1, 10): those of the last layer, its bias as the last row.
    """

    def __init__(self, bundle: Bundle) -> None:
        """Take apart the network of ``bundle``.

        Raises `BundleError` if it does not end in a dense layer with the ten digits as outputs.
        """
        self._bundle: Final = bundle
        try:
            model = schema.ModelT.InitFromPackedBuf(bundle.model, 0)
            graph = model.subgraphs[0]
            last = _last_layer(model)
            matrix, bias = (_values(model, tensor) for tensor in last.inputs[1:3])
            self.weights: Final[Floats] = np.vstack([matrix.reshape(DIGITS, -1).T, bias])
            graph.outputs = last.inputs[:1]
            model.signatureDefs = None
            packed = _packed(model)
        except _NO_MODEL as error:
            raise BundleError(
                "The network of the bundle “{name}” cannot be taught: it does not end in a dense "
                "layer for ten digits. Choose another model, such as cnn.",
                name=bundle.name,
            ) from error
        width = len(self.weights) - 1
        self._network = LiteRTNetwork(packed, "model.tflite", bundle.name, outputs=(width,))

    def features(self, images: Images) -> Floats:
        """Return the features, float32 (n, d), of MNIST-style images uint8 (n, 28, 28)."""
        return self._network.logits(images)

    def model_with(self, weights: Floats) -> bytes:
        """Return the LiteRT model of the whole network with ``weights`` as its last layer's.

        ``weights`` is float32 (d + 1, 10), see `weights`.
        """
        model = schema.ModelT.InitFromPackedBuf(self._bundle.model, 0)
        matrix, bias = _last_layer(model).inputs[1:3]
        for tensor, values in ((matrix, weights[:-1].T), (bias, weights[-1])):
            content = np.ascontiguousarray(values, "<f4").reshape(-1).view(np.uint8)
            model.buffers[model.subgraphs[0].tensors[tensor].buffer].data = content
        return _packed(model)


def with_bias(features: Floats) -> Floats:
    """Return features (n, d) with a last column of ones, which the last row of weights meets."""
    return np.hstack([features, np.ones((len(features), 1), features.dtype)])


def _last_layer(model: Any) -> Any:
    """Return the operation that computes the logits: a dense layer with a bias."""
    graph = model.subgraphs[0]
    last = next(one for one in graph.operators if graph.outputs[0] in one.outputs)
    code = model.operatorCodes[last.opcodeIndex]
    kind = max(code.builtinCode, code.deprecatedBuiltinCode)
    if kind != schema.BuiltinOperator.FULLY_CONNECTED or len(last.inputs) != 3:  # noqa: PLR2004
        raise ValueError("the last operation is not a dense layer with a bias")
    return last


def _values(model: Any, tensor: int) -> Floats:
    """Return a constant tensor's values, flat. Raises ValueError unless they are float32."""
    described = model.subgraphs[0].tensors[tensor]
    if described.type != schema.TensorType.FLOAT32:
        raise ValueError("the weights are not float32")
    return np.asarray(model.buffers[described.buffer].data, np.uint8).view("<f4").copy()


def _packed(model: Any) -> bytes:
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), _FILE_MARK)
    return bytes(builder.Output())
