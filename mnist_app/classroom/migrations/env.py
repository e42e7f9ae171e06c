"""Run by Alembic for each command: migrates the connection of `migrations.upgrade`."""

from alembic import context

from mnist_app.classroom.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
