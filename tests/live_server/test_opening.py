"""The files that the page loads first are small on a real server, and its guard goes on holding."""

import gzip
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from streamlit import file_util

from benchmarks.app_server import AppServer
from mnist_app.server.static_files import SMALL_FONTS

FIRST_LOAD_BYTES = 560_000
"""Maximum length of what the first page names: 0.54 MB with Streamlit 1.67."""


def get(url, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with urllib.request.urlopen(urllib.request.Request(url, headers=named), timeout=30) as reply:
        return reply.headers, reply.read()


@pytest.mark.slow
def test_the_page_loads_little_and_each_file_is_the_packages_or_our_small_font():
    folder = Path(file_util.get_static_dir())
    with AppServer() as server:
        _, page = get(server.url)
        total = len(page)
        for name in re.findall(r'"\./(static/[^"]+)"', page.decode()):
            headers, body = get(f"{server.url}/{name}", accept_encoding="gzip")
            total += len(body)
            is_compressed = headers["content-encoding"] == "gzip"
            assert is_compressed == name.endswith((".js", ".css"))
            plain = gzip.decompress(body) if is_compressed else body
            small = [font for start, font in SMALL_FONTS.items() if f"/{start}." in name]
            is_own = plain == (small[0] if small else folder / name).read_bytes()
            assert is_own, name
        assert total <= FIRST_LOAD_BYTES
        assert get(f"{server.url}/{name}")[1] == plain
        with pytest.raises(urllib.error.HTTPError, match="421"):
            get(f"{server.url}/{name}", accept_encoding="gzip", host="elsewhere.example")
        assert "Traceback" not in server.log()
