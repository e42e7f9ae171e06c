"""The wall holds what the store holds, whatever was added, removed and restored between looks."""

import random

import pytest

from mnist_app.classroom.wall import Wall
from tests.classroom.lessons import draw, new_class


@pytest.fixture
def classroom(sqlite_store):
    return new_class(sqlite_store, per_digit=3)[0]


def ids(drawings):
    return [drawing.id for drawing in drawings]


def test_the_wall_follows_the_store(sqlite_store, classroom):
    chance = random.Random(4)
    wall = Wall(sqlite_store, classroom)
    pupils = [sqlite_store.join(classroom)[0] for _ in range(3)]
    drawings, removed_pupils = [], set()
    browser: dict[int, bool] = {}  # what a browser knows that gets every second update
    sent = wall.update()
    for step in range(40):
        action = chance.choice(["draw", "draw", "remove", "restore", "pupil"])
        pupil = chance.choice(pupils)
        if action == "draw" and pupil.id not in removed_pupils:
            drawings.append(draw(sqlite_store, pupil))
        elif action == "remove" and drawings:
            sqlite_store.remove_drawing(classroom, chance.choice(drawings).id)
        elif action == "restore" and drawings:
            sqlite_store.restore_drawing(classroom, chance.choice(drawings).id)
        elif action == "pupil" and pupil.id in removed_pupils:
            sqlite_store.restore_pupil(classroom, pupil.id)
            removed_pupils.discard(pupil.id)
        elif action == "pupil":
            sqlite_store.remove_pupil(classroom, pupil.id)
            removed_pupils.add(pupil.id)
        revision = wall.update()
        if step % 2:
            browser |= {one.id: one.is_visible for one in wall.since(sent).drawings}
            sent = revision
        expected = sqlite_store.drawings(classroom)
        assert ids(wall.drawings()) == ids(expected)
        assert sum(wall.per_digit().values()) == len(expected)
        visible = [one for one in sqlite_store.pupils(classroom) if not one.is_removed]
        assert wall.pupils() == visible
    browser |= {one.id: one.is_visible for one in wall.since(sent).drawings}
    assert sorted(one for one, is_visible in browser.items() if is_visible) == ids(wall.drawings())


def test_nothing_new_is_nothing_sent(sqlite_store, classroom):
    wall = Wall(sqlite_store, classroom)
    pupil, _ = sqlite_store.join(classroom)
    draw(sqlite_store, pupil)
    revision = wall.update()
    assert len(wall.since(-1).drawings) == 1
    assert wall.update() == revision
    assert wall.since(revision).drawings == ()
    assert wall.since(revision).pupils == ()
