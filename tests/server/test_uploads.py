"""Uploaded files are counted, and the oldest give way."""

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from mnist_app.server import limits
from mnist_app.server.uploads import drop_old, kept_bytes


def manager_with(**sizes):
    """Return a manager in which each session has files of these sizes, named 0, 1, ..."""
    manager = MemoryUploadedFileManager("/upload")
    for session_id, lengths in sizes.items():
        for number, length in enumerate(lengths):
            record = UploadedFileRec(str(number), "a.jpg", "image/jpeg", bytes(length))
            manager.add_file(session_id, record)
    return manager


def names(manager, session_id):
    return list(manager.file_storage.get(session_id, {}))


def test_a_session_keeps_its_newest_files():
    manager = manager_with(a=[10] * 5, b=[10])
    assert kept_bytes(manager) == 60
    drop_old(manager, "a", [])
    assert names(manager, "a") == ["3", "4"]
    assert names(manager, "b") == ["0"], "another visitor's"
    assert kept_bytes(manager) == 30


def test_a_visitor_keeps_bytes_and_the_newest_file(monkeypatch):
    monkeypatch.setattr(limits, "VISITOR_UPLOAD_BYTES", 100)
    manager = manager_with(a=[40, 40], b=[40], c=[40], pupil=[1000])
    drop_old(manager, "b", ["a", "c"])
    assert [names(manager, one) for one in "abc"] == [[], ["0"], ["0"]]
    assert names(manager, "pupil") == ["0"]


def test_a_session_without_files_needs_no_care():
    manager = manager_with()
    drop_old(manager, "a", ["b"])
    assert kept_bytes(manager) == 0
    assert dict(manager.file_storage) == {}
