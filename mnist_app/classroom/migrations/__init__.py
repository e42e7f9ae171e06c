"""Makes and changes the tables of the store (Alembic).

A change of ``classroom/tables.py`` needs a new module in ``versions``; a test compares the tables
that the migrations make with those of the code.
"""

import threading
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

from mnist_app.errors import StoreError

FOLDER: Final = Path(__file__).parent
LOCK: Final = 6_765
"""Number of the advisory lock of PostgreSQL that lets one process at a time migrate."""

_ALEMBIC = threading.Lock()
"""Alembic keeps the migration that runs in variables of its modules."""


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Bring the database to ``revision`` in one transaction; processes that start at once wait.

    Raises `StoreError` if a newer version of the app has made its tables.
    """
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with _ALEMBIC, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        current = MigrationContext.configure(connection).get_current_heads()
        if revision == "head" and current == tuple(ScriptDirectory.from_config(config).get_heads()):
            return
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError:
            raise StoreError(
                "The database of the classes belongs to a newer version of the app. Start that "
                "version, or move the database away."
            ) from None
