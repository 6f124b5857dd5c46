"""Bringing the tables up to this release: SQLite by itself at opening, PostgreSQL by its owner's command.

Each step runs in one transaction with the number that says it is done, so a store is of one release or of the next.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text, update

from bongsu.core.errors import Conflict, NotFound
from bongsu.store import schema

FOLDER = Path(__file__).parent / "migrations"


def found(connection: Connection) -> int:
    """The number of the layout in this database, 0 where there is none."""
    if not connection.dialect.has_table(connection, schema.meta.name):
        return 0
    table = schema.meta
    return int(connection.scalar(table.select().with_only_columns(table.c.value).where(table.c.name == "schema")) or 0)


def check(connection: Connection) -> None:
    """Refuse a layout that is not this release's: Conflict("store.newer"), Conflict("store.older")."""
    number = found(connection)
    if number > schema.SCHEMA:
        raise Conflict("store.newer", found=number, known=schema.SCHEMA)
    if number < schema.SCHEMA:
        raise Conflict("store.older", found=number, known=schema.SCHEMA, command="bongsu migrate --dsn OWNER_DSN")


def bring_up(connection: Connection) -> tuple[int, int]:
    """Make the tables, or change them to this release's; the numbers before and after. Raises Conflict."""
    before = found(connection)
    if before > schema.SCHEMA:
        raise Conflict("store.newer", found=before, known=schema.SCHEMA)
    if before == 0:
        _make(connection)
    elif before < schema.SCHEMA:
        change(connection, schema.SCHEMA)
    return before, schema.SCHEMA


def _make(connection: Connection) -> None:
    schema.metadata.create_all(connection)
    connection.execute(schema.alembic_version.insert().values(version_num=_name(schema.SCHEMA)))
    connection.execute(schema.epoch.insert().values(id=1, number=0))
    connection.execute(schema.meta.insert().values(name="schema", value=str(schema.SCHEMA)))


def change(connection: Connection, to: int) -> None:
    """Apply the migrations up to this number; an empty database begins at the first."""
    from alembic import command  # slow to load, and only needed here
    from alembic.config import Config

    before = found(connection)
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    if before and not connection.dialect.has_table(connection, schema.alembic_version.name):
        command.stamp(config, _name(before))  # release 0.1.0 kept its number in `meta` alone
    command.upgrade(config, _name(to))
    number = {"value": str(to)}
    if before:
        connection.execute(update(schema.meta).where(schema.meta.c.name == "schema").values(number))
    else:
        connection.execute(schema.meta.insert().values(name="schema", **number))


def _name(number: int) -> str:
    return f"{number:04}"


def admit(connection: Connection, role: str) -> None:
    """Give the platform's account what it needs and nothing more. Raises NotFound, Conflict("store.role_too_strong").

    It reads and writes rows; it can neither make, change nor drop a table.
    """
    if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}) is None:
        raise NotFound("store.role", role=role)
    quote = connection.dialect.identifier_preparer.quote
    home = quote(str(connection.scalar(text("SELECT current_schema()"))))
    tables = ", ".join(f"{home}.{quote(table.name)}" for table in schema.metadata.sorted_tables)
    connection.execute(text(f"GRANT USAGE ON SCHEMA {home} TO {quote(role)}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO {quote(role)}"))
    if connection.scalar(_TOO_STRONG, {"role": role}):
        raise Conflict("store.role_too_strong", role=role)


_TOO_STRONG = text(
    "SELECT has_schema_privilege(:role, current_schema(), 'CREATE') OR EXISTS (SELECT 1 FROM pg_tables"
    " WHERE schemaname = current_schema() AND pg_has_role(:role, tableowner, 'USAGE'))"
)
