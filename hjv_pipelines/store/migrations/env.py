"""Alembic's entry: runs the migrations in the schema `hjv` on the connection that `store/migrate.py` hands over."""

from alembic import context
from sqlalchemy import Connection, text

connection: Connection = context.config.attributes["connection"]
connection.execute(text("CREATE SCHEMA IF NOT EXISTS hjv"))
connection.commit()
# A step lets go of its locks before the next one begins.
context.configure(connection=connection, version_table_schema="hjv", transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
