"""A database of their own for the views of the page Class."""

import pytest

from mnist_app.classroom.database_errors import DATABASE_VARIABLE
from mnist_app.server.class_store import shared_store
from mnist_app.ui.classroom import wall_view


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path / 'classes.sqlite'}")
    yield shared_store.get()
    shared_store.close()
    wall_view._wall_and_readings.clear()
