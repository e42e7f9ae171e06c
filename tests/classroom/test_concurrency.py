"""Many threads, several processes at once, and processes that are killed while they write."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from mnist_app.classroom import class_limits
from mnist_app.classroom.store import ClassStore
from mnist_app.errors import MnistAppError
from tests.classroom.lessons import draw, new_class

ROOT = Path(__file__).resolve().parents[2]


def start_writer(url, code, count):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.classroom.writer", url, code, str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def check(store, classroom):
    """What must hold at every moment; return the ids of the drawings of each pupil."""
    found = {pupil.id: [] for pupil in store.pupils(classroom)}
    for drawing in store.drawings(classroom):
        found[drawing.pupil_id].append(str(drawing.client_id))
    for pupil in store.pupils(classroom):
        assert len(set(found[pupil.id])) == len(found[pupil.id])
        assert store.asked(pupil).drawn == len(found[pupil.id]), "half written"
    assert len(store.strokes(store.drawings(classroom))) == sum(map(len, found.values()))
    return found


def test_many_pupils_draw_at_once_and_the_wall_misses_nothing(store):
    classroom, _ = new_class(store, per_digit=1)
    over, failed, acknowledged, seen = threading.Event(), [], [], {}

    def pupil_draws():
        try:
            pupil, _ = store.join(classroom)
            acknowledged.extend((pupil.id, draw(store, pupil).id) for _ in range(5))
        except MnistAppError as error:
            failed.append(error)

    def wall_polls():
        revision, last = -1, False
        while not last:
            last = over.is_set()
            changes = store.changes(classroom, revision)
            revision = changes.revision
            seen.update({drawing.id: drawing.pupil_id for drawing in changes.drawings})
            time.sleep(0.005)

    wall = threading.Thread(target=wall_polls)
    pupils = [threading.Thread(target=pupil_draws) for _ in range(20)]
    for thread in (wall, *pupils):
        thread.start()
    for pupil in pupils:
        pupil.join()
    over.set()
    wall.join()
    assert failed == []
    assert [pupil.number for pupil in store.pupils(classroom)] == list(range(1, 21))
    assert seen == {drawing_id: pupil_id for pupil_id, drawing_id in acknowledged}
    assert len(seen) == 100
    check(store, classroom)


def test_one_drawing_that_arrives_many_times_at_once_is_kept_once(store):
    classroom, _ = new_class(store)
    pupil, _ = store.join(classroom)
    label, kept = store.asked(pupil).digit, []
    client_id = "6f0a5bd2-2bb3-4b6e-8f54-0f3d7a1c9e11"
    sendings = [
        threading.Thread(
            target=lambda: kept.append(draw(store, pupil, label, client_id=client_id).id)
        )
        for _ in range(8)
    ]
    for sending in sendings:
        sending.start()
    for sending in sendings:
        sending.join()
    assert len(kept) == 8
    assert len(set(kept)) == 1
    check(store, classroom)


@pytest.mark.slow
def test_two_processes_write_at_once_and_killing_one_loses_nothing(store, store_url):
    """`python -m benchmarks.class_lesson` kills many more."""
    # One has more to draw than it can before it is killed.
    classroom, _ = new_class(store, per_digit=class_limits.MAXIMUM_PER_DIGIT)
    with (
        start_writer(store_url, classroom.code, 10 * class_limits.MAXIMUM_PER_DIGIT) as killed,
        start_writer(store_url, classroom.code, 20) as other,
    ):
        secret, other_secret = (one.stdout.readline().strip() for one in (killed, other))
        acknowledged = [killed.stdout.readline().strip() for _ in range(3)]
        killed.send_signal(signal.SIGKILL)
        acknowledged += killed.stdout.read().split()
        drawn = other.stdout.read().split()
    assert killed.returncode == -signal.SIGKILL, "it was over before"
    assert other.returncode == 0
    kept = check(store, classroom)
    pupil, other_pupil = map(store.pupil_of_secret, (secret, other_secret))
    assert sorted(kept[other_pupil.id]) == sorted(drawn)
    assert len(drawn) == 20
    assert set(acknowledged) <= set(kept[pupil.id])
    assert len(kept[pupil.id]) - len(acknowledged) <= 1, "at most the one that was on its way"
    draw(store, pupil)  # the pupil goes on where it was
    again = ClassStore.open(store_url)
    assert len(check(again, classroom)) == 2
    again.close()
