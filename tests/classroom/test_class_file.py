"""Files of classes that are damaged, too large or hostile."""

import io
import json
import warnings
import zipfile

import numpy as np
import pytest

from mnist_app.classroom import class_limits
from mnist_app.classroom.class_file import read_class
from mnist_app.errors import ClassroomError
from tests.classroom.class_files import LINE, packed, small_parts

GOOD = small_parts()


def read(file):
    facts, drawings = read_class(file)
    return facts, list(drawings)


def changed(**values):
    return small_parts([{**LINE, **values}])


def stroke(**values):
    return changed(strokes=[{**LINE["strokes"][0], **values}])


def raw_line(text):
    return {**GOOD, "drawings.jsonl": text}


def test_the_smallest_file(tmp_path):
    facts, (drawing,) = read(packed(GOOD))
    assert (facts.title, facts.drawings_per_digit) == ("Class 7b", 2)
    assert (drawing.pupil, drawing.label, drawing.height, drawing.width) == (3, 4, 64, 64)
    assert drawing.drawn_at.isoformat() == LINE["drawn_at"]
    assert np.array_equal(drawing.strokes[0].points, [[20, 10], [40, 50]])
    path = tmp_path / "class.zip"
    path.write_bytes(packed(GOOD).getvalue())
    with path.open("rb") as file:
        assert len(read(file)[1]) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({**GOOD, "../../evil.py": "x"}, "other things"),
        ({**GOOD, "/etc/passwd": "x"}, "other things"),
        ({**GOOD, "sheets/../../x.png": "x"}, "other things"),
        ({**GOOD, "C:\\x": "x"}, "other things"),
        ({"drawings.jsonl": GOOD["drawings.jsonl"]}, "class.json or drawings.jsonl is missing"),
        ({"class.json": GOOD["class.json"]}, "is missing"),
        ({**GOOD, "class.json": "{"}, "class.json is damaged"),
        ({**GOOD, "class.json": "[]"}, "class.json is damaged"),
        ({**GOOD, "class.json": "[" * 5000}, "class.json is damaged"),
        (small_parts(format=2), "newer version"),
        (small_parts(format="1"), "class.json is damaged"),
        (small_parts(title=None), "class.json is damaged"),
        (small_parts(drawings_per_digit=0), "class.json is damaged"),
        (small_parts(drawings_per_digit=21), "class.json is damaged"),
        (small_parts([LINE] * 3), "more drawings of a digit"),
        (small_parts([{**LINE, "pupil": n} for n in range(1, 202)]), "more than 200 pupils"),
        (raw_line("{}\n"), "drawing 1 is damaged"),
        (raw_line("\n"), "drawing 1 is damaged"),
        (raw_line(b"\xff\xfe"), "drawing 1 is damaged"),
        (raw_line("[" * 100_000), "drawing 1 is damaged"),
        (raw_line("[" * 40 + "]" * 40), "drawing 1 is damaged"),
        (raw_line(json.dumps({**LINE, "label": "X"}).replace('"X"', "9" * 5000)), "is damaged"),
        (changed(label=10), "is damaged"),
        (changed(label=-1), "is damaged"),
        (changed(label=True), "is damaged"),
        (changed(label=4.5), "is damaged"),
        (changed(pupil=0), "is damaged"),
        (changed(pupil=10**9), "is damaged"),
        (changed(height=0), "is damaged"),
        (changed(height=10**6, width=10**6), "is damaged"),
        (changed(height=10**30), "is damaged"),
        (changed(drawn_at="yesterday"), "is damaged"),
        (changed(drawn_at="2026-05-04T10:11:12"), "is damaged"),
        (changed(drawn_at="0001-01-01T00:00:00+14:00"), "is damaged"),
        (changed(strokes={}), "is damaged"),
        (stroke(width=0), "is damaged"),
        (stroke(width=-1), "is damaged"),
        (stroke(width=1e-60), "is damaged"),
        (stroke(width=1e39), "is damaged"),
        (stroke(width=float("nan")), "is damaged"),
        (stroke(points=[[1, 2], [3]]), "is damaged"),
        (stroke(points=[["1", "2"]]), "is damaged"),
        (stroke(points=[[1, None]]), "is damaged"),
        (stroke(points=[[1, 10**40]]), "is damaged"),
        (stroke(points=[[1, 1e7]]), "is damaged"),
        (stroke(points=[[1, float("inf")]]), "is damaged"),
        (stroke(points={"a": 1}), "is damaged"),
        (stroke(points=[[[1, 2]]]), "is damaged"),
        (stroke(points=[[0, 0]] * (class_limits.MAXIMUM_POINTS + 1)), "is damaged"),
        (changed(strokes=LINE["strokes"] * (class_limits.MAXIMUM_STROKES + 1)), "is damaged"),
        (
            raw_line(b"x" * (class_limits.LINE_BYTES + 1)),
            "a line of its part drawings.jsonl is too long",
        ),
    ],
)
def test_what_is_damaged_or_hostile_is_refused_with_its_reason(content, why):
    with pytest.raises(ClassroomError, match=why) as caught:
        read(packed(content))
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_common_compression_is_unpacked(compression):
    with pytest.raises(ClassroomError, match="another program"):
        read(packed(GOOD, compression))


