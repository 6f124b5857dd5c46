"""Alembic's door: it works inside the transaction of the connection it is handed, and never opens one of its own."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
