"""Classes, their pupils and drawings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "classes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("teacher_hash", sa.String(64), nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.Column("drawings_per_digit", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delete_on", sa.Date, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("pupils", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_classes"),
        sa.UniqueConstraint("code", name="uq_classes_code"),
        sa.UniqueConstraint("teacher_hash", name="uq_classes_teacher_hash"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pupils",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("class_id", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("to_draw", sa.Text, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_removed", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pupils"),
        sa.ForeignKeyConstraint(
            ["class_id"], ["classes.id"], name="fk_pupils_class_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("class_id", "number", name="uq_pupils_class_id_number"),
        sa.UniqueConstraint("secret_hash", name="uq_pupils_secret_hash"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "drawings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("class_id", sa.Integer, nullable=False),
        sa.Column("pupil_id", sa.Integer, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("label", sa.SmallInteger, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("image", sa.LargeBinary, nullable=False),
        sa.Column("strokes", sa.LargeBinary, nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_removed", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drawings"),
        sa.ForeignKeyConstraint(
            ["class_id"], ["classes.id"], name="fk_drawings_class_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pupil_id"], ["pupils.id"], name="fk_drawings_pupil_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("pupil_id", "client_id", name="uq_drawings_pupil_id_client_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drawings_class_id_revision", "drawings", ["class_id", "revision"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("drawings", "pupils", "classes"):
        op.drop_table(table)
