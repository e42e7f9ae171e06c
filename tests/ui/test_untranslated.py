"""No page shows a text past the catalogues.

The pages are shown in a language whose translation of a text is the text in brackets: words outside
of brackets are written past the catalogues, or kept from another language.
"""

import gettext
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import pytest

from mnist_app import words
from mnist_app.bundle import shipped_names
from mnist_app.ui import photo_upload
from mnist_app.ui.canvas.canvas_spec import DIGIT, NUMBER
from tests.drawings import drawn, strokes_of
from tests.ui.classroom import small_class
from tests.ui.classroom.conftest import store  # noqa: F401 (a fixture)
from tests.ui.page_runner import page_at

PSEUDO = "qps"
SEVEN = strokes_of(7, left=70, top=60, size=200, brush=22)
SCRAWL = [
    stroke for digit in (4, 7) for stroke in strokes_of(digit, left=20, top=20, size=280, brush=9)
]
NOT_SHOWN = re.compile(
    r"id|key|type|url|icon|name|width|.*_(name|content|key|id|type|url|format|mode)|code_text|language|autocomplete|format|element|theme"
)
"""Fields of Streamlit's elements that hold no text for people."""
NAMES = re.compile(
    "|".join(
        [
            *map(re.escape, sorted(shipped_names(), key=len, reverse=True)),
            r"\bMB\b",
            r":\w+\[",
            r":material/\w+:",
            r"\S*/class\b\S*",
            r"\b[A-Z2-9]{3} [A-Z2-9]{3}\b",
        ]
    )
)
"""What is written alike in all languages."""
SHOWN_IN_JSON = {
    "description",
    "title",
    "hint",
    "sentence",
    "label",
    "text",
    "words",
    "undo",
}


class Bracketing(gettext.NullTranslations):
    """Puts every text in brackets."""

    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, msgid1, msgid2, n):
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@pytest.fixture(autouse=True)
def pseudo(monkeypatch):
    kept = words.catalogue
    monkeypatch.setitem(words.LANGUAGES, PSEUDO, words.LANGUAGES["en"])
    monkeypatch.setattr(
        words, "catalogue", lambda code: Bracketing() if code == PSEUDO else kept(code)
    )
    monkeypatch.setattr(words, "_source", lambda: PSEUDO)
    with words.in_language(PSEUDO):  # and not the tests after these
        yield


def outside_of_brackets(text: str) -> list[str]:
    shorter = NAMES.sub("", text)
    while shorter != (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", shorter)):
        pass
    return re.findall(r"[^\W\d]{3,}", shorter)


def texts_in_json(value: Any, key: str = "") -> Iterator[str]:
    """Yield the strings below the keys in which ours and Vega-Lite's JSON has texts for people."""
    if isinstance(value, str) and key in SHOWN_IN_JSON:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from texts_in_json(one, key)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from texts_in_json(one, key if key == "words" else name)


def texts_in(message: Any) -> Iterator[str]:
    """Yield the texts in the fields of one of Streamlit's messages, a protocol buffer."""
    for field, value in message.ListFields():
        for one in value if isinstance(value, Sequence) and not isinstance(value, str) else [value]:
            if hasattr(one, "ListFields"):
                yield from texts_in(one)
            elif isinstance(one, str) and field.name in {"json", "spec"}:
                yield from texts_in_json(json.loads(one))
            elif isinstance(one, str) and not NOT_SHOWN.fullmatch(field.name):
                yield re.sub(r"<[^>]*>", " ", one)


def texts_below(block: Any) -> Iterator[str]:
    for child in getattr(block, "children", {}).values():
        yield from texts_in(child.proto) if child.proto is not None else ()
        yield from texts_below(child)


def check(app):
    assert not app.exception
    found = [text for part in app._tree.children.values() for text in texts_below(part)]
    assert sum("⟦" in text for text in found) > 1
    assert [text for text in found if outside_of_brackets(text)] == []


@pytest.mark.parametrize(
    ("page", "strokes", "query"),
    [
        ("draw", SEVEN, {}),
        ("draw", SCRAWL, {"model": "best", "steps": "true"}),
        ("draw", (), {}),
        ("compare", SEVEN, {}),
        ("inside", SEVEN, {"look": "Evidence"}),
        ("inside", SEVEN, {"look": "Steps"}),
        ("inside", SEVEN, {"look": "Layers", "model": "cnn"}),
        ("inside", SEVEN, {"look": "Training"}),
        ("inside", SEVEN, {"look": "Training", "model": "dense-128"}),
        ("inside", SEVEN, {"look": "Layers", "model": "dense-128"}),
        *(
            ("mistakes", (), {"view": view})
            for view in ("Gallery", "Two models", "Digits", "Confidence", "Training")
        ),
        ("photo", (), {}),
        ("class", (), {}),
        ("about", (), {}),
    ],
)
def test_every_text_of_a_page_is_in_the_catalogues(page, strokes, query):
    check(page_at(page, strokes, DIGIT, **query))


def test_every_text_about_numbers_is_in_the_catalogues(monkeypatch):
    check(page_at("numbers", SEVEN, NUMBER))
    monkeypatch.setattr(photo_upload, "_in_child", lambda _, work, *args, **kw: work(*args, **kw))
    app = page_at("photo")
    picture = cv2.imencode(".png", drawn(7))[1].tobytes()
    app.file_uploader[0].set_value(("seven.png", picture, "image/png")).run()
    check(app)


def test_every_text_of_a_class_is_in_the_catalogues(store):  # noqa: F811 (the fixture)
    classroom, secret = small_class.make(store, 3)
    for step in ("Collect", "Judge", "Teach", "Keep & delete"):
        check(page_at("class", key=secret, step=step))
    check(page_at("class", code=classroom.code))
    check(page_at("class", code="ABC"))
    _, pupil = store.join(classroom)
    check(page_at("class", pupil=pupil))
