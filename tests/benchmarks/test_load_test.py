"""The load test: its figures, the faults that it finds, and a short run."""

import asyncio
import json
import random
import signal
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.app_server import ROOT, AppServer, ServerError
from benchmarks.app_session import user_key
from benchmarks.load_test import __main__ as load_test
from benchmarks.load_test.digit_strokes import draw_digit, fabric_objects
from benchmarks.load_test.load_report import GROWTH_LIMIT, LoadReport, compare
from benchmarks.load_test.page_readings import PageReading, RawReading
from benchmarks.load_test.scenario import ClassRun, run_class
from benchmarks.load_test.virtual_pupil import Answer, VirtualPupil
from mnist_app.ui.canvas.canvas_spec import SIDE


@given(st.integers(0, 9), st.integers(0, 10_000))
def test_a_drawing_lies_on_the_canvas_and_follows_its_seed(digit, seed):
    points, same, other = (
        np.concatenate(draw_digit(digit, random.Random(s), SIDE).strokes)
        for s in (seed, seed, seed + 1)
    )
    assert points.min() >= 0
    assert points.max() <= SIDE
    assert np.ptp(points[:, 1]) > SIDE / 5
    assert np.array_equal(points, same)
    assert not np.array_equal(points, other)


def test_a_stroke_is_written_down_as_the_canvas_component_does():
    entry = fabric_objects((np.array([[10.0, 20], [30, 40], [50, 20]]),), 22, "#FFFFFF")[0]
    assert entry["path"] == [
        ["M", 10.0, 20.0],
        ["Q", 10.0, 20.0, 20.0, 30.0],
        ["Q", 30.0, 40.0, 40.0, 30.0],
        ["L", 50.0, 20.0],
    ]
    assert (entry["type"], entry["stroke"], entry["strokeWidth"]) == ("Path", "#FFFFFF", 22)
    assert (entry["left"], entry["top"], entry["width"], entry["height"]) == (30, 30, 40, 20)
    json.dumps(entry)


def test_user_keys_are_read_from_element_ids():
    assert user_key("$$ID-0a1b2c-canvas-3") == "canvas-3"
    assert user_key("$$ID-0a1b2c-None") == ""
    assert user_key("") == ""


def _read(objects: list) -> PageReading:
    """A recognizer that tells drawings apart by their one number."""
    return (
        PageReading((str(objects[0]["n"]),), (float(objects[0]["n"]),))
        if objects
        else PageReading(("",))
    )


class _Decoded(RawReading):
    """A reading that needs no decoding."""

    def decode(self) -> PageReading:
        return PageReading((self.reading,), (float(self.reading),) if self.reading else ())


def _answer(pupil: int, drawn: int | None, shown: int | None, seconds: float = 0.1) -> Answer:
    drawing = [] if drawn is None else [{"n": drawn}]
    return Answer(pupil, drawing, seconds, _Decoded("" if shown is None else str(shown)))


def test_comparison_tells_leaks_from_mistakes():
    right = [_answer(0, 7, 7), _answer(1, 8, 8), _answer(0, None, None)]
    fine = compare(right, _read)
    assert (fine.compared, fine.different_readings, fine.leaks, fine.wrong) == (3, 2, 0, 0)
    swapped = compare([*right, _answer(0, 5, 8)], _read)
    assert (swapped.leaks, swapped.wrong) == (1, 0)
    assert "pupil 1" in swapped.examples[0]
    after_clear = compare([*right, _answer(1, None, 7)], _read)
    assert (after_clear.leaks, after_clear.wrong) == (1, 0)
    own_old_or_nobodys = compare([*right, _answer(0, 5, 7), _answer(0, 5, 6)], _read)
    assert (own_old_or_nobodys.leaks, own_old_or_nobodys.wrong) == (0, 2)


def _report(
    answers: list[Answer], growth: float = 0.0, minutes: int = 10, log: str = ""
) -> LoadReport:
    pupil = VirtualPupil(0, "http://127.0.0.1:1", 3.0)
    pupil.answers = answers
    memory = [(minute / 4, 200 + growth * minute / 4) for minute in range(minutes * 4 + 1)]
    run = ClassRun([pupil], [], memory)
    setting = {"pupils": 1, "minutes": minutes, "seconds_per_drawing": 3.0, "load_before": 0.0}
    return LoadReport.of(run, _read, log=log, setting=setting)


def test_report_meets_and_misses_every_target():
    good = [_answer(0, n, n) for n in range(100)]
    assert _report(good).all_met
    assert _report(good, growth=GROWTH_LIMIT * 1.01).all_met is False
    assert _report(good, growth=50.0, minutes=2).all_met, "two minutes say nothing about growth"
    assert _report([*good, *[_answer(0, n, n, 1.5) for n in range(4)]]).all_met
    assert _report([*good, *[_answer(0, n, n, 1.5) for n in range(6)]]).all_met is False
    assert _report([*good, _answer(0, 5, 4)]).all_met is False
    assert _report(good, log="all well\nTraceback (most recent call last):").all_met is False
    assert _report([]).all_met is False, "a class that got no answers met nothing"


