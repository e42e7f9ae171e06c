"""A model that a class has taught: a shipped one with another last layer, as a few kilobytes."""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np

from mnist_app.arrays import DIGITS, Floats
from mnist_app.bundle import Bundle, check_new_name, load_bundle, sha256, shipped_folder
from mnist_app.calibration import TEMPERATURE_BOUNDS
from mnist_app.checked_json import decode, encode, parse_object
from mnist_app.errors import BundleError, TeachingError
from mnist_app.feature_network import FeatureNetwork
from mnist_app.reading_settings import ReadingSettings
from mnist_app.recognizer import Recognizer
from mnist_app.words import mark

FORMAT: Final = 1
MAXIMUM_BYTES: Final = 100_000
"""Maximum size of a taught model; that of cnn takes 7 kB."""
MAXIMUM_WEIGHT: Final = 1_000.0
"""Maximum absolute weight of a last layer; those of cnn are below 1. Larger ones, which nobody has
taught, would make logits infinite."""
_DAMAGED: Final = mark("This taught model is damaged. Teach it again.")


@dataclass(frozen=True)
class TeachingOptions:
    """How a model is taught.

    ``rehearse``: MNIST's images are rehearsed, so that they are not forgotten. ``bend``: bent
    copies of the drawings are learned, too. ``seed`` decides everything random.
    """

    rehearse: bool = True
    bend: bool = True
    seed: int = 0


@dataclass(frozen=True)
class _TaughtFields:
    """The JSON object; ``weights`` are float32, little-endian, in base64."""

    format: int
    base: str
    base_sha256: str
    weights: str
    temperature: float
    acceptance_threshold: float
    teachers: tuple[int, ...]
    options: TeachingOptions


@dataclass(frozen=True, eq=False)
class TaughtLayer:
    """A last layer for the bundle ``base``, whose LiteRT model has the checksum ``base_sha256``.

    ``weights`` is float32 (d + 1, 10), see `mnist_app.feature_network`. ``teachers`` are the
    numbers of the pupils from whose drawings it has learned.
    """

    base: str
    base_sha256: str
    weights: Floats
    temperature: float
    acceptance_threshold: float
    teachers: tuple[int, ...]
    options: TeachingOptions

    def to_bytes(self) -> bytes:
        """Return the model as JSON text."""
        weights = base64.b64encode(self.weights.astype("<f4").tobytes()).decode()
        fields = _TaughtFields(**{**vars(self), "format": FORMAT, "weights": weights})
        return json.dumps(encode(fields)).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Return the model in ``content``. Raises `TeachingError` if it is not whole."""
        if len(content) > MAXIMUM_BYTES:
            raise TeachingError(_DAMAGED)
        try:
            fields = decode(_TaughtFields, parse_object(content, "model"), "model")
            values = np.frombuffer(base64.b64decode(fields.weights, validate=True), "<f4")
            weights = values.reshape(-1, DIGITS).astype(np.float32)
            check_new_name(fields.base)  # never a path
        except (BundleError, binascii.Error, ValueError) as error:
            raise TeachingError(_DAMAGED) from error
        if fields.format != FORMAT:
            raise TeachingError(
                "This model was taught with another version of the app. Teach it again."
            )
        low, high = TEMPERATURE_BOUNDS
        fits = low <= fields.temperature <= high and 0 <= fields.acceptance_threshold <= 1
        if not fits or not (np.abs(weights) <= MAXIMUM_WEIGHT).all():  # not so if it is no number
            raise TeachingError(_DAMAGED)
        known = {name: value for name, value in vars(fields).items() if name != "format"}
        return cls(**{**known, "weights": weights})

    def settings(self, base: Bundle) -> ReadingSettings:
        """Return the settings of ``base`` with this model's temperature and threshold."""
        return replace(
            base.settings,
            temperature=self.temperature,
            acceptance_threshold=self.acceptance_threshold,
        )

    def recognizer(self, base: Bundle) -> "TaughtRecognizer":
        """Return what reads with this model; ``base`` is the bundle that it was made from.

        Raises `TeachingError` if ``base`` is another bundle, or another version of it.
        """
        return TaughtRecognizer(self, base)


class TaughtRecognizer(Recognizer):
    """Reads digits with a taught model, in every way that a `Recognizer` does.

    Its bundle is the base's with another network, temperature and threshold. The report and the
    misread images in it are still the base's.
    """

    def __init__(self, taught: TaughtLayer, base: Bundle) -> None:
        """See `TaughtLayer.recognizer`."""
        network = FeatureNetwork(base)
        if (
            sha256(base.model) != taught.base_sha256
            or network.weights.shape != taught.weights.shape
        ):
            raise TeachingError(
                "This model was taught on top of another version of “{base}” than the one here. "
                "Teach it again.",
                base=taught.base,
            )
        model = network.model_with(taught.weights)
        # the file for the browser ends in the last layer's weights, in the same order
        tail = taught.weights.astype("<f2").tobytes()
        browser = base.browser_network[: -len(tail)] + tail
        settings = taught.settings(base)
        own = replace(
            base, model=model, browser_network=browser, settings=settings, film_bytes=None
        )
        super().__init__(own)
        self.taught: Final = taught

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how pickle makes an equal one: by loading the base anew."""
        name, folder = self.bundle.name, self.bundle.folder.absolute()
        source = name if folder == shipped_folder() / name else folder
        return _read_again, (self.taught.to_bytes(), source)


def _read_again(content: bytes, base: Any) -> TaughtRecognizer:
    return TaughtLayer.from_bytes(content).recognizer(load_bundle(base))
