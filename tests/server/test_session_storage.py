"""Sessions without a connection: kept for as long as they hold little, then really ended."""

import asyncio
import gc
import weakref
from types import SimpleNamespace

import psutil
import pytest
from streamlit.runtime.session_manager import SessionInfo

from mnist_app.server import limits, session_storage
from mnist_app.server.session_storage import ClosingSessionStorage
from mnist_app.server.visitors import SessionRecord, Visitor, Visitors

TTL = 3600.0
REALLY_COLLECT = gc.collect


class FakeSession:
    """A session that holds an event loop, as Streamlit's do: three descriptors."""

    def __init__(self, session_id):
        self.id = session_id
        self.loop = None
        self.is_shut_down = False

    def shutdown(self):
        assert not self.is_shut_down
        self.is_shut_down = True
        if self.loop is not None:
            self.loop.close()


@pytest.fixture
def room(monkeypatch):
    """A storage with a clock that the test sets, and ids of connected sessions and uploaders."""
    room = SimpleNamespace(now=0.0, visitors=Visitors(), uploaders=set(), connected=set())
    room.storage = ClosingSessionStorage(
        room.visitors,
        TTL,
        has_uploads=room.uploaders.__contains__,
        is_connected=room.connected.__contains__,
    )
    clock = SimpleNamespace(monotonic=lambda: room.now)
    monkeypatch.setattr(session_storage, "time", clock)
    return room


def leave(room, session_id, longest=1000, visitor=None):
    session = FakeSession(session_id)
    room.visitors.sessions[session_id] = SessionRecord(visitor or Visitor(), longest)
    room.storage.save(SessionInfo(client=None, session=session, script_run_count=1))
    return session


def ended_after(room, session, seconds):
    room.now += seconds
    room.storage.sweep()
    return session.is_shut_down


def test_a_light_session_is_kept_for_a_sleeping_phone(room):
    session = leave(room, "a", limits.LIGHT_MESSAGE_BYTES)
    assert not ended_after(room, session, TTL - 1)
    assert room.storage.get("a").session is session
    assert [info.session for info in room.storage.list()] == [session]
    assert ended_after(room, session, 2)
    assert room.storage.get("a") is None
    assert room.visitors.sessions == {}


def test_a_heavy_session_is_kept_for_a_short_loss_of_the_network(room):
    session = leave(room, "a", limits.LIGHT_MESSAGE_BYTES + 1)
    assert not ended_after(room, session, limits.HEAVY_SESSION_SECONDS - 1)
    assert ended_after(room, session, 2)


def test_a_session_with_a_file_is_heavy(room):
    room.uploaders.add("a")
    assert ended_after(room, leave(room, "a"), limits.HEAVY_SESSION_SECONDS + 1)


def test_a_session_that_never_ran_ends_at_once(room):
    assert ended_after(room, leave(room, "a", longest=0), 0)


def test_many_light_sessions_of_one_visitor_are_heavy(room):
    visitor, each = Visitor(), limits.LIGHT_MESSAGE_BYTES
    count = limits.VISITOR_LIGHT_BYTES // each
    kept = [leave(room, f"k{n}", each, visitor) for n in range(count)]
    further = leave(room, "further", each, visitor)
    other = leave(room, "other", each)
    assert ended_after(room, further, limits.HEAVY_SESSION_SECONDS + 1)
    assert not any(session.is_shut_down for session in [*kept, other])


def test_a_session_that_comes_back_is_not_shut_down(room):
    session = leave(room, "a")
    room.connected.add("a")
    room.storage.delete("a")
    assert not ended_after(room, session, TTL + 1)
    assert "a" in room.visitors.sessions


def test_of_too_many_the_oldest_of_the_visitor_with_most_go(room, monkeypatch):
    monkeypatch.setattr(limits, "KEPT_SESSIONS", 5)
    pupil, guest = Visitor(), Visitor()
    first = leave(room, "pupil", visitor=pupil)
    flood = [leave(room, f"g{n}", visitor=guest) for n in range(4)]

    async def one_more():
        flood.append(leave(room, "g4", visitor=guest))
        await asyncio.sleep(0)

    asyncio.run(one_more())
    assert not first.is_shut_down
    assert [session.is_shut_down for session in flood] == [True, False, False, False, False]


def swept(room, monkeypatch, seconds):
    """Let ``sweep_forever`` work for some of its periods; return how often garbage was sought."""
    monkeypatch.setattr(limits, "SWEEP_SECONDS", 0.01)
    searches = []
    monkeypatch.setattr(session_storage.gc, "collect", lambda: searches.append(REALLY_COLLECT()))

    async def sweep():
        sweeping = asyncio.create_task(room.storage.sweep_forever())
        await asyncio.sleep(seconds)
        sweeping.cancel()

    asyncio.run(sweep())
    return len(searches)


def test_an_ended_session_is_freed_soon(room, monkeypatch):
    gc.disable()  # its objects refer to each other: only a collection frees them
    try:
        session = leave(room, "a")
        session.itself = session
        is_alive = weakref.ref(session)
        del session
        room.now += TTL + 1
        assert swept(room, monkeypatch, 1.0) == 1
        assert is_alive() is None
    finally:
        gc.enable()


def test_a_flood_of_ends_does_not_search_for_garbage_at_each(room, monkeypatch):
    monkeypatch.setattr(limits, "KEPT_SESSIONS", 5)
    monkeypatch.setattr(session_storage.gc, "collect", lambda: pytest.fail("it stops everybody"))

    async def flood():
        sessions = []
        for number in range(50):
            sessions.append(leave(room, str(number)))
            await asyncio.sleep(0)
        return sum(session.is_shut_down for session in sessions)

    assert asyncio.run(flood()) == 45


def test_descriptors_are_closed(room):
    process = psutil.Process()
    before = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
    for number in range(20):
        session = leave(room, str(number))
        session.loop = asyncio.new_event_loop()
    room.now += TTL + 1
    room.storage.sweep()
    after = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
    assert after <= before
