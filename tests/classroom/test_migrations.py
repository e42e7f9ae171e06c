"""The tables that the migrations make, from nothing and from every earlier version."""

import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from mnist_app.classroom import migrations
from mnist_app.classroom.database import Database
from mnist_app.classroom.store import ClassStore
from mnist_app.classroom.tables import metadata
from mnist_app.errors import MnistAppError, StoreError
from tests.classroom.lessons import draw, new_class


@pytest.fixture
def engine(store_url):
    """Connections to the database as it is, without any migration."""
    unmigrated = Database.__new__(Database)
    unmigrated._migrate = lambda: None
    unmigrated.__init__(store_url)
    yield unmigrated._engine
    unmigrated.close()


def upgrade(engine, revision="head"):
    with engine.connect() as connection:
        migrations.upgrade(connection, revision)


def differences(engine):
    """What the code's tables and those of the database do not have in common."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)


def test_the_migrations_make_the_tables_of_the_code(engine):
    assert differences(engine)
    upgrade(engine)
    assert differences(engine) == []
    with engine.connect() as connection:
        cascades = [
            key["options"].get("ondelete")
            for table in metadata.tables
            for key in sa.inspect(connection).get_foreign_keys(table)
        ]
    assert cascades == ["CASCADE"] * 4


def test_the_previous_version_is_migrated_and_keeps_its_classes(engine, store_url):
    upgrade(engine, "0001")
    assert [kind for kind, *_ in differences(engine)] == ["add_table", "add_index"]
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO classes (title, code, teacher_hash, is_open, drawings_per_digit, "
            "created_at, delete_on, revision, bytes, pupils) VALUES ('old', '234679', 'x', true, "
            "2, '2026-01-01 00:00:00', '2999-01-01', 0, 0, 0)"
        )
    store = ClassStore.open(store_url)
    assert differences(engine) == []
    classroom = store.class_of_code("234679", "visitor")
    assert (classroom.title, classroom.created_at.utcoffset().total_seconds()) == ("old", 0)
    draw(store, store.join(classroom)[0])
    assert store.taught_models(classroom) == []
    store.close()


def test_a_migration_that_fails_changes_nothing(engine, monkeypatch):
    upgrade(engine, "0001")
    with engine.begin() as connection:  # its name blocks the index that the next version creates
        connection.exec_driver_sql("CREATE INDEX ix_taught_models_class_id ON pupils (number)")
    with pytest.raises(sa.exc.SQLAlchemyError):
        upgrade(engine)
    with engine.connect() as connection:
        assert not sa.inspect(connection).has_table("taught_models")
        assert MigrationContext.configure(connection).get_current_heads() == ("0001",)


def test_tables_of_a_newer_version_are_refused(engine, store_url):
    upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer version"):
        ClassStore.open(store_url)


def test_threads_that_open_an_empty_database_at_once(store_url):
    opened, failed = [], []

    def open_store():
        try:
            opened.append(ClassStore.open(store_url))
        except MnistAppError as error:
            failed.append(error)

    threads = [threading.Thread(target=open_store) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    classroom, secret = new_class(opened[0])
    assert {store.class_of_teacher(secret) for store in opened} == {classroom}
    for store in opened:
        store.close()
