"""The attack: what its inputs are, how it counts, and a short run."""

import asyncio
import io
import itertools
import json
import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as PillowImage
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.attack import __main__ as attack
from benchmarks.attack import hostile_messages, hostile_pictures
from benchmarks.attack.attack_report import (
    PAGE_LOAD,
    AttackReport,
    AttackTally,
    NeighbourFigures,
    Outcome,
    ServerFigures,
    traceback_ends,
)
from benchmarks.attack.hostile_client import HostileClient, must_be_refused, outcome_of_status
from benchmarks.attack.socket_attacks import frame_head
from benchmarks.load_test.uploading_pupil import photo_of_number
from benchmarks.raw_connection import RawConnection, multipart, request
from mnist_app.preprocessing.image_files import decode_picture
from mnist_app.server.message_budget import served_kind
from tests.bad_pictures import encoded


def test_mutated_pictures_follow_their_seed_and_are_damaged():
    first, same, other = (
        list(itertools.islice(hostile_pictures.mutated(seed), 12)) for seed in (1, 1, 2)
    )
    assert first == same
    assert [content for _, content in first] != [content for _, content in other]
    originals = set(hostile_pictures.ordinary().values())
    assert not originals & {content for _, content in first}


def test_ordinary_pictures_are_of_every_format_and_are_read():
    for name, content in hostile_pictures.ordinary().items():
        assert min(decode_picture(content, name).shape[:2]) > 100, name


@pytest.mark.parametrize("name", ["row 5000.gif", "blobs 1 Mpx.png", "100000 segments.jpg"])
def test_built_pictures_are_the_same_each_time(name):
    make = hostile_pictures.built()[name]
    assert make() == make()


def test_scans_are_repeated_and_tiles_have_one_pixel():
    picture = PillowImage.linear_gradient("L")
    jpeg = encoded(picture, "JPEG", progressive=True)
    longer = hostile_pictures.repeat_scan(jpeg, 7)
    assert longer.count(b"\xff\xda") == jpeg.count(b"\xff\xda") + 7
    assert PillowImage.open(io.BytesIO(longer)).tobytes()
    tiff = PillowImage.open(io.BytesIO(hostile_pictures.tiny_tiles(5, 3)))
    assert (tiff.size, tiff.format) == ((5, 3), "TIFF")
    assert len(tiff.tile) == 15
    tiff.load()


def test_drawings_are_what_their_names_say():
    drawings = hostile_messages.drawings()
    assert len(drawings["message of 24 MB of [[],[],...]"]()) == pytest.approx(24e6, rel=0.01)
    assert drawings["drawing of 175,000 points"]().count('["L"') == 175_000
    assert drawings["drawing nested 900 deep"]().count("[") == 900
    with pytest.raises(RecursionError):
        json.loads(drawings["drawing nested 100,000 deep"]())
    assert len(hostile_messages.stroke(50)["path"]) == 51


@given(st.integers(0, 10_000))
def test_wrong_types_are_json_that_a_message_can_hold(seed):
    text = hostile_messages.wrong_types(random.Random(seed))
    message = BackMsg()
    message.rerun_script.widget_states.widgets.add(id="canvas", json_value=text)
    assert served_kind(message.SerializeToString()) is not None
    json.loads(text)


def test_foreign_kinds_are_refused_and_the_tiny_message_is_served():
    assert served_kind(hostile_messages.tiny()) is not None
    for kind, message in hostile_messages.foreign_kinds().items():
        assert BackMsg.FromString(message).WhichOneof("type") is not None
        assert served_kind(message) is None, kind


def test_a_frame_announces_its_length_and_an_upload_has_its_parts():
    assert frame_head(1) == bytes.fromhex("82ff 0000000000000001 00000000")
    body = multipart("a.png", b"content")
    assert body.startswith(b"--")
    assert b"\r\n\r\ncontent\r\n--" in body


def test_photos_of_neighbours_are_small_and_different():
    photos = [photo_of_number(seed) for seed in (0, 0, 1)]
    assert photos[0] == photos[1] != photos[2]
    assert len(photos[0]) < 100_000


def test_every_attempt_is_counted_once_as_what_became_of_it():
    client = HostileClient("http://127.0.0.1:9", None, random.Random(0))

    async def answered(_):
        return Outcome.ANSWERED

    async def without_server(client):
        return outcome_of_status((await request(client.url, "GET", "/"))[0])

    async def reset(_):
        raise ConnectionResetError("by the server")

    for action in (answered, without_server, reset):
        asyncio.run(client.attempt("one", action))
    counts = client.tally.counts["one"]
    assert counts == {Outcome.ANSWERED: 1, Outcome.FAILED: 1, Outcome.REFUSED: 1}
    assert "no server" in client.tally.examples[0]
    both = AttackTally()
    for _ in range(2):
        both.merge(pickle.loads(pickle.dumps(client.tally)))
    assert (both.tried, both.failed) == (6, 2)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(204, "answered"), (101, "answered"), (0, "refused"), (413, "refused"), (503, "refused")],
)
def test_a_status_is_an_answer_a_refusal_or_a_failure(status, outcome):
    assert outcome_of_status(status) == outcome
    assert must_be_refused(status) == {"answered": "failed"}.get(outcome, outcome)
    assert outcome_of_status(500) == "failed"


def report(tally=None, wrong=(), slowest=0.9, slack=1.0, **server):
    if tally is None:
        tally = AttackTally()
        tally.add("flood", Outcome.REFUSED)
    near = NeighbourFigures([0.1], [0.4], [0.1, slowest], [0.5, 4.0], wrong)
    usual = {"before": 200.0, "peak": 690.0, "after": 290.0, "waited": 60.0}
    family = {"family_before": 300.0, "family_peak": 3_000.0}
    counts = {"descriptors_before": 20, "descriptors_after": 25, "errors": ()}
    return AttackReport(tally, near, ServerFigures(**usual | family | counts | server), 5, slack)


def test_report_meets_and_misses_every_target():
    assert report().all_met, report().as_text()
    failing, full = AttackTally(), AttackTally()
    failing.add("flood", Outcome.FAILED, "taken")
    full.add(PAGE_LOAD, Outcome.REFUSED)
    missed = [
        report(tally=failing),
        report(tally=AttackTally()),
        report(tally=full),
        report(wrong=["a 7 was read as 1"]),
        report(slowest=1.1),
        report(after=301.0),
        report(peak=701.0),
        report(errors=["KeyError: 1"]),
        report(descriptors_after=1_000),
    ]
    for missing in missed:
        assert sum(target.met is False for target in missing.targets) == 1
        assert missing.as_text().count("MISSED") == 1
    assert report(slowest=1.1, slack=2.0).all_met
    assert report(after=900.0, waited=15.0).all_met, "sessions are kept for longer"
    assert "taken" in report(tally=failing).as_text()


def test_the_last_line_of_every_traceback_is_found():
    log = "up\nTraceback (most recent call last):\n  File x\n\n    y\nKeyError: 1\n  z\nmore\n"
    assert traceback_ends(log * 2) == ["KeyError: 1"] * 2


@pytest.mark.parametrize("wrong", [["--minutes", "0"], ["--slack", "nan"], ["--only", "all"]])
def test_wrong_usage_is_refused(wrong, capsys):
    with pytest.raises(SystemExit) as stop:
        attack.main(wrong)
    assert stop.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_a_connection_to_nobody_fails_at_once():
    async def connect():
        async with RawConnection("http://127.0.0.1:9"):
            pass

    with pytest.raises(ConnectionRefusedError):
        asyncio.run(connect())
