"""The table of real pictures: names to labels, numbers and digits, counts."""

import json

import pytest
from PIL import Image

from benchmarks import real_pictures
from benchmarks.real_pictures import PictureReading, figures, read_source
from mnist_app import Recognizer
from tests.drawings import drawn


def save(folder, name, *digits):
    folder.mkdir(parents=True, exist_ok=True)
    picture = Image.new("L", (280 * len(digits), 280))
    for place, digit in enumerate(digits):
        picture.paste(Image.fromarray(drawn(digit)), (280 * place, 0))
    picture.save(folder / name)


def test_a_source_of_single_digits_and_one_of_numbers(tmp_path):
    save(tmp_path / "one", "7__1.png", 7)
    save(tmp_path / "one", "4__2.png", 2)
    save(tmp_path / "many", "42__1.png", 4, 2)
    (tmp_path / "one" / "notes.txt").write_text("no picture")
    one = read_source(Recognizer.load(), tmp_path / "one")
    assert [(reading.true, reading.read, reading.is_right) for reading in one] == [
        ("4", "2", False),
        ("7", "7", True),
    ]
    (number,) = read_source(Recognizer.load(), tmp_path / "many")
    assert (number.source, number.true, number.read) == ("many", "42", "42")


def test_a_file_that_cannot_be_read_counts_as_wrong(tmp_path):
    (tmp_path / "7__1.png").write_text("no picture")
    (reading,) = read_source(Recognizer.load(), tmp_path)
    assert (reading.read, reading.accepted, reading.is_right) == ("", False, False)
    assert reading.error


def test_figures():
    found = figures(
        [
            PictureReading("a", "", "1", "1", True),
            PictureReading("a", "", "1", "7", True),
            PictureReading("a", "", "1", "7", False),
            PictureReading("a", "", "2", "", False),
        ]
    )
    assert (found["right"], found["accepted"], found["right_of_accepted"]) == (0.25, 0.5, 0.5)
    assert found["nothing_found"] == 1
    assert found["commonest_wrong"][0] == (("1", "7"), 2)


def test_the_table_and_the_details(tmp_path, capsys):
    save(tmp_path / "pictures" / "phone", "7__1.png", 7)
    details = tmp_path / "details.jsonl"
    assert real_pictures.main([str(tmp_path / "pictures"), "--details", str(details)]) == 0
    printed = capsys.readouterr().out
    assert "phone" in printed
    assert "100.0%" in printed
    assert json.loads(details.read_text())["read"] == "7"


@pytest.mark.parametrize("content", [None, "empty"])
def test_a_folder_without_pictures(tmp_path, capsys, content):
    folder = tmp_path / "pictures"
    if content:
        (folder / content).mkdir(parents=True)
    assert real_pictures.main([str(folder)]) == 2
    assert str(folder) in capsys.readouterr().err
