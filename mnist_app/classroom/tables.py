"""The tables of the store (SQLAlchemy Core). ``migrations`` makes them; a test compares both."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class UtcTime(sa.TypeDecorator[datetime]):
    """Aware times in UTC, also in SQLite, which has no time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Return ``value``, which must be aware, in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Return the stored time with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _within(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete="CASCADE")


classes = sa.Table(
    "classes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("code", sa.String(16), nullable=False, unique=True),
    sa.Column("teacher_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("drawings_per_digit", sa.Integer, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("delete_on", sa.Date, nullable=False),
    # counts every change of the class's drawings and pupils
    sa.Column("revision", sa.Integer, nullable=False),
    # bytes of its drawings and taught models
    sa.Column("bytes", sa.BigInteger, nullable=False),
    # number of the pupil who joined last
    sa.Column("pupils", sa.Integer, nullable=False),
    sqlite_autoincrement=True,
)
pupils = sa.Table(
    "pupils",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("class_id", sa.Integer, _within("classes"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    # digits still to be drawn, the next one first
    sa.Column("to_draw", sa.Text, nullable=False),
    sa.Column("joined_at", UtcTime, nullable=False),
    sa.Column("is_removed", sa.Boolean, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.UniqueConstraint("class_id", "number"),
    sqlite_autoincrement=True,
)
drawings = sa.Table(
    "drawings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("class_id", sa.Integer, _within("classes"), nullable=False),
    sa.Column("pupil_id", sa.Integer, _within("pupils"), nullable=False),
    # chosen by the pupil's page: a drawing sent twice is kept once
    sa.Column("client_id", sa.Uuid, nullable=False),
    sa.Column("label", sa.SmallInteger, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("image", sa.LargeBinary, nullable=False),
    sa.Column("strokes", sa.LargeBinary, nullable=False),
    sa.Column("drawn_at", UtcTime, nullable=False),
    sa.Column("is_removed", sa.Boolean, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.UniqueConstraint("pupil_id", "client_id"),
    sa.Index(None, "class_id", "revision"),
    sqlite_autoincrement=True,
)
taught_models = sa.Table(
    "taught_models",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("class_id", sa.Integer, _within("classes"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("blob", sa.LargeBinary, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),  # a JSON object
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Index(None, "class_id"),
    sqlite_autoincrement=True,
)