def test_report_prints_its_table_and_is_plain_json():
    report = _report([_answer(0, n, n, n / 100) for n in range(100)], growth=3.0)
    table = report.as_text()
    assert "950 ms" not in table
    assert "940 ms" in table
    assert "MISSED" in table.split("memory growth")[1].splitlines()[0]
    assert json.loads(json.dumps(report.as_json()))["all_met"] is False


@pytest.mark.parametrize(
    "wrong",
    [
        ["--url", "http://192.168.1.7:8501"],
        ["--url", "http://127.0.0.1.example.org:8501"],
        ["--url", "https://localhost:8501"],
        ["--url", "http://localhost"],
        ["--pupils", "0"],
        ["--minutes", "nan"],
        ["--every", "-3"],
    ],
)
def test_load_stays_on_this_computer_and_numbers_make_sense(wrong, capsys):
    with pytest.raises(SystemExit) as stop:
        load_test.main(wrong)
    assert stop.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_a_server_that_cannot_start_says_why(tmp_path):
    with pytest.raises(ServerError, match=r"app\.py"), AppServer(tmp_path):
        pass


LEAKY_APP = """
import builtins
import streamlit as st
from streamlit_drawable_canvas import st_canvas
from mnist_app import Recognizer
from mnist_app.preprocessing.strokes import Stroke, draw, flatten_path
from mnist_app.ui.pictures import data_url
from mnist_app.ui.reading_view import show_reading

everybodys = builtins.__dict__.setdefault("everybodys", [])
state = st.session_state
state.setdefault("n", 0)
def clear(): state.n += 1
with st.container(key="drawing"):
    made = st_canvas(stroke_width=20, width=340, height=340, key=f"canvas-{state.n}").json_data
    st.button("Clear", on_click=clear)
objects = made["objects"]
with st.container(key="prediction"):
    if objects:
        everybodys.append(objects)
        if state.n == 3:
            objects = everybodys[-2]
        ink = draw([Stroke(flatten_path(o["path"]), o["strokeWidth"]) for o in objects], 340, 340)
        read = st.cache_resource(Recognizer.load)().read_digit(ink)
        show_reading(read, None, len(objects))
        st.image(data_url(read.image), caption="28×28")
    else:
        show_reading(None, None, 0)
if state.n == 1 and objects:
    raise RuntimeError("an error on the second page")
"""


@pytest.mark.slow
def test_a_leaking_and_failing_app_is_found_out(tmp_path, monkeypatch):
    (tmp_path / "app.py").write_text(LEAKY_APP, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(load_test, "AppServer", lambda: AppServer(tmp_path))
    report = load_test.run(pupils=6, minutes=0.1, every=1.0)
    verdict = {target.name: target.met for target in report.targets}
    assert verdict["readings of another's drawing"] is False
    assert verdict["errors"] is False
    assert report.figures["comparison"]["leaks"] >= 3, "at least half of the pupils got another's"
    assert report.figures["comparison"]["wrong"] <= 2, "a pupil who got their own last drawing"
    assert report.all_met is False


@pytest.mark.slow
@pytest.mark.alone
def test_a_class_gets_its_own_answers_at_once():
    minutes = 0.3
    report = load_test.run(pupils=30, minutes=minutes, every=3.0)
    print(report.as_text())
    assert report.all_met, report.as_text()
    assert report.figures["drawings"] >= 30 * minutes * 60 / 3 * 0.9
    assert report.figures["comparison"]["different_readings"] >= report.figures["drawings"] * 0.99


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to clean up after")
def test_a_stopped_benchmark_leaves_no_server():
    command = [sys.executable, "-m", "benchmarks.load_test", "--pupils", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as benchmark:
        assert benchmark.stderr is not None
        assert any("pages are open" in line for line in benchmark.stderr)
        servers = psutil.Process(benchmark.pid).children(recursive=True)
        assert servers
        benchmark.send_signal(signal.SIGTERM)
        assert benchmark.wait(30) == 143
    _, alive = psutil.wait_procs(servers, timeout=5)
    assert not alive


def test_a_class_without_a_server_ends_with_errors_at_once():
    begun = time.monotonic()
    url = "http://127.0.0.1:9"
    run = asyncio.run(run_class(url, None, pupils=2, seconds=60, every=1.0, uploaders=1))
    assert time.monotonic() - begun < 10
    assert all(pupil.errors for pupil in (*run.pupils, *run.uploaders))
