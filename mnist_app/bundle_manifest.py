"""The manifest of a bundle, ``bundle.json``: its format, recipe, settings and checksums."""

import json
from dataclasses import dataclass
from typing import Final

from mnist_app.checked_json import REMEDY, decode, encode, parse_object
from mnist_app.errors import BundleError
from mnist_app.reading_settings import DecoderWeights, ReadingSettings

FORMAT_VERSION: Final = 7
MANIFEST: Final = "bundle.json"


@dataclass(frozen=True)
class Manifest:
    """A checked manifest; ``sha256`` has the checksum of each other file as hexadecimal digits."""

    recipe: str
    settings: ReadingSettings
    sha256: dict[str, str]


@dataclass(frozen=True)
class _Fields:
    """The keys besides the format's."""

    recipe: str
    temperature: float
    acceptance_threshold: float
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
        raise BundleError(
            "“{name}” is not a model bundle of this app. {remedy}",
            name=name,
            remedy=REMEDY,
        )
    if version > FORMAT_VERSION:
        raise BundleError(
            "The model bundle “{name}” was made by a newer version of this app (format {version}; "
            "this one reads format {format_version}). Update the app.",
            name=name,
            version=version,
            format_version=FORMAT_VERSION,
        )
    if version < FORMAT_VERSION:
        raise BundleError(
            "The model bundle “{name}” was made by an older version of this app (format "
            "{version}; this one reads format {format_version}). Train it again, or read it with "
            "that version.",
            name=name,
            version=version,
            format_version=FORMAT_VERSION,
        )
    fields = decode(_Fields, values, file)
    for setting, is_possible in _checks(fields).items():
        if not is_possible:
            raise BundleError(
                "{file} has an impossible “{setting}”. {remedy}",
                file=file,
                setting=setting,
                remedy=REMEDY,
            )
    settings = ReadingSettings(
        temperature=fields.temperature,
        acceptance_threshold=fields.acceptance_threshold,
        decoder_weights=DecoderWeights(**fields.decoder_weights),
    )
    return Manifest(fields.recipe, settings, fields.sha256)


def manifest_text(manifest: Manifest) -> str:
    """Return the text of ``bundle.json``."""
    values = {
        "format_version": FORMAT_VERSION,
        "recipe": manifest.recipe,
        **encode(manifest.settings),
        "decoder_weights": manifest.settings.decoder_weights._asdict(),
        "sha256": manifest.sha256,
    }
    return json.dumps(values, indent=2) + "\n"


def _checks(fields: _Fields) -> dict[str, bool]:
    """Return for each setting whether its value is possible."""
    return {
        "temperature": fields.temperature > 0,
        "acceptance_threshold": 0 <= fields.acceptance_threshold <= 1,
        "decoder_weights": fields.decoder_weights.keys() == set(DecoderWeights._fields),
    }
