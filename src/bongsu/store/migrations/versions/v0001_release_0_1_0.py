"""The tables as release 0.1.0 made them. Never changed: stores in service begin here."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the nine tables of 0.1.0."""
    _of_the_journal()
    _of_the_outbox()
    _of_the_people()


def _of_the_journal() -> None:
    op.create_table("meta", _name("name", primary_key=True), _name("value"))
    op.create_table(
        "entries",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("schema", sa.Integer, nullable=False),
        _name("incident"),
        _name("what"),
        _moment("at"),
        _bytes("body"),
    )
    op.create_index("ix_entries_incident", "entries", ["incident"])
    op.create_table(
        "reports",
        _name("sender", primary_key=True),
        _name("key", primary_key=True),
        _name("digest"),
        sa.Column("seq", sa.BigInteger, nullable=False),
        _name("incident"),
        _bytes("body"),
    )


def _of_the_outbox() -> None:
    op.create_table(
        "outbox",
        _name("key", primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        _name("state"),
        sa.Column("attempts", sa.Integer, nullable=False),
        _moment("next_at"),
        _name("detail"),
        _bytes("body"),
    )
    op.create_index("outbox_due", "outbox", ["state", "next_at"])
    op.create_table(
        "assets",
        _name("layer", primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        _moment("at"),
        _bytes("body"),
    )


def _of_the_people() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        _moment("at"),
        _name("act"),
        _name("who"),
        _bytes("body"),
        _bytes("salt"),
        _bytes("leaf"),
    )
    op.create_table(
        "users",
        _name("id", primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        _name("role"),
        _name("agency"),
        _name("password"),
    )
    op.create_table("sessions", _name("id", primary_key=True), _moment("until"), _bytes("body"))
    op.create_table("links", _name("digest", primary_key=True), _name("user"), _moment("until"))


def _name(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, primary_key=primary_key, nullable=False)


def _moment(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float, nullable=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)
