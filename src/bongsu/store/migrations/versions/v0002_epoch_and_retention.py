"""A number for the one writer, snapshots of the board, suspended users, and what retention looks things up by."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NOT_ERASED = sa.text("length(body) > 0")
DELIVERED_NOT_ERASED = sa.text("state = 'delivered' AND length(body) > 0")


def upgrade() -> None:
    """Requests waiting in the outbox are of schema 1; a report's moment is that of the entry it led to."""
    numbers = op.create_table(
        "epoch",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(numbers, [{"id": 1, "number": 0}])
    op.create_table(
        "snapshots",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.add_column("users", sa.Column("suspended", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("outbox", sa.Column("schema", sa.Integer, nullable=False, server_default="1"))
    op.add_column("reports", sa.Column("at", sa.Float, nullable=False, server_default="0"))
    op.execute("UPDATE reports SET at = (SELECT entries.at FROM entries WHERE entries.seq = reports.seq)")
    _index("reports_kept", "reports", "at", NOT_ERASED)
    _index("ledger_kept", "ledger", "at", NOT_ERASED)
    _index("outbox_kept", "outbox", "next_at", DELIVERED_NOT_ERASED)
    op.create_index("ix_sessions_until", "sessions", ["until"])
    op.create_index("ix_links_until", "links", ["until"])


def _index(name: str, table: str, column: str, where: sa.TextClause) -> None:
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)
