"""The weights in a LiteRT model: read, and replaced by others of the same shapes. No TensorFlow."""

import struct
from collections.abc import Sequence
from typing import Any, Final

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from mnist_app.arrays import Floats

NO_MODEL: Final = (ValueError, TypeError, AttributeError, LookupError, struct.error)
"""Errors that the schema raises for bytes that are not a model, or one of other layers."""
_FILE_MARK: Final = b"TFL3"
"""Marks the file format of LiteRT models."""
_WITH_WEIGHTS: Final = (schema.BuiltinOperator.CONV_2D, schema.BuiltinOperator.FULLY_CONNECTED)


def read(model: Any, tensor: int) -> Floats:
    """Return a constant tensor's values, flat. Raises ValueError unless they are float32."""
    described = model.subgraphs[0].tensors[tensor]
    if described.type != schema.TensorType.FLOAT32:
        raise ValueError("the weights are not float32")
    return np.asarray(model.buffers[described.buffer].data, np.uint8).view("<f4").copy()


def write(model: Any, tensor: int, values: Floats) -> None:
    """Give a constant tensor of ``model`` the ``values``, of any shape.

    Raises ValueError if it has another number of values.
    """
    buffer = model.buffers[model.subgraphs[0].tensors[tensor].buffer]
    content = np.ascontiguousarray(values, "<f4").reshape(-1).view(np.uint8)
    if len(content) != len(buffer.data):
        raise ValueError("the layer has another number of weights")
    buffer.data = content


def kind(model: Any, operation: Any) -> int:
    """Return the kind of an operation of ``model``, a `schema.BuiltinOperator`."""
    code = model.operatorCodes[operation.opcodeIndex]
    return int(max(code.builtinCode, code.deprecatedBuiltinCode))


def packed(model: Any) -> bytes:
    """Return the file of ``model``, a `schema.ModelT`."""
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), _FILE_MARK)
    return bytes(builder.Output())


def weights_in(content: bytes) -> list[Floats]:
    """Return the weights of the model in the file ``content``, flat, see `with_weights`.

    Raises one of `NO_MODEL`.
    """
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    return [read(model, tensor) for tensor in _tensors(model)]


def with_weights(content: bytes, weights: Sequence[Floats]) -> bytes:
    """Return the model in the file ``content`` with other ``weights``, of any shape.

    These are kernel and bias of each convolution and dense layer, from the image to the logits,
    float32. A kernel has the outputs first: (outputs, rows, columns, inputs) or (outputs, inputs).
    Raises one of `NO_MODEL` if their numbers do not fit.
    """
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    for tensor, values in zip(_tensors(model), weights, strict=True):
        write(model, tensor, values)
    return packed(model)


def _tensors(model: Any) -> list[int]:
    """Return the tensors of kernels and biases in their order."""
    layers = [one for one in model.subgraphs[0].operators if kind(model, one) in _WITH_WEIGHTS]
    return [int(tensor) for layer in layers for tensor in layer.inputs[1:3]]
