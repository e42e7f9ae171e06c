"""A bundle's network in two parts: up to its features, and its last layer.

The features of an image are the inputs of the last dense layer. Both parts are read from the
bundle's LiteRT model, and a model with another last layer can be made from it: no file besides
the model is needed, and no TensorFlow.
"""

from typing import Any, Final

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from mnist_app import litert_weights
from mnist_app.arrays import DIGITS, Floats, Images
from mnist_app.bundle import Bundle
from mnist_app.errors import BundleError
from mnist_app.litert_network import LiteRTNetwork


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
            matrix, bias = (litert_weights.read(model, tensor) for tensor in last.inputs[1:3])
            self.weights: Final[Floats] = np.vstack([matrix.reshape(DIGITS, -1).T, bias])
            graph.outputs = last.inputs[:1]
            model.signatureDefs = None
            packed = litert_weights.packed(model)
        except litert_weights.NO_MODEL as error:
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
            litert_weights.write(model, tensor, values)
        return litert_weights.packed(model)


def with_bias(features: Floats) -> Floats:
    """Return features (n, d) with a last column of ones, which the last row of weights meets."""
    return np.hstack([features, np.ones((len(features), 1), features.dtype)])


def _last_layer(model: Any) -> Any:
    """Return the operation that computes the logits: a dense layer with a bias."""
    graph = model.subgraphs[0]
    last = next(one for one in graph.operators if graph.outputs[0] in one.outputs)
    is_dense = litert_weights.kind(model, last) == schema.BuiltinOperator.FULLY_CONNECTED
    if not is_dense or len(last.inputs) != 3:  # noqa: PLR2004
        raise ValueError("the last operation is not a dense layer with a bias")
    return last
