"""The graph of a network computes what the recogniser computes."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mnist_app import Recognizer
from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.errors import BundleError
from mnist_app.explain.litert_graph import LiteRTGraph


@pytest.mark.parametrize("name", shipped_names())
def test_its_logits_are_those_of_the_recogniser(name, images):
    graph, recognizer = LiteRTGraph(load_bundle(name)), Recognizer.load(name)
    for image, expected in zip(images, recognizer.logits(images), strict=True):
        values = graph.values(image)
        np.testing.assert_array_equal(values[graph.image][0], image)
        np.testing.assert_allclose(values[graph.logits][0], expected, atol=1e-4)


def test_weights_are_constant_and_what_depends_on_the_image_is_not(images):
    graph = LiteRTGraph(load_bundle())
    one, other = graph.values(images[0]), graph.values(images[1])
    assert one.keys() == other.keys()
    for tensor in one:
        if graph.constant(tensor) is not None:
            np.testing.assert_array_equal(one[tensor], other[tensor])
    assert graph.constant(graph.image) is None
    assert graph.constant(graph.logits) is None


def test_the_operations_lead_from_the_image_to_the_logits():
    graph = LiteRTGraph(load_bundle())
    tensor, passed = graph.logits, 0
    while (producer := graph.producer(tensor)) is not None:
        assert producer in graph.consumers(producer.inputs[0])
        tensor, passed = producer.inputs[0], passed + 1
    assert tensor == graph.image
    assert passed == len(graph.operations)


def test_many_threads_may_use_it_at_once(images):
    graph = LiteRTGraph(load_bundle())
    alone = [graph.values(image)[graph.logits] for image in images]
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda n: graph.values(images[n % 3])[graph.logits], range(60))
        for number, logits in enumerate(found):
            np.testing.assert_array_equal(logits, alone[number % 3])


@pytest.mark.parametrize("content", [b"", b"TFL3", bytes(500)])
def test_bytes_that_are_not_a_model_are_refused(content):
    with pytest.raises(BundleError, match="is not a LiteRT model"):
        LiteRTGraph(dataclasses.replace(load_bundle("cnn"), model=content))
