"""Streamlit's scripts and fonts are sent small; everything else is passed on."""

import asyncio
import gzip
import re
from pathlib import Path

import pytest
import streamlit
from streamlit import config, file_util

from mnist_app.server import limits, static_files
from mnist_app.server.static_files import (
    ICONS,
    LETTERS,
    SMALL_FONTS,
    STREAMLIT_OF_FONTS,
    StaticFiles,
    accepts_gzip,
)
from tests.server.asgi import Recorder, call, run, scope

ROOT = Path(__file__).resolve().parents[2]
STATIC = Path(file_util.get_static_dir()) / "static"
SCRIPT = max((STATIC / "js").glob("index.*.js"), key=lambda path: path.stat().st_size)
STYLE = next((STATIC / "css").glob("index.*.css"))
FONT = next((STATIC / "media").glob("MaterialSymbols-Rounded.*.woff2"))
OTHER_FONT = next((STATIC / "media").glob("SourceSansVF-Italic.*.woff2"))


def path_of(file):
    return f"/static/{file.relative_to(STATIC).as_posix()}"


def ask(path, method="GET", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {**scope(path=path, **{"accept-encoding": "gzip, deflate", **named}), "method": method}


def answer(app, asked):
    """Return status, headers and body of the answer."""
    start, *parts = run(app, asked)
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, b"".join(part["body"] for part in parts)


def compressed(app, asked):
    return answer(app, asked)[1].get("content-encoding") == "gzip"


@pytest.mark.parametrize(("file", "kind"), [(SCRIPT, "javascript"), (STYLE, "css")])
def test_a_script_is_the_same_but_small(file, kind):
    status, headers, body = answer(StaticFiles(Recorder()), ask(path_of(file)))
    assert status == 200
    assert gzip.decompress(body) == file.read_bytes()
    assert int(headers["content-length"]) == len(body) < file.stat().st_size / 2
    assert headers["content-type"] == f"text/{kind}; charset=utf-8"
    assert headers["content-encoding"] == "gzip"
    assert headers["vary"] == "Accept-Encoding"
    assert headers["cache-control"] == "public, immutable, max-age=31536000"


def test_a_file_is_compressed_once_for_all_and_never_beside_another(monkeypatch):
    begun, ended, compress = [], [], static_files.compress

    def watched(file):
        assert begun == ended
        begun.append(file)
        result = compress(file)
        ended.append(file)
        return result

    async def ask_at_once(app):
        asked = [ask(path_of(file)) for file in (SCRIPT, STYLE) for _ in range(5)]
        await asyncio.gather(*(call(app, one) for one in asked))

    monkeypatch.setattr(static_files, "compress", watched)
    asyncio.run(ask_at_once(StaticFiles(Recorder())))
    assert ended == [SCRIPT, STYLE]


def test_a_file_is_sent_in_pieces_for_clients_that_read_slowly():
    _, *parts = run(StaticFiles(Recorder()), ask(path_of(SCRIPT)))
    assert len(parts) > 2
    assert max(len(part["body"]) for part in parts) <= limits.FILE_PIECE_BYTES
    assert [part.get("more_body", False) for part in parts] == [True] * (len(parts) - 1) + [False]


@pytest.mark.parametrize("file", [SCRIPT, FONT])
def test_a_browser_that_has_the_file_gets_no_body(file):
    app = StaticFiles(Recorder())
    tag = answer(app, ask(path_of(file)))[1]["etag"]
    status, headers, body = answer(app, ask(path_of(file), if_none_match=f'"other", W/{tag}'))
    assert (status, body) == (304, b"")
    assert headers["etag"] == tag
    assert "content-length" not in headers
    assert answer(app, ask(path_of(file), if_none_match='"other"'))[0] == 200


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("deflate,gzip ; q=1.0", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0, br", False),
        ("gzip; q=0.00", False),
        ("x-gzip-like", False),
    ],
)
def test_only_who_accepts_it_gets_it_compressed(header, accepted):
    assert accepts_gzip(header) == accepted
    behind = Recorder()
    _, headers, _ = answer(StaticFiles(behind), ask(path_of(SCRIPT), accept_encoding=header))
    assert headers["vary"] == "Accept-Encoding"
    assert (headers.get("content-encoding") == "gzip") == accepted
    assert bool(behind.received) != accepted


