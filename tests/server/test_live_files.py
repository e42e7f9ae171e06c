"""Script and weights for the reading in the browser have names that say their content."""

import dataclasses
import gzip
import shutil

import pytest

from mnist_app import live_reading
from mnist_app.bundle import load_bundle, shipped_folder
from mnist_app.server import live_files
from mnist_app.server.live_files import LiveFiles
from tests.server.asgi import Recorder, run, scope


def answer(path, **headers):
    """Return status, headers and body of the answer; None where the request is passed on."""
    behind = Recorder()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    start, *parts = run(LiveFiles(behind), {**scope(path=path, **named), "method": "GET"})
    if behind.received:
        return None
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], found, b"".join(part["body"] for part in parts)


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_the_script_is_served_and_kept(accepted):
    status, headers, body = answer(live_files.script_url(), accept_encoding=accepted)
    assert status == 200
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]
    if accepted == "gzip":
        assert headers["content-encoding"] == "gzip"
        body = gzip.decompress(body)
    assert body == live_reading.worker_script()
    assert b"KERNEL_WASM" not in body


def test_the_weights_of_a_model_are_served_and_kept():
    bundle = load_bundle("cnn-tuned")
    status, headers, body = answer(live_files.weights_url(bundle))
    assert (status, body) == (200, bundle.browser_network)
    assert "immutable" in headers["cache-control"]
    assert answer(live_files.weights_url(bundle), if_none_match=headers["etag"])[0] == 304


def test_the_first_use_is_small():
    urls = (live_files.script_url(), live_files.weights_url(load_bundle("best")))
    assert sum(len(answer(url, accept_encoding="gzip")[2]) for url in urls) < 700_000


@pytest.mark.parametrize(
    "name",
    ["best-0123456789abcdef.bin", "best.bin", "../best-00.bin", "none-00.bin", "reader-00.js", ""],
)
def test_what_is_not_there_is_passed_on(name):
    assert answer(f"/live/{name}") is None


def test_weights_that_were_replaced_are_not_sent_under_the_old_name(monkeypatch, tmp_path):
    live_files._shipped_weights.cache_clear()
    shutil.copytree(shipped_folder() / "cnn-tuned", tmp_path / "cnn-tuned")
    monkeypatch.setattr("mnist_app.bundle.shipped_folder", lambda: tmp_path)
    url = live_files.weights_url(load_bundle("cnn-tuned"))
    shutil.rmtree(tmp_path / "cnn-tuned")
    shutil.copytree(shipped_folder() / "dense-128", tmp_path / "cnn-tuned")
    assert answer(url) is None


def test_offered_weights_are_served_until_others_take_their_place(monkeypatch):
    monkeypatch.setattr(live_files, "MAXIMUM_OFFERED", 2)
    base = load_bundle("cnn-tuned")
    first, second, third = (
        dataclasses.replace(base, browser_network=bytes([number]) * 100) for number in range(3)
    )
    for bundle in (first, second, first, third):
        live_files.offer(bundle)
    assert answer(live_files.weights_url(second)) is None
    for bundle in (first, third):
        status, _, body = answer(live_files.weights_url(bundle))
        assert (status, body) == (200, bundle.browser_network)
    assert answer(live_files.weights_url(base))[2] == base.browser_network
