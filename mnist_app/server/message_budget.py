"""Which websocket messages are passed on to Streamlit: kinds that the pages send, within budget."""

from typing import Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor  # type: ignore[import-untyped]
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from mnist_app.server import limits

SERVED_KINDS: Final = frozenset(
    {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"}
)
"""Kinds of messages that the pages send. Others clear the caches of all sessions, write files into
the checkout, or read its Git history."""
LONGEST_END_BYTES: Final = 300
"""Length up to which a message to the browser can be the end of a script run (a code)."""
_VARINT, _DELIMITED = 0, 2
_WIDTHS: Final = {1: 8, 5: 4}
"""Wire types of Protocol Buffers (https://protobuf.dev/programming-guides/encoding); bytes of the
others but groups, which are not used."""
_TEXTS: Final = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)


def served_kind(data: bytes) -> str | None:
    """Return the kind of a websocket message; None if it is over the budget or no page sends it."""
    if len(data) > limits.MESSAGE_BYTES:
        return None
    if data.count(b"[") + data.count(b"{") > limits.MESSAGE_BRACKETS:
        return None
    message = BackMsg()
    try:
        _count_fields(memoryview(data), BackMsg.DESCRIPTOR, limits.MESSAGE_FIELDS)
        message.ParseFromString(data)
    except (DecodeError, ValueError, IndexError, KeyError, RecursionError):
        return None
    kind = message.WhichOneof("type")
    return str(kind) if kind in SERVED_KINDS else None


def ends_script(data: bytes) -> bool:
    """Tell whether a message to the browser says that a script run is over."""
    if len(data) > LONGEST_END_BYTES:
        return False
    message = ForwardMsg()
    message.ParseFromString(data)
    return message.WhichOneof("type") == "script_finished"


def _count_fields(data: memoryview, kind: Descriptor, left: int) -> int:
    """Return how many fields are left of ``left`` after those of ``data`` and of its messages.

    Raises `ValueError` if there are more; also `IndexError` or `KeyError` if ``data`` is damaged.
    """
    at = 0
    while at < len(data):
        left -= 1
        if left < 0:
            raise ValueError("too many fields")
        tag, at = _varint(data, at)
        wire_type = tag & 7
        if wire_type != _DELIMITED:
            at = _varint(data, at)[1] if wire_type == _VARINT else at + _WIDTHS[wire_type]
            continue
        length, at = _varint(data, at)
        content, at = data[at : at + length], at + length
        field = kind.fields_by_number.get(tag >> 3)
        if field is None:
            continue
        if field.message_type is not None:
            left = _count_fields(content, field.message_type, left)
        elif field.type not in _TEXTS and length > limits.MESSAGE_NUMBERS_BYTES:
            raise ValueError("too many numbers")
    return left


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """Return the number at this position, and the position after it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 (the last byte of a varint lacks the highest bit)
            return value, at
        shift += 7
        if shift > 63:  # noqa: PLR2004 (bits of the longest varint)
            raise ValueError("a varint of more than ten bytes")
