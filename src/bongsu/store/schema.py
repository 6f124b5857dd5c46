"""The tables, one schema for SQLite and PostgreSQL; records are stored as msgpack beside the columns we search by.

What retention erased keeps its row with an empty body (a ledger row: an empty payload and salt); the partial indexes
named `…_kept` hold only what is not erased yet, so that looking for what is due stays cheap at ten million rows.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TextClause,
    false,
    text,
)

SCHEMA = 3
"""The number of this layout and of its newest migration; a store with a higher one is refused untouched."""

NOT_ERASED = text("length(body) > 0")
DELIVERED_NOT_ERASED = text("state = 'delivered' AND length(body) > 0")

metadata = MetaData()


def _kept(name: str, column: str, where: TextClause) -> Index:
    return Index(name, column, sqlite_where=where, postgresql_where=where)


meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))

alembic_version = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))

epoch = Table(
    "epoch",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("schema", Integer, nullable=False),
    Column("incident", String, nullable=False, index=True),
    Column("what", String, nullable=False),
    Column("at", Float, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("sender", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("incident", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Float, nullable=False, server_default="0"),
    _kept("reports_kept", "at", NOT_ERASED),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("detail", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("schema", Integer, nullable=False, server_default="1"),
    Index("outbox_due", "state", "next_at"),
    _kept("outbox_kept", "next_at", DELIVERED_NOT_ERASED),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("act", String, nullable=False),
    Column("who", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    _kept("ledger_kept", "at", NOT_ERASED),
)

users = Table(
    "users",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("agency", String, nullable=False),
    Column("password", String, nullable=False),
    Column("suspended", Boolean, nullable=False, server_default=false()),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("until", Float, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("digest", String, primary_key=True),
    Column("user", String, nullable=False),
    Column("until", Float, nullable=False, index=True),
)

assets = Table(
    "assets",
    metadata,
    Column("layer", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("schema", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("digest", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

ngsi_entities = Table(
    "ngsi_entities",
    metadata,
    Column("id", String, primary_key=True),
    Column("layout", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

ngsi_subscriptions = Table(
    "ngsi_subscriptions",
    metadata,
    Column("id", String, primary_key=True),
    Column("layout", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sent", LargeBinary, nullable=False),
)

ngsi_notices = Table(
    "ngsi_notices",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("subscription", String, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("next_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
