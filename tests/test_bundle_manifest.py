"""Manifests of all formats: settings as recorded, or those with which older formats are read."""

import dataclasses
import json

import pytest

from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.bundle_manifest import FORMAT_VERSION, Manifest, manifest_text, read_manifest
from mnist_app.errors import BundleError
from mnist_app.reading_settings import DecoderWeights, ReadingSettings, RotatedCopies

OLD = {
    "recipe": "tiny",
    "temperature": 1.5,
    "acceptance_threshold": 0.8,
    "views": 5,
    "second_look": True,
    "sha256": {"model.keras": "0"},
}
MANIFEST = Manifest("tiny", ReadingSettings(1.5, 0.8, 5, True, RotatedCopies()), {"a": "0"})
NOW = json.loads(manifest_text(MANIFEST))


def read(values):
    return read_manifest(json.dumps(values).encode(), "mine")


def test_what_was_written_is_read():
    weights = DecoderWeights(*(float(index) for index in range(8)))
    settings = ReadingSettings(2.0, 0.25, 1, False, RotatedCopies(20.0, 0.3, 0.2, 0.9), weights)
    for manifest in (MANIFEST, dataclasses.replace(MANIFEST, settings=settings)):
        assert read_manifest(manifest_text(manifest).encode(), "mine") == manifest


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_bundles_record_all_settings(name):
    bundle = load_bundle(name)
    values = json.loads((bundle.folder / "bundle.json").read_text(encoding="utf-8"))
    assert values["format_version"] == FORMAT_VERSION
    assert values.keys() == NOW.keys()


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_older_formats_are_read_with_the_settings_of_their_time(version):
    """Format 2 came with shifted copies, 3 with a model that makes them, 4 with rotated copies."""
    values = {**OLD, "format_version": version}
    if version < 4:
        del values["second_look"]
    if version < 2:
        del values["views"]
    assert read(values).settings == ReadingSettings(
        temperature=1.5,
        acceptance_threshold=0.8,
        shifted_copies=5 if version >= 2 else 1,
        copies_in_model=version >= 3,
        rotated_copies=RotatedCopies(25.0, 0.4, 0.1, 0.995) if version == 4 else None,
        decoder_weights=DecoderWeights(-0.72, 1.44, 3.0, -1.46, -0.42, -0.55, -0.57, 0.84),
    )


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"3", b"\xff\xfe", b"{}", b'{"format_version": "1"}', b"[" * 9999]
)
def test_a_foreign_manifest_is_refused(content):
    with pytest.raises(BundleError, match="“mine”"):
        read_manifest(content, "mine")


def test_a_newer_format_says_update():
    with pytest.raises(BundleError, match=r"newer version .*Update the app"):
        read({**NOW, "format_version": FORMAT_VERSION + 1})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("format_version", 0), ("format_version", True), ("recipe", None), ("recipe", "\ud800")],
        *[("temperature", odd) for odd in (0, "1", float("nan"), float("inf"), 10**400)],
        *[("acceptance_threshold", odd) for odd in (-0.1, 1.1, False)],
        *[("sha256", odd) for odd in (None, [], {"model.keras": 1})],
    ],
)
def test_impossible_values_are_refused_in_every_format(field, value):
    for values in ({**OLD, "format_version": 4}, NOW):
        with pytest.raises(BundleError, match="“mine”"):
            read({**values, field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("views", odd) for odd in (2, True, "5", None, [1])],
        *[("second_look", odd) for odd in (1, None, "true", [])],
    ],
)
def test_impossible_values_of_format_4_are_refused(field, value):
    with pytest.raises(BundleError, match="“mine”"):
        read({**OLD, "format_version": 4, field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("shifted_copies", odd) for odd in (2, True, "5", None, [1])],
        *[("copies_in_model", odd) for odd in (1, None, "true")],
        *[("rotated_copies", odd) for odd in (True, [], 25.0)],
        ("rotated_copies", {**NOW["rotated_copies"], "weight": 1.5}),
        ("rotated_copies", {**NOW["rotated_copies"], "ambiguous_above": 0.999}),
        *[("decoder_weights", odd) for odd in (None, {}, [1.0] * 8)],
        ("decoder_weights", {**NOW["decoder_weights"], "unknown": 1.0}),
        ("decoder_weights", {**NOW["decoder_weights"], "bias": "1"}),
    ],
)
def test_impossible_values_of_format_5_are_refused(field, value):
    with pytest.raises(BundleError, match=f"“{field}"):
        read({**NOW, field: value})


@pytest.mark.parametrize("field", [key for key in NOW if key != "format_version"])
def test_format_5_lacks_nothing(field):
    with pytest.raises(BundleError, match=f"lacks “{field}”"):
        read({key: value for key, value in NOW.items() if key != field})
