"""Settings that were fitted for one model and belong to its bundle.

The defaults are the settings with which bundles of the formats 1 to 4, which do not record them,
are read. They were fitted for the shipped model ``best``.
"""

from dataclasses import dataclass, field
from typing import NamedTuple


class DecoderWeights(NamedTuple):
    """Weights of the features of `mnist_app.segmentation.decoder`, or the features themselves.

    The defaults were fitted by `benchmarks.decoder_weights`.
    """

    bias: float = -0.72
    log_confidence: float = 1.44
    accepted: float = 3.0
    cut: float = -1.46
    gap: float = -0.42
    length: float = -0.55
    height: float = -0.57
    components: float = 0.84


@dataclass(frozen=True)
class RotatedCopies:
    """How rotated copies of an ambiguous image take part in deciding whether it is a digit.

    ``degrees`` is the rotation to either side. ``weight``, from 0 to 1, is the share of the mean
    of the copies' logits, the rest is the image's own. An image is ambiguous if its own
    probability of a digit lies between ``ambiguous_above`` and ``ambiguous_below``: of 47,000
    held-out images, of digits and of other drawings, the copies changed no other decision.
    """

    degrees: float = 25.0
    weight: float = 0.4
    ambiguous_above: float = 0.1
    ambiguous_below: float = 0.995


@dataclass(frozen=True)
class ReadingSettings:
    """Everything besides its network that a model is read with.

    ``temperature`` divides the logits. A reading is accepted if its score, from 0 to 1, reaches
    ``acceptance_threshold``. Logits are the mean over ``shifted_copies`` of an image, see
    `mnist_app.augmented_copies`: ``model.tflite`` makes the copies itself if ``copies_in_model``.
    """

    temperature: float
    acceptance_threshold: float
    shifted_copies: int = 1
    copies_in_model: bool = True
    rotated_copies: RotatedCopies | None = None
    decoder_weights: DecoderWeights = field(default_factory=DecoderWeights)
