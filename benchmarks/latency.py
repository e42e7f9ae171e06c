"""Time to read a drawing, beside that of the bare network and of Keras."""

import functools
import itertools
import time
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from mnist_app import Recognizer
from mnist_app.arrays import Image
from mnist_app.training.export import load_keras_model

ROUNDS = 300
KERAS_ROUNDS = 15
"""Numbers of timed readings by the app, and by Keras, which takes far longer."""


def timings(recognizer: Recognizer, canvases: Sequence[Image]) -> dict[str, Any]:
    """Return median milliseconds of reading ``canvases``, RGBA, none blank, on one thread.

    ``read_digit_ms`` is the median of `Recognizer.read_digit` and ``read_digit_p90_ms`` its 90th
    percentile ``litert_ms`` the bare invocation of
    the same network, measured alternately, and ``keras_predict_ms`` the time of
    ``keras.Model.predict`` for one image.
    """
    interpreter = Interpreter(model_content=recognizer.bundle.model, num_threads=1)
    interpreter.allocate_tensors()
    prediction = recognizer.read_digit(canvases[0])
    if prediction is None:
        raise ValueError("the canvas is blank")
    image = prediction.image[np.newaxis].astype(np.float32)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], image)
    whole, bare = [], []
    for canvas in itertools.islice(itertools.cycle(canvases), ROUNDS):
        whole.append(_milliseconds(functools.partial(recognizer.read_digit, canvas)))
        bare.append(_milliseconds(interpreter.invoke))
    model = load_keras_model(recognizer.bundle.folder)
    model.predict(image, verbose=0)
    keras = [_milliseconds(lambda: model.predict(image, verbose=0)) for _ in range(KERAS_ROUNDS)]
    return {
        "read_digit_ms": median(whole),
        "read_digit_p90_ms": quantiles(whole, n=10)[-1],
        "litert_ms": median(bare),
        "keras_predict_ms": median(keras),
    }


def _milliseconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - started)
