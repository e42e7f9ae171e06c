"""Studies in PostgreSQL: what its address may look like, that its password is never said."""

import pytest

import train_model
from mnist_app.errors import TrainingError
from mnist_app.training.search import postgres_storage
from mnist_app.training.search.options import mask_passwords

SECRET = "Tr0ub4dor"
NOBODY_LISTENS = f"postgresql://app:{SECRET}@127.0.0.1:1/studies"


def test_an_unreachable_database_is_named_without_its_password():
    with pytest.raises(TrainingError) as caught:
        postgres_storage.PostgresStudyStorage(NOBODY_LISTENS, "study", lost_after=60)
    message = str(caught.value)
    assert "127.0.0.1, database studies does not answer" in message
    assert "refused" in message
    assert "same command" in message
    assert SECRET not in message
    assert "\n" not in message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__, "a trace would show what the driver said"


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:///study.db",
        f"mysql://app:{SECRET}@host/studies",
        f"postgresql://app:{SECRET}",
        f"postgresql://app:{SECRET}@host:port/studies",
        f"postgresql://app:p@{SECRET}@host/studies",
        f"postgresql//app:{SECRET}@host/studies",
        SECRET,
        "",
    ],
)
def test_what_is_no_address_of_postgresql_is_refused_and_not_repeated(address):
    with pytest.raises(TrainingError, match=r"postgresql://USER@HOST/DATABASE") as caught:
        postgres_storage.PostgresStudyStorage(address, "study", lost_after=60)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_password_is_taken_out_of_the_address(scheme):
    url, secrets = postgres_storage._parsed_address(
        f"{scheme}://app:{SECRET}%40%7B@host:5433/studies"
    )
    assert secrets == [f"{SECRET}@{{"]
    assert url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://app@host:5433/studies"
    )
    url, secrets = postgres_storage._parsed_address(
        f"{scheme}://host/studies?password={SECRET}&sslmode=require"
    )
    assert secrets == [SECRET]
    assert url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://host/studies?sslmode=require"
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"unknown: {NOBODY_LISTENS}", "unknown: postgresql://app:***@127.0.0.1:1/studies"),
        (f"postgresql://a:x@{SECRET}@h/d", "postgresql://a:***@h/d"),
        (f"postgresql://h/d?password={SECRET}&x=1", "postgresql://h/d?password=***&x=1"),
        ("https://www.python.org:443/a", "https://www.python.org:443/a"),
        ("nothing@all: here", "nothing@all: here"),
    ],
)
def test_passwords_are_hidden_in_what_is_said(said, shown):
    assert mask_passwords(said) == shown


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "cnn", "--trials", "3", "--storag", "e", NOBODY_LISTENS],
        ["search", "cnn", "--trials", "3", "--storaje", NOBODY_LISTENS],
        ["search", "cnn", "--trials", NOBODY_LISTENS],
        ["search", NOBODY_LISTENS, "--trials", "3"],
        ["fit", NOBODY_LISTENS],
        [NOBODY_LISTENS],
    ],
)
def test_a_slip_of_the_keyboard_does_not_show_the_password(arguments, capsys):
    try:
        status = train_model.main(arguments)
    except SystemExit as end:
        status = end.code
    shown = "".join(capsys.readouterr())
    assert status in {1, 2}
    assert "127.0.0.1" in shown
    assert SECRET not in shown


@pytest.mark.slow
def test_the_program_says_that_the_database_is_unreachable_and_no_more(capfd):
    arguments = ["search", "dense-deep", "--trials", "1", "--data", "synthetic"]
    assert train_model.main([*arguments, "--storage", NOBODY_LISTENS]) == 1
    shown = capfd.readouterr()
    assert shown.err.count("\n") == 1
    assert shown.err.startswith("Error: The database at 127.0.0.1")
    assert SECRET not in shown.out + shown.err
