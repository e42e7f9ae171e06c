"""Every page of the app refers to the script that says when it cannot connect."""

import json
import re
from pathlib import Path

import pytest
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, HTMLResponse
from streamlit import file_util

from mnist_app import words
from mnist_app.server.connection_notice import TEXTS, ConnectionNotice
from tests.server.asgi import Recorder, run, scope

PAGE = Path(file_util.get_static_dir()) / "index.html"
REFERENCE = re.compile(r'<script async src="\./(notice/[0-9a-f]+\.js)"></script>')


def answer(response, path="/", method="GET", **headers):
    """Return status, headers and body of the answer, where the app behind gives ``response``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    asgi = {"spec_version": "2.4"}  # an answer does not wait for the visitor to leave
    asked = {**scope(path=path, **named), "method": method, "asgi": asgi}
    start, *parts = run(ConnectionNotice(response), asked)
    given = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], given, b"".join(part.get("body", b"") for part in parts)


@pytest.mark.parametrize("path", ["/", "/about", "/class"])
def test_streamlits_page_has_a_reference_to_the_script_and_nothing_else_new(path):
    status, headers, body = answer(FileResponse(PAGE), path)
    assert status == 200
    assert int(headers["content-length"]) == len(body)
    assert headers["cache-control"] == "no-cache"
    text = body.decode()
    assert len(REFERENCE.findall(text)) == 1
    assert REFERENCE.sub("", text) == PAGE.read_text("utf-8")
    again = answer(FileResponse(PAGE), path, if_none_match=headers["etag"])
    assert (again[0], again[2]) == (304, b"")
    assert answer(FileResponse(PAGE), path, "HEAD")[1] == headers
    browser = {"accept": "text/html,*/*;q=0.8", "accept_encoding": "gzip, br"}
    assert answer(GZipMiddleware(FileResponse(PAGE)), path, **browser)[2] == body


def test_the_script_is_served_with_the_texts_in_all_languages():
    page = answer(FileResponse(PAGE))[2].decode()
    name = REFERENCE.search(page)[1]
    status, headers, body = answer(Recorder(), f"/{name}")
    assert status == 200
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]
    script = body.decode()
    texts = json.loads(re.search(r"const all = (\{.*\});", script)[1])
    assert texts["en"] == TEXTS
    assert set(texts) == set(words.LANGUAGES)
    used = re.findall(r"\bt\.([a-z]+)", script)
    assert set(used) == set(TEXTS)


@pytest.mark.parametrize("length", [10, PAGE.stat().st_size])
def test_other_answers_are_passed_on(length):
    other = "x" * length
    assert answer(HTMLResponse(other))[2].decode() == other
    missing = answer(HTMLResponse(PAGE.read_text("utf-8"), 404))
    assert missing[0] == 404
    assert not REFERENCE.search(missing[2].decode())
    assert answer(Recorder(), "/notice/other.js")[2] == b""
