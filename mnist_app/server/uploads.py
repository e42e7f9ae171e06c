"""Uploaded files: how many of them are kept for a session, for a visitor and altogether."""

from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from mnist_app.server import limits


def file_manager() -> MemoryUploadedFileManager:
    """Return the part of the running server that keeps uploaded files."""
    manager = Runtime.instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)  # noqa: S101 (that of an App)
    return manager


def kept_bytes(manager: MemoryUploadedFileManager) -> int:
    """Return how many bytes the uploaded files of all sessions have."""
    return sum(_session_bytes(manager, session_id) for session_id in list(manager.file_storage))


def drop_old(manager: MemoryUploadedFileManager, session_id: str, others: list[str]) -> None:
    """Keep the newest files of a session, and the bytes that its visitor may have kept.

    ``others`` are the visitor's other sessions, whose files are dropped first.
    """
    files = list(manager.file_storage.get(session_id, {}))
    for file_id in files[: -limits.SESSION_UPLOADS]:
        manager.remove_file(session_id, file_id)
    visitors = [*others, session_id]
    total = sum(_session_bytes(manager, one) for one in visitors)
    for one in visitors:
        for file_id, file in list(manager.file_storage.get(one, {}).items()):
            if total <= limits.VISITOR_UPLOAD_BYTES:
                return
            total -= len(file.data)
            manager.remove_file(one, file_id)


def _session_bytes(manager: MemoryUploadedFileManager, session_id: str) -> int:
    files = manager.file_storage.get(session_id, {})
    return sum(len(file.data) for file in list(files.values()))
