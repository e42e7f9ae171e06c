"""The guard passes on what pages need from named hosts, and refuses the rest."""

import asyncio
import time

import pytest
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from mnist_app.server import limits, request_guard, uploads
from mnist_app.server.request_guard import RequestGuard, host_name, served_hosts
from mnist_app.server.visitors import SessionRecord, Visitor, Visitors
from tests.server.asgi import Recorder, call, run, scope, status

OPTIONS = {
    "server.address": "0.0.0.0",
    "browser.serverAddress": "192.0.2.7",
    "server.allowedHosts": [],
    "server.baseUrlPath": "",
}


def guard(monkeypatch, visitors=None, **options):
    """Return a guard made for these options of Streamlit, and the application behind it."""
    values = OPTIONS | {name.replace("_", "."): value for name, value in options.items()}
    monkeypatch.setattr(config, "get_option", values.__getitem__)
    behind = Recorder()
    return RequestGuard(behind, visitors or Visitors()), behind


def rerun():
    message = BackMsg()
    message.rerun_script.query_string = "page=draw"
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def websocket(**headers):
    return scope("websocket", "/_stcore/stream", **{"origin": "http://localhost:8501", **headers})


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8501",
        "LocalHost:8501",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:8501",
        "192.0.2.7:8501",
    ],
)
def test_named_hosts_are_answered_on_any_port(monkeypatch, host):
    app, behind = guard(monkeypatch)
    assert status(app, scope(host=host)) == 200
    assert len(behind.received) == 1


