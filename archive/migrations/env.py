"""How does alembic reach the database? By the connection that `archive.database` hands it, in its transaction.

There is no alembic.ini: `open_database` brings every database up to date. A new migration is the next file in
versions/, its revision the four digits of its name.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
