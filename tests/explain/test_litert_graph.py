"""A network taken apart says what the recogniser says."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mnist_app import Recognizer
from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.errors import BundleError
from mnist_app.explain.litert_graph import LiteRTGraph


@pytest.mark.parametrize("name", shipped_names())
def test_it_puts_out_the_recogniser_s_logits(name, images):
    """Of the image as it is, where the recogniser has several views of it."""
    bundle = load_bundle(name)
    network = LiteRTGraph(bundle)
    recognizer = Recognizer(dataclasses.replace(bundle, model=bundle.one_view, views=1))
    for image, expected in zip(images, recognizer.logits(images), strict=True):
        values = network.values(image)
        np.testing.assert_array_equal(values[network.image][0], image)
        np.testing.assert_allclose(values[network.logits][0], expected, atol=1e-4)


def test_weights_are_constant_and_what_depends_on_the_image_is_not(images):
    network = LiteRTGraph(load_bundle())
    one, other = network.values(images[0]), network.values(images[1])
    assert one.keys() == other.keys()
    for tensor in one:
        if network.constant(tensor) is not None:
            np.testing.assert_array_equal(one[tensor], other[tensor])
    assert network.constant(network.image) is None
    assert network.constant(network.logits) is None


def test_the_operations_lead_from_the_image_to_the_logits():
    network = LiteRTGraph(load_bundle())
    tensor, passed = network.logits, 0
    while (producer := network.producer(tensor)) is not None:
        assert producer in network.consumers(producer.inputs[0])
        tensor, passed = producer.inputs[0], passed + 1
    assert tensor == network.image
    assert passed == len(network.operations)


def test_many_threads_may_look_at_once(images):
    network = LiteRTGraph(load_bundle())
    alone = [network.values(image)[network.logits] for image in images]
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda n: network.values(images[n % 3])[network.logits], range(60))
        for number, logits in enumerate(found):
            np.testing.assert_array_equal(logits, alone[number % 3])


@pytest.mark.parametrize("content", [b"", b"TFL3", bytes(500)])
def test_what_is_no_model_is_refused(content):
    with pytest.raises(BundleError, match="cannot be taken apart"):
        LiteRTGraph(dataclasses.replace(load_bundle("cnn"), model=content))
