"""Websocket messages that no page sends: too large, too deep, of wrong types, of foreign kinds."""

import json
import random
from collections.abc import Callable
from typing import Any, Final

from streamlit.proto.BackMsg_pb2 import BackMsg

BRACKET_BYTES: Final = 24_000_000
"""Length of the message of empty lists."""
FLOOD: Final = 500
"""Number of tiny messages that are sent at once."""


def drawings() -> dict[str, Callable[[], str]]:
    """Return what makes each hostile value of a canvas, by the name of the attack."""
    return {
        "message of 24 MB of [[],[],...]": lambda: canvas_value(
            "[" + "[]," * (BRACKET_BYTES // 3) + "[]]"
        ),
        "drawing of a million points": lambda: canvas_value(json.dumps([stroke(1_000_000)])),
        "drawing of 100,000 strokes": lambda: canvas_value(
            "[" + ",".join([json.dumps(stroke(1))] * 100_000) + "]"
        ),
        "drawing of 175,000 points": lambda: canvas_value(json.dumps([stroke(500)] * 350)),
        "drawing nested 900 deep": lambda: canvas_value("[" * 900 + "]" * 900),
        "drawing nested 100,000 deep": lambda: canvas_value("[" * 100_000 + "]" * 100_000),
        "number of a million digits": lambda: canvas_value("[" + "9" * 1_000_000 + "]"),
    }


def wrong_types(rng: random.Random) -> str:
    """Return a canvas value in which one part is not what the canvas component sends."""
    wrong = rng.choice(_WRONG)
    entry, kind = stroke(20), rng.randrange(5)
    if kind == 0:
        entry[rng.choice(sorted(entry))] = wrong
    elif kind == 1:
        entry["path"][rng.randrange(len(entry["path"]))] = wrong
    elif kind == 2:
        entry["path"][rng.randrange(len(entry["path"]))][rng.randrange(3)] = wrong
    elif kind == 3:
        return json.dumps({"drawing": {"raw": wrong, "data": wrong}})
    else:
        return json.dumps(wrong)
    return canvas_value(json.dumps([entry]))


def unparsable(rng: random.Random) -> bytes:
    """Return bytes that are no message: noise, or a message that was cut or changed."""
    noise = rng.randbytes(rng.randint(1, 2_000))
    message = BackMsg()
    message.rerun_script.query_string = "a" * 200
    data = bytearray(message.SerializeToString())
    data[rng.randrange(len(data) // 2)] ^= 0xFF
    return rng.choice((noise, b"\xff" + bytes(data), bytes(data)[:-1]))


def tiny() -> bytes:
    """Return the shortest message that makes the page run."""
    message = BackMsg()
    message.rerun_script.SetInParent()
    return bytes(message.SerializeToString())


def foreign_kinds() -> dict[str, bytes]:
    """Return messages of the kinds that pages of the app never send, by the name of the field."""
    install = BackMsg()
    install.backend_operation_request.request_id = "1"
    install.backend_operation_request.install_skills.SetInParent()
    kinds = {
        "clear_cache": BackMsg(clear_cache=True),
        "set_run_on_save": BackMsg(set_run_on_save=True),
        "load_git_info": BackMsg(load_git_info=True),
        "debug_disconnect_websocket": BackMsg(debug_disconnect_websocket=True),
        "debug_shutdown_runtime": BackMsg(debug_shutdown_runtime=True),
        "install_skills": install,
    }
    return {name: message.SerializeToString() for name, message in kinds.items()}


def canvas_value(objects: str) -> str:
    """Return the value of a canvas whose list of strokes is the JSON text ``objects``."""
    return f'{{"drawing":{{"raw":{{"version":"7.4.0","objects":{objects}}},"data":null}}}}'


def stroke(points: int) -> dict[str, Any]:
    """Return a stroke as the canvas component sends it, wound over the canvas."""
    path: list[list[Any]] = [["M", 20.5, 20.5]]
    path += [["L", 20.5 + 7 * n % 240, 20.5 + 3 * n % 239] for n in range(points)]
    return {
        "type": "Path",
        "version": "7.4.0",
        "stroke": "#FFFFFF",
        "strokeWidth": 20,
        "fill": None,
        "left": 140,
        "top": 140,
        "width": 240,
        "height": 240,
        "scaleX": 1,
        "scaleY": 1,
        "angle": 0,
        "path": path,
    }


_WRONG: Final[tuple[Any, ...]] = (
    None,
    True,
    -1,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "\ud800",
    "9" * 5_000,
    [],
    [[]],
    {},
    {"": None},
    {"objects": {}},
    [None] * 100,
    ["Q", 1, 2],
    ["C", 1, 2, 3, 4, 5, 6],
)
"""Values that stand where another type, or a number on the canvas, is expected."""
