"""``python -m mnist_app read``: records on standard output, progress and failures on error."""

import csv
import io
import json

import numpy as np
import pytest
from PIL import Image

from mnist_app import Recognizer
from mnist_app.__main__ import COLUMNS, main
from mnist_app.pretrained import shipped_names
from tests.drawings import drawn

pytestmark = pytest.mark.skipif(not shipped_names(), reason="no bundle is shipped yet")


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    for digit in (1, 7):
        Image.fromarray(255 - drawn(digit)).save(folder / f"{digit}.png")
    Image.new("L", (50, 50), 200).save(folder / "blank.png")
    (folder / "notes.txt").write_text("not a picture, and not named like one")
    return folder


def test_json_lines(pictures, capsys):
    assert main(["read", str(pictures), "--json"]) == 0
    out, err = capsys.readouterr()
    records = [json.loads(line) for line in out.splitlines()]
    assert [record["file"] for record in records] == [
        str(pictures / name) for name in ("1.png", "7.png", "blank.png")
    ]
    assert all(list(record) == list(COLUMNS[:-1]) for record in records)
    prediction = Recognizer.load().read_digit(255 - drawn(7))
    assert records[1]["digit"] == prediction.digit
    assert records[1]["accepted"] == prediction.accepted
    np.testing.assert_allclose(records[1]["probabilities"], prediction.probabilities, atol=1e-6)
    assert records[1]["confidence"] == max(records[1]["probabilities"])
    assert records[2]["blank"] is True
    assert records[2]["digit"] is records[2]["probabilities"] is None
    assert "3 of 3" in err


def test_csv(pictures, capsys):
    assert main(["read", str(pictures), "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["blank"] for row in rows] == ["false", "false", "true"]
    shares = [float(share) for share in rows[0]["probabilities"].split()]
    assert len(shares) == 10
    assert sum(shares) == pytest.approx(1, abs=1e-5)


def test_the_sentence_is_that_of_the_library(pictures, capsys):
    assert main(["read", str(pictures / "7.png"), str(pictures / "blank.png")]) == 0
    sentence = Recognizer.load().read_digit(255 - drawn(7)).sentence
    assert capsys.readouterr().out.splitlines() == [
        f"{pictures / '7.png'}: {sentence}",
        f"{pictures / 'blank.png'}: Nothing is drawn.",
    ]


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_a_bad_file_is_reported_and_the_others_are_read(pictures, capsys, form):
    (pictures / "0-broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    missing = pictures / "missing.png"
    assert main(["read", str(pictures), str(missing), form]) == 1
    out, err = capsys.readouterr()
    if form == "--json":
        records = [json.loads(line) for line in out.splitlines()]
        assert [set(r) == {"file", "error"} for r in records] == [True, False, False, False, True]
    else:
        rows = list(csv.DictReader(io.StringIO(out)))
        assert [bool(row["error"]) for row in rows] == [True, False, False, False, True]
    assert "2 could not be read" in err
    assert "missing.png" in err


def test_a_folder_without_pictures_is_a_failure(tmp_path, capsys):
    assert main(["read", str(tmp_path)]) == 1
    assert "no picture in the folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["read"], ["write", "a"], ["read", "a", "--json", "--csv"], ["read", "--x"]]
)
def test_wrong_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_an_unknown_model_is_wrong_usage_and_says_which_there_are(pictures, capsys):
    assert main(["read", str(pictures), "--model", "nonsense"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert shipped_names()[0] in err


def test_a_model_by_folder(pictures, capsys):
    folder = Recognizer.load().bundle.folder
    assert main(["read", str(pictures / "1.png"), "--model", str(folder)]) == 0
    assert main(["read", str(pictures / "1.png"), "--model", shipped_names()[0]]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
