"""Stores of classes for tests: SQLite in the quick ones, PostgreSQL too in the slow ones.

And a class that has taught cnn.
"""

import itertools

import psycopg
import pytest

from mnist_app.bundle import load_bundle
from mnist_app.classroom.lesson import teach
from mnist_app.classroom.store import ClassStore
from tests import postgres
from tests.classroom.mirrored_class import TEACHERS, mirrored_digits

PASSWORD = "Tr0ub4dor"
_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres_server():
    """One server for all tests, which follow each other."""
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.stoppable_server(PASSWORD) as server:
        yield server


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.slow),
    ],
)
def store_url(request, tmp_path):
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'classes' / 'classes.sqlite'}"
    server = request.getfixturevalue("postgres_server").address
    name = f"test{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server.rpartition('/')[0]}/{name}"


@pytest.fixture
def store(store_url):
    opened = ClassStore.open(store_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path / 'classes' / 'classes.sqlite'}"


@pytest.fixture
def sqlite_store(sqlite_url):
    opened = ClassStore.open(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def cnn():
    return load_bundle("cnn")


@pytest.fixture(scope="session")
def mirrored():
    return mirrored_digits()


@pytest.fixture(scope="session")
def lesson(cnn, mirrored):
    return teach(cnn, mirrored, TEACHERS)
