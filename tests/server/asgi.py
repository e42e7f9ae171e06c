"""Requests and websockets to an ASGI application, without a network."""

import asyncio


def scope(kind="http", path="/", client="192.0.2.9", **headers):
    """Return the scope of a request; a list as a header's value repeats the header."""
    pairs = []
    for name, given in {"host": "localhost:8501", **headers}.items():
        values = [given] if isinstance(given, str) else given or []
        pairs += [(name.encode(), value.encode("latin-1")) for value in values]
    return {"type": kind, "path": path, "headers": pairs, "client": (client, 50000)}


async def call(app, scope, messages=()):
    """Return what ``app`` sends, and the messages that it has not received, of ``messages``."""
    waiting, sent = list(messages), []

    async def receive():
        return waiting.pop(0) if waiting else {"type": "websocket.disconnect", "code": 1005}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent, waiting


def run(app, scope, messages=()):
    return asyncio.run(call(app, scope, messages))[0]


def status(app, scope, messages=()):
    """Return the status of the answer, or the code with which a websocket is closed."""
    first = run(app, scope, messages)[0]
    return first.get("status", first.get("code"))


class Recorder:
    """An application behind the guard: it notes what reaches it, and answers 200."""

    def __init__(self):
        self.received = []

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            while True:
                message = await receive()
                self.received.append(message)
                if message["type"] != "http.request" or not message.get("more_body"):
                    break
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] != "websocket.disconnect":
            self.received.append(message.get("bytes"))
