"""What partners keep with us through the NGSI-LD door: entities, subscriptions, and notifications on their way."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Three tables, empty."""
    op.create_table(
        "ngsi_entities",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("layout", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ngsi_subscriptions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("layout", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sent", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "ngsi_notices",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("subscription", sa.String, nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_ms", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