def test_ranges_are_left_to_streamlit():
    behind = Recorder()
    assert not compressed(StaticFiles(behind), ask(path_of(SCRIPT), range="bytes=0-9"))
    assert behind.received


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/numbers",
        "/static/js/no-such-file.js",
        "/static/js/../../index.html",
        "/static/js//" + SCRIPT.name,
        "/static/js",
        "/media/picture.js",
        "/_stcore/upload_file/" + SCRIPT.name,
        path_of(OTHER_FONT),
        "/elsewhere" + path_of(SCRIPT),
    ],
)
def test_everything_else_is_passed_on_untouched(path):
    behind = Recorder()
    _, headers, _ = answer(StaticFiles(behind), ask(path))
    assert len(behind.received) == 1
    assert headers == {}


def test_other_requests_and_websockets_are_passed_on():
    behind = Recorder()
    answer(StaticFiles(behind), ask(path_of(SCRIPT), "POST"))
    message = {"type": "websocket.receive", "bytes": b"drawn"}
    run(StaticFiles(behind), scope("websocket", path_of(SCRIPT)), [message])
    assert behind.received[1:] == [b"drawn"]


def test_a_base_path_stands_before_the_files(monkeypatch):
    monkeypatch.setattr(config, "get_option", {"server.baseUrlPath": "/school/"}.__getitem__)
    app = StaticFiles(Recorder())
    assert compressed(app, ask("/school" + path_of(SCRIPT)))
    assert not compressed(app, ask(path_of(SCRIPT)))


@pytest.mark.parametrize("name", SMALL_FONTS)
def test_the_small_fonts_are_sent_for_the_version_that_they_were_made_for(name, monkeypatch):
    (font,) = (STATIC / "media").glob(f"{name}.*woff2")
    assert f"\nstreamlit=={STREAMLIT_OF_FONTS}\n" in (ROOT / "constraints.txt").read_text("utf-8")
    monkeypatch.setattr(streamlit, "__version__", STREAMLIT_OF_FONTS)
    status, headers, body = answer(StaticFiles(Recorder()), ask(path_of(font), accept_encoding=""))
    assert (status, body) == (200, SMALL_FONTS[name].read_bytes())
    assert (headers["content-type"], headers["cache-control"]) == ("font/woff2", "no-cache")
    monkeypatch.setattr(streamlit, "__version__", "1.99.0")
    behind = Recorder()
    answer(StaticFiles(behind), ask(path_of(font)))
    assert behind.received


def test_the_letters_are_those_of_our_texts():
    """Where it fails, run ``scripts/small-fonts``."""
    known = set(LETTERS.with_suffix(".txt").read_text("utf-8"))
    texts = "".join(file.read_text("utf-8") for file in (ROOT / "mnist_app").rglob("*.po"))
    assert {sign for sign in texts if sign.isalnum()} <= known
    assert set("0123456789 %.,;:!?-–“”„‘’…×→−ÄÖÜäöüß") <= known


def test_the_icons_are_all_that_streamlit_and_the_pages_name():
    """Where it fails, run ``scripts/small-fonts``."""
    streamlits = {name for file in (STATIC / "js").glob("*.js") for name in named(file)}
    ours = {name for file in (ROOT / "mnist_app").rglob("*.py") for name in named(file)}
    known = set(ICONS.with_suffix(".txt").read_text("utf-8").split())
    assert ours <= known
    if streamlit.__version__ == STREAMLIT_OF_FONTS:
        assert streamlits - {"star_filled"} <= known  # which the whole font lacks, too


def named(file):
    return re.findall(r":material/(\w+)", file.read_text(encoding="utf-8"))
