"""Messages of the pages are served; other kinds, damaged and oversized ones are not."""

import random

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from mnist_app.server import limits
from mnist_app.server.message_budget import SERVED_KINDS, ends_script, served_kind


def is_served(data):
    return served_kind(data) is not None


def rerun(json_value="", widgets=1):
    message = BackMsg()
    for number in range(widgets):
        message.rerun_script.widget_states.widgets.add(id=f"w{number}", json_value=json_value)
    return message


def test_kinds_that_pages_send_are_served_and_others_are_not():
    for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields:
        message = BackMsg()
        if field.message_type is None:
            setattr(message, field.name, True if field.cpp_type == field.CPPTYPE_BOOL else "x")
        else:
            getattr(message, field.name).SetInParent()
        assert is_served(message.SerializeToString()) == (field.name in SERVED_KINDS), field.name
    closed = {"clear_cache", "load_git_info", "set_run_on_save", "backend_operation_request"}
    assert closed <= {f.name for f in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    assert not closed & SERVED_KINDS


def test_a_full_canvas_is_served():
    stroke = '{"type":"Path","path":[' + '["Q",123.25,200.5,124.75,201.5],' * 100 + '["L",1,1]]}'
    drawing = '{"drawing":{"raw":{"objects":[' + ",".join([stroke] * 2000) + "]}}}"
    assert 6e6 < len(drawing) < 8e6
    assert is_served(rerun(drawing).SerializeToString())
    assert not is_served(rerun("[" + "[]," * limits.MESSAGE_BRACKETS + "0]").SerializeToString())


def test_a_message_has_a_length():
    overhead = len(rerun("x" * 1_000_000).SerializeToString()) - 1_000_000
    for length in (limits.MESSAGE_BYTES - 2 * overhead, limits.MESSAGE_BYTES + 1):
        message = rerun("x" * length).SerializeToString()
        assert is_served(message) == (len(message) <= limits.MESSAGE_BYTES)


def test_many_small_fields_are_not_parsed():
    """Two bytes each, 12 MB would be six million widgets."""
    assert is_served(rerun(widgets=500).SerializeToString())
    assert not is_served(rerun(widgets=limits.MESSAGE_FIELDS).SerializeToString())
    message = BackMsg()
    message.rerun_script.cached_message_hashes.extend([""] * limits.MESSAGE_FIELDS)
    assert not is_served(message.SerializeToString())
    message.Clear()
    message.file_urls_request.file_names.extend([""] * limits.MESSAGE_FIELDS)
    assert not is_served(message.SerializeToString())


def test_long_lists_of_numbers_are_not_parsed():
    for count, served in [(2, True), (limits.MESSAGE_NUMBERS_BYTES // 8 + 1, False)]:
        message = BackMsg()
        widget = message.rerun_script.widget_states.widgets.add(id="w")
        widget.double_array_value.data.extend([0.5] * count)
        assert is_served(message.SerializeToString()) == served
        widget.int_array_value.data.extend([1] * (8 * count))
        assert is_served(message.SerializeToString()) == served


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 30,
        b"\x0b\x0c",  # a group
        b"\x58",  # a number that is missing
        b"\x12\xff\xff\xff\xff\x0f",  # longer than what follows
        b"\x80" * 12,
    ],
)
def test_damaged_messages_are_not_served(data):
    assert not is_served(data)


def test_mutated_messages_raise_nothing():
    source = random.Random(18)
    whole = rerun('{"drawing":{}}', widgets=3).SerializeToString()
    for _ in range(3000):
        data = bytearray(whole)
        for _ in range(source.randint(1, 4)):
            data[source.randrange(len(data))] = source.randrange(256)
        is_served(bytes(data[: source.randint(0, len(data))]))


def test_the_end_of_a_script_run_is_seen():
    for status in ForwardMsg.ScriptFinishedStatus.values():
        message = ForwardMsg(script_finished=status, hash="x" * 32)
        assert ends_script(message.SerializeToString())
    assert not ends_script(ForwardMsg(session_status_changed={}).SerializeToString())
    assert not ends_script(b"\xff" * 301)
    assert not ends_script(b"")
