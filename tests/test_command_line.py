"""``mnist-app read``: records on standard output, progress and failures on error."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_app import Recognizer, file_records
from mnist_app import __main__ as command_line
from mnist_app.__main__ import CLOSED_PIPE, COLUMNS, INTERRUPTED, NUMBER_COLUMNS, main
from mnist_app.bundle import shipped_names
from mnist_app.file_records import read_file
from mnist_app.preprocessing.image_files import read_picture
from tests import bad_pictures
from tests.drawings import drawn
from tests.photographs import photographed

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
    columns = [column for column in COLUMNS if column != "error"]
    assert all(list(record) == columns for record in records)
    prediction = Recognizer.load().read_digit(255 - drawn(7))
    assert records[1]["digit"] == prediction.digit
    assert records[1]["accepted"] == prediction.accepted
    np.testing.assert_allclose(records[1]["probabilities"], prediction.probabilities, atol=1e-6)
    assert records[1]["confidence"] == max(records[1]["probabilities"])
    assert records[1]["digit_probability"] == pytest.approx(prediction.digit_probability, abs=1e-6)
    assert records[2]["blank"] is True
    assert records[2]["digit"] is records[2]["probabilities"] is None
    assert records[2]["digit_probability"] is None
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


def test_a_file_name_is_no_formula_in_csv(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    Path("=1+1.png").write_bytes(b"no picture")
    assert main(["read", "=1+1.png", "--csv"]) == 1
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["file"] == "'=1+1.png"


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


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    """A folder with a photo and a drawing of a number, a blank sheet and a broken file."""
    folder = tmp_path_factory.mktemp("scans")
    for digits, picture in (((7, 2), photographed), ((4, 0, 1), np.invert)):
        ink = np.hstack([drawn(digit, brush=16) for digit in digits])
        name = "".join(map(str, digits))
        Image.fromarray(picture(ink)).save(folder / f"{name}.jpg", quality=95)
    Image.new("L", (200, 100), 240).save(folder / "blank.png")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    return folder


def test_numbers_as_json_lines(scans, capsys):
    assert main(["read", str(scans), "--number", "--json"]) == 1
    out, err = capsys.readouterr()
    records = [json.loads(line) for line in out.splitlines()]
    assert [record["file"].rpartition("/")[2] for record in records] == [
        "401.jpg",
        "72.jpg",
        "blank.png",
        "broken.png",
    ]
    assert [list(record) for record in records[:3]] == [list(NUMBER_COLUMNS[:-1])] * 3
    assert list(records[3]) == ["file", "error"]
    number = Recognizer.load().read_number(read_picture(scans / "72.jpg"))
    assert number.text == "72"
    assert records[1]["text"] == "72"
    assert records[1]["accepted"] == number.accepted
    assert [digit["digit"] for digit in records[1]["digits"]] == [7, 2]
    fields = ["digit", "accepted", "confidence", "box", "digit_probability"]
    assert list(records[1]["digits"][0]) == fields
    assert [tuple(d["box"]) for d in records[1]["digits"]] == [d.box for d in number.digits]
    blank = records[2]
    assert (blank["text"], blank["accepted"], blank["digits"]) == ("", False, [])
    assert "1 could not be read" in err
    assert "broken.png" in err


def test_numbers_as_csv(scans, capsys):
    assert main(["read", str(scans), "--number", "--csv"]) == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == list(NUMBER_COLUMNS)
    assert [row["text"] for row in rows] == ["401", "72", "", ""]
    assert [bool(row["error"]) for row in rows] == [False, False, False, True]
    assert [digit["digit"] for digit in json.loads(rows[0]["digits"])] == [4, 0, 1]


def test_numbers_in_words(scans, capsys):
    main(["read", str(scans / "72.jpg"), str(scans / "blank.png"), "--number"])
    first, second = capsys.readouterr().out.splitlines()
    number = Recognizer.load().read_number(read_picture(scans / "72.jpg"))
    words = "72" if number.accepted else "I'm not sure of every digit. 72, perhaps?"
    assert first == f"{scans / '72.jpg'}: {words}"
    assert second == f"{scans / 'blank.png'}: Nothing is drawn."


@pytest.mark.parametrize("form", [[], ["--number"]])
def test_every_bad_file_is_reported_with_its_reason(tmp_path, capsys, form):
    files = bad_pictures.bad()
    for name, (content, _) in files.items():
        (tmp_path / name).write_bytes(content)
    assert main(["read", *(str(tmp_path / name) for name in files), *form]) == 1
    out, err = capsys.readouterr()
    assert not out
    assert f"{len(files)} could not be read" in err
    assert "Traceback" not in err
    for name, (_, words) in files.items():
        (line,) = (line for line in err.splitlines() if line.startswith(f"  {tmp_path / name}:"))
        assert words in line


def test_unusual_files_are_read(tmp_path, capsys):
    files = bad_pictures.unusual()
    for name, (content, _) in files.items():
        (tmp_path / name).write_bytes(content)
    assert main(["read", str(tmp_path), "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(records) == len(files)
    fours = [record for record in records if record["digit"] == 4]
    assert len(fours) >= len(files) - 4


def test_a_folder_without_pictures_is_a_failure(tmp_path, capsys):
    assert main(["read", str(tmp_path)]) == 1
    assert f"The folder {tmp_path} has no pictures" in capsys.readouterr().err


def test_names_that_the_file_system_refuses_are_failures(pictures, capsys):
    too_long = pictures / ("7" * 300 + ".png")
    forbidden = pictures / "forbidden"
    forbidden.mkdir(mode=0)
    paths = [too_long, forbidden, pictures / "7.png" / "7.png", pictures / "7.png"]
    assert main(["read", *map(str, paths), "--json"]) == 1
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ["error" in record for record in records] == [True, True, True, False]


def hard_names():
    """Names that encodings lack, that are no text at all, and that hold what CSV quotes."""
    names = ["2 ☺.png", "Ünï ٣.png", "日本.png", 'a,"b".png']
    if os.name != "nt":
        names += [os.fsdecode(b"\xff\xfe.png"), os.fsdecode("é.png".encode("latin-1"))]
    return names


FORMS = pytest.mark.parametrize("form", ["--text", "--json", "--csv"])


@FORMS
@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8", "cp932"])
def test_every_file_name_can_be_written_in_every_encoding(
    pictures, tmp_path, monkeypatch, form, encoding
):
    folder = tmp_path / "☺"
    folder.mkdir()
    for name in hard_names():
        try:
            shutil.copy(pictures / "7.png", folder / name)
        except OSError:
            pytest.skip(f"this file system refuses {name!a}")
    (folder / "broken ☺.png").write_bytes(b"broken")
    streams = [
        io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2)
    ]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    assert main(["read", str(folder), *([form] if form != "--text" else [])]) == 1
    out, err = (stream.buffer.getvalue().decode(encoding) for stream in streams)
    names = sorted([*hard_names(), "broken ☺.png"])
    written = [
        str(folder / name).encode(encoding, "backslashreplace").decode(encoding) for name in names
    ]
    if form == "--json":
        found = [json.loads(line)["file"] for line in out.splitlines()]
        assert found == [str(folder / name) for name in names]
    elif form == "--csv":
        assert [row["file"] for row in csv.DictReader(io.StringIO(out))] == written
    else:
        read = [name for name in written if "broken" not in name]
        assert [line.rpartition(": ")[0] for line in out.splitlines()] == read
    (failure,) = (line for line in err.splitlines() if "broken" in line)
    assert failure.startswith("  " + next(name for name in written if "broken" in name))


@FORMS
def test_a_reader_that_leaves_ends_the_batch_quietly(pictures, capsys, monkeypatch, form):
    receiving, sending = os.pipe()
    os.close(receiving)
    with os.fdopen(sending, "w", encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        arguments = ["read", str(pictures / "7.png"), *([form] if form != "--text" else [])]
        assert main(arguments) == CLOSED_PIPE
    assert not capsys.readouterr().err


def test_a_closed_pipe_is_quiet_to_the_end_of_the_process(pictures):
    """In a process of its own, because Python flushes the streams once more when it ends."""
    root = Path(command_line.__file__).parent.parent
    with subprocess.Popen(
        [sys.executable, "-m", "mnist_app", "read", str(pictures)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
    ) as process:
        process.stdout.close()
        told = process.stderr.read().splitlines()
        assert process.wait(60) == CLOSED_PIPE
    assert [line for line in told if not line.startswith("INFO: ")] == ["reading 1 of 3"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_told_in_one_line(pictures, capsys, monkeypatch):
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(["read", str(pictures)]) == 1
    assert "cannot be written (No space left on device)" in capsys.readouterr().err


def test_ctrl_c_ends_the_batch_with_one_line(pictures, capsys, monkeypatch):
    read = []

    def interrupted(recognizer, file, **options):
        read.append(file)
        if len(read) == 2:
            raise KeyboardInterrupt
        return read_file(recognizer, file, **options)

    monkeypatch.setattr(command_line, "read_file_in_child", interrupted)
    assert main(["read", str(pictures), "--json"]) == INTERRUPTED
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert err.splitlines()[-1] == "mnist-app: stopped."


def test_a_batch_goes_on_after_files_that_hang_or_crash(pictures, capsys, monkeypatch):
    call = file_records._POOL.call
    calls = iter([(0.1, time.sleep, 60), (30, os._exit, 9)])
    monkeypatch.setattr(file_records._POOL, "call", lambda *args: call(*next(calls, args)))
    shutil.copy(pictures / "7.png", pictures / "8.png")
    assert main(["read", str(pictures), "--json"]) == 1
    out, err = capsys.readouterr()
    records = [json.loads(line) for line in out.splitlines()]
    assert ["error" in record for record in records] == [True, True, False, False]
    assert "1.png cannot be read: The work took longer than 0.1 s." in err
    assert "7.png cannot be read: The worker process ended, status 9." in err
    main(["read", str(pictures / "8.png"), "--json"])
    assert json.loads(capsys.readouterr().out) == records[2]


@pytest.mark.parametrize(
    "arguments", [[], ["read"], ["write", "a"], ["read", "a", "--json", "--csv"], ["read", "--x"]]
)
def test_wrong_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_a_model_folder_that_the_file_system_refuses_is_wrong_usage(pictures, capsys):
    assert main(["read", str(pictures), "--model", "./" + "a" * 300]) == 2
    assert "mnist-app: " in capsys.readouterr().err


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
