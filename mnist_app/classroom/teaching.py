"""Teaches a model with a class's drawings: its last layer learns anew, all else stays.

The last layer is a softmax regression on the features of an image. It starts from the bundle's
weights and is held to them by a ridge. It learns from the drawings, from bent copies of them, and
from images of MNIST, so that those are not forgotten. The constants were chosen on the pen digits
of writers 1 to 16 (half taught, half tested); `benchmarks.class_lesson` measures the result.
Forgetting was then compared on MNIST's held-back images, too: 1 to 4 rehearsed images a drawing and
ridges from 1 to 10 differ by 0.2 points of the pupils who test, and by 0.4 points of MNIST.
"""

from collections.abc import Callable, Collection
from typing import Final

import numpy as np

from mnist_app.arrays import Floats, Labels, Mask
from mnist_app.bundle import Bundle, sha256
from mnist_app.calibration import ACCEPTED_SHARE, fit_temperature, fit_threshold
from mnist_app.classroom import softmax_regression
from mnist_app.classroom.class_drawings import ClassDrawings
from mnist_app.classroom.taught_layer import TaughtLayer, TeachingOptions
from mnist_app.confidence import digit_scores
from mnist_app.errors import TeachingError
from mnist_app.feature_network import FeatureNetwork, with_bias
from mnist_app.preprocessing.augment import Distortion, augment
from mnist_app.teaching_data import LabelledFeatures

Progress = Callable[[float], None]
"""Is called with the share that is done, 0 to 1. What it raises ends the work."""

REHEARSED_PER_DRAWING: Final = 2
"""MNIST images rehearsed for each drawing that teaches, as far as the bundle has them. With fewer
the model forgets more, with more it learns less."""
MINIMUM_REHEARSED: Final = 1000
"""Minimum number of MNIST images rehearsed, which few drawings need as well."""
COPIES: Final = 10
"""Bent copies of each drawing. They and the drawing count as much as one MNIST image together."""
BENDS: Final = Distortion(
    turn_degrees=10.0, slant=0.15, zoom=0.1, shift_pixels=1.0, bend_pixels=0.5
)
"""How much a copy is bent at most: as the training images of the model “best”."""
RIDGE: Final = 3.0
"""Strength of the ridge towards the bundle's weights, in drawings."""
USUAL_STEPS: Final = 100
"""Optimisation steps of 600 to 1,900 drawings, for the progress alone."""
FEATURES_SHARE: Final = 0.6
"""Share of the time that the features take, for the progress alone."""


class Teacher:
    """A bundle and the drawings of a class, ready to be taught by any of its pupils.

    ``features`` is float32 (n, 1 + copies, d + 1): those of each drawing, with a bias of 1, and of
    its bent copies; those of copies of drawings that do not teach are 0.
    """

    def __init__(
        self,
        bundle: Bundle,
        drawings: ClassDrawings,
        teachers: Collection[int],
        options: TeachingOptions,
        progress: Progress | None = None,
    ) -> None:
        """Compute the features of ``drawings``, and of bent copies of those by ``teachers``.

        Raises `BundleError` if the bundle cannot be taught.
        """
        self.bundle: Final = bundle
        self.drawings: Final = drawings
        self.options: Final = options
        self.mnist: Final = bundle.teaching()
        self._network: Final = FeatureNetwork(bundle)
        self.features: Final = self._features_of_class(drawings.by(teachers), progress)

    @property
    def present_weights(self) -> Floats:
        """The weights (d + 1, 10) of the bundle's last layer."""
        return self._network.weights

    def teach(self, teachers: Collection[int], progress: Progress | None = None) -> TaughtLayer:
        """Return the model that ``teachers``, among those given at first, teach.

        Raises `TeachingError` if none of the drawings is by them.
        """
        rows = self.drawings.by(teachers)
        if not rows.any():
            raise TeachingError(
                "None of the pupils who are to teach has drawn anything. Choose others."
            )
        features, labels, importance = self._lessons(rows)

        def after_step(step: int) -> None:
            if progress:
                progress(min(step / USUAL_STEPS, 1.0))

        weights = softmax_regression.fit(
            self.present_weights, features, labels, importance, ridge=RIDGE, after_step=after_step
        )
        temperature, threshold = _calibration(weights, self.mnist.held_back)
        return TaughtLayer(
            base=self.bundle.name,
            base_sha256=sha256(self.bundle.model),
            weights=weights,
            temperature=temperature,
            acceptance_threshold=threshold,
            teachers=tuple(np.unique(self.drawings.pupils[rows]).tolist()),
            options=self.options,
        )

    def _features_of_class(self, teaching: Mask, progress: Progress | None) -> Floats:
        """Return `features`. A drawing's copies depend on the seed and its position alone."""
        drawings, copies = self.drawings, COPIES if self.options.bend else 0
        width = len(self.present_weights)
        found = np.zeros((len(drawings), 1 + copies, width), np.float32)
        for index, image in enumerate(drawings.images):
            images = image[np.newaxis]
            if teaching[index] and copies:
                random = np.random.default_rng((self.options.seed, index))
                bent = augment(images.repeat(copies, axis=0), BENDS, random)
                images = np.concatenate([images, bent])
            found[index, : len(images)] = with_bias(self._network.features(images))
            if progress:
                progress((index + 1) / len(drawings))
        return found

    def _lessons(self, rows: Mask) -> tuple[Floats, Labels, Floats]:
        """Return features, labels and importance of all that the drawings ``rows`` teach."""
        labels = self.drawings.labels[rows]
        count, each = len(labels), self.features.shape[1]
        features = [self.features[rows].reshape(count * each, -1)]
        every_label = [labels.repeat(each)]
        importance = [np.full(count * each, 1 / each, np.float32)]
        if self.options.rehearse:
            rehearsed = self.mnist.rehearsal
            images = max(REHEARSED_PER_DRAWING * count, MINIMUM_REHEARSED)
            features.append(with_bias(rehearsed.features[:images]))
            every_label.append(rehearsed.labels[:images])
            importance.append(np.ones(len(every_label[-1]), np.float32))
        return np.concatenate(features), np.concatenate(every_label), np.concatenate(importance)


def _calibration(weights: Floats, held_back: LabelledFeatures) -> tuple[float, float]:
    """Return temperature and acceptance threshold, fitted as those of a new bundle are.

    That is on MNIST images that were held back from training and from rehearsal, never on pupils.
    """
    logits = with_bias(held_back.features) @ weights
    temperature = fit_temperature(logits, held_back.labels)
    return temperature, fit_threshold(digit_scores(logits, temperature), ACCEPTED_SHARE)
