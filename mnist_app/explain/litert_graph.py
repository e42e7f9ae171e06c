"""The operation graph of a bundle's LiteRT model, and the values of its tensors for an image."""

import struct
import threading
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from mnist_app.arrays import Image
from mnist_app.bundle import Bundle
from mnist_app.checked_json import REMEDY
from mnist_app.errors import BundleError
from mnist_app.preprocessing.normalize import IMAGE_SIDE

Values = dict[int, npt.NDArray[Any]]
"""The values of tensors by their number in the LiteRT model."""

_NO_MODEL: Final = (
    ValueError,
    RuntimeError,
    TypeError,
    AttributeError,
    LookupError,
    struct.error,
)
"""Errors that LiteRT and its schema raise for bytes that are not a model."""
_KINDS: Final = {
    number: name for name, number in vars(schema.BuiltinOperator).items() if name.isupper()
}


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation of the graph.

    ``kind`` is LiteRT's name of it, such as "CONV_2D"; ``inputs`` and ``output`` are numbers of
    tensors, with the image or features before weights; ``settings`` are LiteRT's options of the
    operation, such as ``strideH``.
    """

    kind: str
    inputs: tuple[int, ...]
    output: int
    settings: dict[str, Any]


class LiteRTGraph:
    """The operation graph of a bundle's network. May be used from many threads at once.

    ``operations`` are in execution order; ``image`` and ``logits`` are the numbers of the input
    and the output tensor.
    """

    def __init__(self, bundle: Bundle) -> None:
        """Read the network of ``bundle``. Raises `BundleError` if it is not a LiteRT model."""
        model, self._interpreter = _load(bundle)
        # A run takes half a millisecond: threads wait, which is cheaper than an interpreter each.
        self._lock = threading.Lock()
        graph = model.subgraphs[0]
        self.operations: Final = tuple(
            _operation(entry, model.operatorCodes) for entry in graph.operators
        )
        self.image: Final = int(graph.inputs[0])
        self.logits: Final = int(graph.outputs[0])
        varying = {self.image}
        for operation in self.operations:
            if varying.intersection(operation.inputs):
                varying.add(operation.output)
        self._varying: Final = tuple(sorted(varying))
        used = {tensor for operation in self.operations for tensor in operation.inputs}
        self._constants: Final = self._compute(
            np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8), tuple(sorted(used - varying))
        )

    def values(self, image: Image) -> Values:
        """Return the values of all tensors when the network reads ``image``, uint8 (28, 28).

        Each has its shape in the LiteRT model, with a batch dimension of 1 first. Weights are
        included and must not be changed.
        """
        return {**self._constants, **self._compute(image, self._varying)}

    def constant(self, tensor: int) -> npt.NDArray[Any] | None:
        """Return the value of ``tensor`` if it is the same for every image, else None."""
        return self._constants.get(tensor)

    def consumers(self, tensor: int) -> tuple[Operation, ...]:
        """Return the operations with ``tensor`` as an input."""
        return tuple(operation for operation in self.operations if tensor in operation.inputs)

    def producer(self, tensor: int) -> Operation | None:
        """Return the operation that computes ``tensor``; None for the image and for weights."""
        return next((one for one in self.operations if one.output == tensor), None)

    def _compute(self, image: Image, tensors: tuple[int, ...]) -> Values:
        with self._lock:
            self._interpreter.set_tensor(self.image, image[np.newaxis].astype(np.float32))
            self._interpreter.invoke()
            return {tensor: self._interpreter.get_tensor(tensor) for tensor in tensors}


def _load(bundle: Bundle) -> tuple[Any, Interpreter]:
    """Return LiteRT's description of a bundle's network, and an interpreter that runs it."""
    try:
        model = schema.ModelT.InitFromPackedBuf(bundle.model, 0)
        # Without delegates every operation runs as written, and none is optimised away.
        interpreter = Interpreter(
            model_content=bundle.model,
            num_threads=1,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            experimental_preserve_all_tensors=True,
        )
        interpreter.allocate_tensors()
    except _NO_MODEL as error:
        raise BundleError(
            "The network of the bundle “{name}” is not a LiteRT model. {remedy}",
            name=bundle.name,
            remedy=REMEDY,
        ) from error
    return model, interpreter


def _operation(entry: Any, codes: list[Any]) -> Operation:
    code = codes[entry.opcodeIndex]
    number = max(code.builtinCode, code.deprecatedBuiltinCode)
    settings = dict(vars(entry.builtinOptions)) if entry.builtinOptions else {}
    return Operation(
        _KINDS.get(number, "CUSTOM"),
        tuple(int(tensor) for tensor in entry.inputs if tensor >= 0),
        int(entry.outputs[0]),
        settings,
    )
