"""Alembic's entrance: runs the steps on the connection that it is handed."""

from alembic import context

# Alembic loads this file when it has a context; who only looks at it has none.
if hasattr(context, "config"):
    context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
