"""What is counted for a visitor, and for how long."""

import gc

import pytest

from mnist_app.server import limits, visitors
from mnist_app.server.visitors import (
    CONNECTION,
    Allowance,
    Connection,
    SessionRecord,
    Visitor,
    Visitors,
)


def test_an_allowance_is_a_burst_and_then_a_rate(monkeypatch):
    now = 0.0
    monkeypatch.setattr(visitors.time, "monotonic", lambda: now)
    allowance = Allowance(rate=10, burst=3)
    assert [allowance.take() for _ in range(5)] == pytest.approx([0, 0, 0, 0.1, 0.2])
    now = 0.2
    assert allowance.take() == pytest.approx(0.1)
    now = 100.0
    assert [allowance.take() for _ in range(4)] == pytest.approx([0, 0, 0, 0.1])


def test_a_visitor_is_an_address_and_forgotten_when_gone():
    everybody = Visitors()
    one = everybody.at("192.0.2.1")
    assert everybody.at("192.0.2.1") is one
    assert everybody.at("192.0.2.2") is not one
    del one
    gc.collect()
    assert len(everybody._visitors) == 0


def test_a_session_that_is_taken_over_keeps_its_account():
    everybody, visitor = Visitors(), Visitor()
    first, second = (Connection(SessionRecord(visitor)) for _ in range(2))
    CONNECTION.set(first)
    everybody.start_session("a")
    assert everybody.accept_message(first.session, 5_000)
    CONNECTION.set(second)
    everybody.start_session("a")
    assert second.session is first.session
    assert everybody.message_bytes(visitor) == 5_000


def test_the_sessions_of_a_visitor_share_a_budget():
    everybody, visitor = Visitors(), Visitor()
    sessions = [SessionRecord(visitor) for _ in range(3)]
    everybody.sessions = dict(zip("abc", sessions, strict=True)) | {"x": SessionRecord(Visitor())}
    half = limits.VISITOR_MESSAGE_BYTES // 2
    assert everybody.accept_message(sessions[0], half)
    assert everybody.accept_message(sessions[0], half), "as long as before"
    assert everybody.accept_message(sessions[1], half)
    assert not everybody.accept_message(sessions[2], 1000)
    assert everybody.accept_message(everybody.sessions["x"], half), "another visitor"
    del everybody.sessions["a"]
    assert everybody.accept_message(sessions[2], 1000)
    assert everybody.other_sessions("b") == ["c"]
    assert everybody.other_sessions("unknown") == []
