"""The manifest: settings as recorded; other formats and impossible values are refused."""

import dataclasses
import json

import pytest

from mnist_app.bundle import load_bundle, shipped_names
from mnist_app.bundle_manifest import FORMAT_VERSION, Manifest, manifest_text, read_manifest
from mnist_app.errors import BundleError
from mnist_app.reading_settings import DecoderWeights, ReadingSettings

MANIFEST = Manifest("tiny", ReadingSettings(1.5, 0.8), {"a": "0"})
NOW = json.loads(manifest_text(MANIFEST))


def read(values):
    return read_manifest(json.dumps(values).encode(), "mine")


def test_what_was_written_is_read():
    weights = DecoderWeights(*(float(index) for index in range(8)))
    settings = ReadingSettings(2.0, 0.25, weights)
    for manifest in (MANIFEST, dataclasses.replace(MANIFEST, settings=settings)):
        assert read_manifest(manifest_text(manifest).encode(), "mine") == manifest


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_bundles_record_all_settings(name):
    bundle = load_bundle(name)
    values = json.loads((bundle.folder / "bundle.json").read_text(encoding="utf-8"))
    assert values["format_version"] == FORMAT_VERSION
    assert values.keys() == NOW.keys()


@pytest.mark.parametrize(
    "content",
    [
        *[b"", b"{", b"[]", b"3", b"\xff\xfe", b"{}", b"[" * 9999],
        *[b'{"format_version": %s}' % version for version in (b'"6"', b"0", b"true", b"6.0")],
    ],
)
def test_a_foreign_manifest_is_refused(content):
    with pytest.raises(BundleError, match="“mine”"):
        read_manifest(content, "mine")


@pytest.mark.parametrize("version", [FORMAT_VERSION + 1, 99])
def test_a_newer_format_says_update(version):
    words = rf"“mine” .*newer version .*format {version}; .*format 7\)\. Update the app"
    with pytest.raises(BundleError, match=words):
        read({**NOW, "format_version": version})


@pytest.mark.parametrize("version", range(1, FORMAT_VERSION))
def test_an_older_format_says_train_again(version):
    words = rf"“mine” .*older version .*format {version}; .*format 7\)\. Train it again"
    for values in (NOW, {"temperature": 1.5, "views": 5}):
        with pytest.raises(BundleError, match=words):
            read({**values, "format_version": version})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("recipe", None), ("recipe", "\ud800")],
        *[("temperature", odd) for odd in (0, "1", float("nan"), float("inf"), 10**400)],
        *[("acceptance_threshold", odd) for odd in (-0.1, 1.1, False)],
        *[("sha256", odd) for odd in (None, [], {"model.keras": 1})],
        *[("decoder_weights", odd) for odd in (None, {}, [1.0] * 8)],
        ("decoder_weights", {**NOW["decoder_weights"], "unknown": 1.0}),
        ("decoder_weights", {**NOW["decoder_weights"], "bias": "1"}),
    ],
)
def test_impossible_values_are_refused(field, value):
    with pytest.raises(BundleError, match=f"“mine” .*“{field}"):
        read({**NOW, field: value})


@pytest.mark.parametrize("field", [key for key in NOW if key != "format_version"])
def test_a_missing_setting_is_named(field):
    with pytest.raises(BundleError, match=f"lacks “{field}”"):
        read({key: value for key, value in NOW.items() if key != field})