@pytest.mark.parametrize(
    ("limit", "name", "why"),
    [
        ("DRAWINGS_BYTES", "drawings.jsonl", "part drawings.jsonl is too large"),
        ("PART_BYTES", "images.npz", "part images.npz is too large"),
    ],
)
def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch, limit, name, why):
    monkeypatch.setattr(class_limits, limit, 1_000_000)
    bomb = packed({**GOOD, name: bytes(1_000_001)})
    assert len(bomb.getvalue()) < 5000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(ClassroomError, match=why):
        read(bomb)


def test_a_part_that_is_larger_than_it_says_is_refused():
    content = bytearray(packed(GOOD, zipfile.ZIP_STORED).getvalue())
    size = len(GOOD["drawings.jsonl"]).to_bytes(4, "little")
    assert content.count(size) == 4, "packed and unpacked size, at two places"
    small = (10).to_bytes(4, "little")
    with pytest.raises(ClassroomError, match=r"damaged|whole"):
        read(io.BytesIO(bytes(content).replace(size, small)))


def test_too_large_files_are_refused_before_they_are_looked_at(monkeypatch):
    monkeypatch.setattr(class_limits, "FILE_BYTES", 100)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("opened"))
    with pytest.raises(ClassroomError, match="it has more than"):
        read(io.BytesIO(bytes(101)))


def test_a_directory_of_very_many_parts_is_not_read(monkeypatch):
    file = packed({f"part{number}": "" for number in range(300)} | GOOD)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("opened"))
    with pytest.raises(ClassroomError, match="another program"):
        read(file)


def test_two_parts_of_one_name_are_refused():
    file = packed(GOOD)
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("drawings.jsonl", GOOD["drawings.jsonl"])
    with pytest.raises(ClassroomError, match="other things"):
        read(file)


def test_an_encrypted_file_is_refused():
    content = bytearray(packed(GOOD).getvalue())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + flags] |= 1
            at = content.find(signature, at + 1)
    with pytest.raises(ClassroomError, match="no whole zip"):
        read(io.BytesIO(bytes(content)))


def test_every_single_damaged_byte_is_refused_or_without_effect():
    """Each byte of the file, one after the other, and each beginning of it."""
    whole = packed(GOOD).getvalue()
    _, (expected,) = read(io.BytesIO(whole))
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        for content in (bytes(damaged), whole[:position]):
            try:
                _, drawings = read(io.BytesIO(content))
            except ClassroomError:
                continue
            assert [vars(one) | {"strokes": 0} for one in drawings] == [
                vars(expected) | {"strokes": 0}
            ]
            assert np.array_equal(drawings[0].strokes[0].points, expected.strokes[0].points)
