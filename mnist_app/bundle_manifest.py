"""The manifest of a bundle, ``bundle.json``: its format, recipe, settings and checksums.

Format 5 records every field of `mnist_app.reading_settings.ReadingSettings`. Older formats lack
some: format 1 has temperature and acceptance threshold, format 2 adds the number of shifted copies
as ``views``, format 4 rotated copies as ``second_look``. Since format 3 ``model.tflite`` makes the
shifted copies itself.
"""

import json
from dataclasses import dataclass
from typing import Any, Final

from mnist_app.augmented_copies import COUNTS
from mnist_app.checked_json import REMEDY, decode, encode, parse_object
from mnist_app.errors import BundleError
from mnist_app.reading_settings import DecoderWeights, ReadingSettings, RotatedCopies

FORMAT_VERSION: Final = 5
MANIFEST: Final = "bundle.json"
_COPIES_IN_MODEL: Final = 3
"""First format whose ``model.tflite`` makes the shifted copies itself."""
_ALL_SETTINGS: Final = 5
"""First format that records all settings."""


@dataclass(frozen=True)
class Manifest:
    """A checked manifest; ``sha256`` has the checksum of each other file as hexadecimal digits."""

    recipe: str
    settings: ReadingSettings
    sha256: dict[str, str]


@dataclass(frozen=True)
class _Fields:
    """The keys of format 5."""

    recipe: str
    temperature: float
    acceptance_threshold: float
    shifted_copies: int
    copies_in_model: bool
    rotated_copies: RotatedCopies | None
    decoder_weights: dict[str, float]
    sha256: dict[str, str]


def read_manifest(content: bytes, name: str) -> Manifest:
    """Return the manifest in ``content`` of the bundle ``name``.

    Raises `BundleError` if it is damaged, of another app or of a newer version of this one.
    """
    file = f"{MANIFEST} of the model bundle “{name}”"
    values = parse_object(content, file)
    version = values.get("format_version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise BundleError(f"“{name}” is not a model bundle of this app. {REMEDY}")
    if version > FORMAT_VERSION:
        raise BundleError(
            f"The model bundle “{name}” was made by a newer version of this app "
            f"(format {version}; this one reads up to {FORMAT_VERSION}). Update the app."
        )
    if version < _ALL_SETTINGS:
        values = _upgraded(values, version)
    fields = decode(_Fields, values, file)
    for setting, is_possible in _checks(fields).items():
        if not is_possible:
            raise BundleError(f"{file} has an impossible “{setting}”. {REMEDY}")
    settings = ReadingSettings(
        temperature=fields.temperature,
        acceptance_threshold=fields.acceptance_threshold,
        shifted_copies=fields.shifted_copies,
        copies_in_model=fields.copies_in_model,
        rotated_copies=fields.rotated_copies,
        decoder_weights=DecoderWeights(**fields.decoder_weights),
    )
    return Manifest(fields.recipe, settings, fields.sha256)


def manifest_text(manifest: Manifest) -> str:
    """Return the text of ``bundle.json``, format 5."""
    values = {
        "format_version": FORMAT_VERSION,
        "recipe": manifest.recipe,
        **encode(manifest.settings),
        "decoder_weights": manifest.settings.decoder_weights._asdict(),
        "sha256": manifest.sha256,
    }
    return json.dumps(values, indent=2) + "\n"


def _upgraded(values: dict[str, Any], version: int) -> dict[str, Any]:
    """Return the JSON object of an older format with the keys of format 5."""
    rotated: Any = values.get("second_look", False)
    if isinstance(rotated, bool):
        rotated = encode(RotatedCopies()) if rotated else None
    elif rotated is None:
        rotated = "null"  # neither true nor false
    return {
        **values,
        "shifted_copies": values.get("views", 1),
        "copies_in_model": version >= _COPIES_IN_MODEL,
        "rotated_copies": rotated,
        "decoder_weights": DecoderWeights()._asdict(),
    }


def _checks(fields: _Fields) -> dict[str, bool]:
    """Return for each setting whether its value is possible."""
    rotated = fields.rotated_copies or RotatedCopies()
    return {
        "temperature": fields.temperature > 0,
        "acceptance_threshold": 0 <= fields.acceptance_threshold <= 1,
        "shifted_copies": fields.shifted_copies in COUNTS,
        "rotated_copies": 0 <= rotated.weight <= 1
        and 0 <= rotated.ambiguous_above <= rotated.ambiguous_below <= 1,
        "decoder_weights": fields.decoder_weights.keys() == set(DecoderWeights._fields),
    }
