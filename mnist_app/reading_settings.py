"""Settings that were fitted for one model and belong to its bundle."""

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
class ReadingSettings:
    """Everything besides its network that a model is read with.

    ``temperature`` divides the logits. A reading is accepted if its score, from 0 to 1, reaches
    ``acceptance_threshold``.
    """

    temperature: float
    acceptance_threshold: float
    decoder_weights: DecoderWeights = field(default_factory=DecoderWeights)