@pytest.mark.parametrize(
    "host",
    [
        "elsewhere.example",
        "localhost.elsewhere.example",
        "0.0.0.0",
        "192.0.2.77",
        "[::2]:8501",
        "[::1",
        "localhost:port",
        "localhost:99999",
        "localhost@elsewhere.example",
        "me@localhost",
        "localhost/..",
        "",
        " localhost",
        None,
        ["localhost", "localhost"],
        ["localhost", "elsewhere.example"],
        "*",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_other_hosts_reach_nothing(monkeypatch, host, kind):
    app, behind = guard(monkeypatch)
    assert status(app, scope(kind, host=host, origin=f"http://{host}")) in (421, 1008)
    assert behind.received == []


@pytest.mark.parametrize(
    ("allowed", "host", "expected"),
    [
        ("*", "elsewhere.example", 200),
        ("app.example", "app.example:80", 200),
        ("app.example", "x.app.example", 421),
        ("*.school.example", "room-7.school.example", 200),
        ("*.school.example", "school.example.org", 421),
    ],
)
def test_hosts_can_be_allowed_by_name_and_pattern(monkeypatch, allowed, host, expected):
    app, _ = guard(monkeypatch, server_allowedHosts=[allowed])
    assert status(app, scope(host=host)) == expected


def test_addresses_of_all_networks_are_no_names(monkeypatch):
    guard(monkeypatch)
    assert served_hosts() == {"localhost", "127.0.0.1", "::1", "192.0.2.7"}
    assert host_name("[::1]:8501") == "::1"


@pytest.mark.parametrize(
    "origin",
    [
        "http://elsewhere.example",
        "http://localhost:3000",
        "http://localhost",
        "null",
        "",
        None,
        ["http://localhost:8501", "http://elsewhere.example"],
    ],
)
def test_a_websocket_of_another_page_is_refused(monkeypatch, origin):
    app, behind = guard(monkeypatch)
    assert status(app, websocket(origin=origin), [rerun()]) == 1008
    assert behind.received == []


@pytest.mark.parametrize("origin", ["http://localhost:8501", "https://localhost:8501"])
def test_a_websocket_of_the_app_itself_is_served(monkeypatch, origin):
    app, behind = guard(monkeypatch)
    assert run(app, websocket(origin=origin), [rerun()]) == [{"type": "websocket.accept"}]
    assert behind.received == [rerun()["bytes"]]


@pytest.mark.parametrize("base", ["", "room/7"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/_stcore/metrics", 404),
        ("/_stcore/metrics/", 404),
        ("/_stcore/agent/sessions", 404),
        ("/_stcore/script-health-check", 404),
        ("/_stcore/health", 200),
        ("/_stcore/metrics-of-a-page", 200),
        ("/", 200),
    ],
)
def test_endpoints_that_no_page_needs_are_closed(monkeypatch, base, path, expected):
    app, _ = guard(monkeypatch, server_baseUrlPath=base)
    below = f"/{base}{path}" if base else path
    assert status(app, scope(path=below)) == expected


@pytest.mark.parametrize(
    "message",
    [
        {"bytes": b"\xff" * 20},
        {"bytes": BackMsg(clear_cache=True).SerializeToString()},
        {"text": "hello"},
        {"bytes": b""},
    ],
)
def test_a_message_that_no_page_sends_ends_the_websocket(monkeypatch, message):
    app, behind = guard(monkeypatch)
    bad = {"type": "websocket.receive", **message}
    sent, unread = asyncio.run(call(app, websocket(), [rerun(), bad, rerun()]))
    assert sent[-1] == {"type": "websocket.close", "code": 1009}
    assert behind.received == [rerun()["bytes"]]
    assert unread == [rerun()]


def test_many_messages_are_delayed_and_none_is_lost(monkeypatch):
    monkeypatch.setattr(limits, "MESSAGE_BURST", 5.0)
    monkeypatch.setattr(limits, "MESSAGES_PER_SECOND", 100.0)
    app, behind = guard(monkeypatch)
    begun = time.monotonic()
    run(app, websocket(), [rerun()] * 35)
    assert len(behind.received) == 35
    assert time.monotonic() - begun >= 0.29


def test_a_visitor_with_many_connections_has_one_rate(monkeypatch):
    monkeypatch.setattr(limits, "VISITOR_MESSAGE_BURST", 5.0)
    monkeypatch.setattr(limits, "VISITOR_MESSAGES_PER_SECOND", 40.0)
    app, behind = guard(monkeypatch)

    async def connect(client):
        await call(app, websocket() | {"client": (client, 1)}, [rerun()] * 5)

    async def many(clients):
        begun = time.monotonic()
        await asyncio.gather(*(connect(client) for client in clients))
        return time.monotonic() - begun

    assert asyncio.run(many(["192.0.2.1"] * 5)) >= 0.49
    assert len(behind.received) == 25
    assert asyncio.run(many([f"192.0.2.{n}" for n in range(2, 7)])) < 0.45


def test_the_page_loads_of_a_visitor_have_one_rate(monkeypatch):
    monkeypatch.setattr(limits, "VISITOR_LOAD_BURST", 5.0)
    monkeypatch.setattr(limits, "VISITOR_LOADS_PER_SECOND", 20.0)
    app, behind = guard(monkeypatch)

    async def load(addresses):
        begun = time.monotonic()
        loads = (call(app, websocket() | {"client": (a, 1)}, [rerun()]) for a in addresses)
        await asyncio.gather(*loads)
        return time.monotonic() - begun

    assert asyncio.run(load(["192.0.2.1"] * 15)) >= 0.49
    assert len(behind.received) == 15
    assert asyncio.run(load([f"192.0.2.{n}" for n in range(2, 17)])) < 0.45


def test_a_full_server_says_so(monkeypatch):
    monkeypatch.setattr(limits, "CONNECTIONS", 1)
    visitors = Visitors()
    app, behind = guard(monkeypatch, visitors)
    visitors.connections = 1
    assert status(app, websocket(), [rerun()]) == 1008
    visitors.connections = 0
    run(app, websocket(), [rerun()])
    assert len(behind.received) == 1
    assert visitors.connections == 0


def test_a_visitor_has_so_many_websockets(monkeypatch):
    monkeypatch.setattr(limits, "VISITOR_CONNECTIONS", 1)
    visitors = Visitors()
    app, behind = guard(monkeypatch, visitors)
    address, _ = websocket()["client"]
    visitor = visitors.at(address)
    visitor.connections = 1
    assert status(app, websocket(), [rerun()]) == 1008
    run(app, {**websocket(), "client": ("192.0.2.10", 50000)}, [rerun()])
    assert len(behind.received) == 1
    visitor.connections = 0
    run(app, websocket(), [rerun()])
    assert len(behind.received) == 2
    assert visitor.connections == 0


def body(*parts):
    more = [True] * (len(parts) - 1) + [False]
    return [
        {"type": "http.request", "body": part, "more_body": is_more}
        for part, is_more in zip(parts, more, strict=True)
    ]


def test_a_long_body_ends_the_request(monkeypatch):
    app, behind = guard(monkeypatch)
    run(app, scope(), body(b"x" * 60_000, b"x" * 60_000, b"x"))
    assert [message["type"] for message in behind.received] == ["http.request", "http.disconnect"]


def test_a_slow_body_ends_the_request(monkeypatch):
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.05)
    app, behind = guard(monkeypatch)

    async def stall():
        await asyncio.sleep(60)

    async def send(message):
        pass

    asyncio.run(app(scope(), stall, send))
    assert behind.received == [{"type": "http.disconnect"}]


def test_an_upload_may_be_long_and_only_a_session_may_send_it(monkeypatch):
    visitors = Visitors()
    app, behind = guard(monkeypatch, visitors)
    monkeypatch.setattr(uploads, "file_manager", lambda: None)
    monkeypatch.setattr(uploads, "kept_bytes", lambda files: 0)
    dropped = []
    monkeypatch.setattr(uploads, "drop_old", lambda *arguments: dropped.append(arguments[1:]))
    parts = body(b"x" * 60_000, b"x" * 60_000)
    upload = scope(path=f"{request_guard.UPLOAD_PATH}mine/file")
    assert status(app, upload, parts) == 400
    visitor = Visitor()
    visitors.sessions |= {"mine": SessionRecord(visitor), "too": SessionRecord(visitor)}
    visitors.sessions["another's"] = SessionRecord(Visitor())
    assert status(app, upload, parts) == 200
    assert behind.received == parts
    assert dropped == [("mine", ["too"])]
    monkeypatch.setattr(uploads, "kept_bytes", lambda files: limits.UPLOADED_BYTES + 1)
    assert status(app, upload, parts) == 503


def test_a_client_that_reads_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(limits, "SEND_SECONDS", 0.05)
    app, behind = guard(monkeypatch)

    async def never(message):
        await asyncio.sleep(60)

    begun = time.monotonic()
    asyncio.run(app(websocket(), messages_from([rerun()]), never))
    assert time.monotonic() - begun < 5
    assert behind.received == []


def test_an_error_of_an_open_websocket_is_not_hidden(monkeypatch):
    app, _ = guard(monkeypatch)

    async def fail(scope, receive, send):
        raise RuntimeError("a fault")

    app._app = fail
    with pytest.raises(RuntimeError, match="a fault"):
        run(app, websocket())


def test_a_visitor_has_so_many_scripts_at_once(monkeypatch):
    """Three websockets, two slots: the third message is passed on when a script has ended."""
    monkeypatch.setattr(limits, "VISITOR_SCRIPTS", 2)
    app, behind = guard(monkeypatch)
    finished = ForwardMsg(script_finished=0).SerializeToString()
    senders = []

    async def script(scope, receive, send):
        behind.received.append((await receive())["bytes"])
        senders.append(send)
        await asyncio.sleep(0.2)

    app._app = script

    async def ignore(message):
        pass

    async def check():
        calls = [app(websocket(), messages_from([rerun()]), ignore) for _ in range(3)]
        running = asyncio.gather(*calls)
        await asyncio.sleep(0.05)
        assert len(behind.received) == 2
        await senders[0]({"type": "websocket.send", "bytes": finished})
        await asyncio.sleep(0.05)
        assert len(behind.received) == 3
        await running

    asyncio.run(check())


def test_a_long_script_holds_its_slot_for_a_while(monkeypatch):
    monkeypatch.setattr(limits, "VISITOR_SCRIPTS", 1)
    monkeypatch.setattr(limits, "SCRIPT_SECONDS", 0.05)
    app, behind = guard(monkeypatch)

    async def both():
        await asyncio.gather(*(call(app, websocket(), [rerun()] * 3) for _ in range(2)))

    asyncio.run(both())
    assert len(behind.received) == 6


def messages_from(messages):
    """Return a receiver of these messages, then of the end."""
    waiting = list(messages)

    async def receive():
        return waiting.pop(0) if waiting else {"type": "websocket.disconnect", "code": 1005}

    return receive
