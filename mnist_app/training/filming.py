"""Films a training: keeps the weights of some moments, and adds them to the bundle as its film."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from mnist_app.arrays import Floats
from mnist_app.bundle import Bundle
from mnist_app.bundle_publishing import amend
from mnist_app.litert_network import LiteRTNetwork
from mnist_app.litert_weights import weights_in, with_weights
from mnist_app.training.data.epochs import Split
from mnist_app.training.recipe import Recipe
from mnist_app.training.recipes import FILMED
from mnist_app.training_film import FILE, FilmWeights, TrainingFilm

Moments = dict[int, list[Floats]]
"""Weights by the number of training images that the network had seen, see `weights_of`."""


def can_be_filmed(recipe: Recipe) -> bool:
    """Tell whether the training of ``recipe`` is filmed.

    It takes validation images to measure the moments by, and layers that LiteRT keeps as they are.
    """
    is_measurable = recipe.validate_on != "test"
    return recipe.name in FILMED and is_measurable and not recipe.batch_normalisation


def moments(batches: int) -> frozenset[int]:
    """Return after how many of all ``batches`` weights are kept.

    Before the first, after the last, and always after half as many as at the moment after: a
    network changes most when it is new.
    """
    return frozenset(batches >> halvings for halvings in range(batches.bit_length() + 1))


def weights_of(model: Any) -> list[Floats]:
    """Return kernel and bias of each layer in the order of `litert_weights.with_weights`."""
    arrays = (np.asarray(one, np.float32) for one in model.trainable_weights)
    return [np.moveaxis(one, -1, 0) for one in arrays]  # Keras has the outputs last


def save(found: Moments, path: Path) -> None:
    """Write moments to a checkpoint's file. Raises OSError."""
    arrays = {
        f"{images}-{index}": values
        for images, weights in found.items()
        for index, values in enumerate(weights)
    }
    np.savez(path, allow_pickle=False, **arrays)


def load(path: Path) -> Moments:
    """Return the moments in a checkpoint's file. Raises OSError or ValueError."""
    found: Moments = {}
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            for name in arrays.files:  # in the order in which they were written
                found.setdefault(int(name.partition("-")[0]), []).append(arrays[name])
    except (zipfile.BadZipFile, EOFError) as error:
        raise ValueError(f"{path.name} is damaged") from error
    return found


def add_film(bundle: Bundle, found: Moments, images: Split) -> TrainingFilm:
    """Publish ``bundle`` again with the film of a training by its recipe, and return the film.

    ``found`` are the moments of that training, ``images`` its images. Raises `BundleError` or
    `OSError` as `amend` does.
    """
    kept = list(found.values())
    ends = zip(kept[-1], weights_in(bundle.model), strict=True)
    if all(np.array_equal(one.ravel(), other) for one, other in ends):
        kept.pop()
    weights = FilmWeights.quantised(kept)
    networks = [with_weights(bundle.model, weights.at(moment)) for moment in range(len(kept))]
    if len(kept) < len(found):
        networks.append(bundle.model)
    film = TrainingFilm(
        images=np.array(list(found), np.int64),
        right=np.array([_count_right(one, bundle.name, images) for one in networks], np.int64),
        validation=len(images.validation_labels),
        weights=weights,
    )
    amend(bundle, film=film)
    return film


def _count_right(network: bytes, name: str, images: Split) -> int:
    """Return how many validation images the LiteRT model ``network`` reads right."""
    logits = LiteRTNetwork(network, FILE, name).logits(images.validation_images)
    return int((logits.argmax(axis=1) == images.validation_labels).sum())
