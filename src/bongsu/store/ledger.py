"""Ledger rows at rest: gapless sequence, a fresh salt each, and the leaf hash a Merkle log can be built on."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, Row, func, select

from bongsu.core.ledger import Act, LedgerRow, Sealed, leaf_hash
from bongsu.store import schema

SALT_BYTES = 32
LEAF_BYTES = 32
ACCESS = (
    Act.SIGN_IN, Act.SIGN_OUT, Act.VIEW, Act.STILL, Act.REPLAY, Act.WATCHED, Act.STEER, Act.STEERED,
    Act.READ_LEDGER, Act.REFUSE,
)  # fmt: skip
"""The rows that are access records; what was granted, provided, revised or deleted is kept for good."""

FORGOTTEN = "forgotten"
_ERASED = re.compile(r"\bledger=(\d+)")

_LAST = select(func.max(schema.ledger.c.seq))
_INSERT = schema.ledger.insert()
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(LedgerRow).decode


def add(connection: Connection, rows: Sequence[LedgerRow]) -> int:
    """Append rows and return the sequence of the last one, 0 for none."""
    if not rows:
        return 0
    seq = connection.scalar(_LAST) or 0
    connection.execute(_INSERT, [_sealed(seq + place, row) for place, row in enumerate(rows, 1)])
    return seq + len(rows)


def _sealed(seq: int, row: LedgerRow) -> dict[str, object]:
    payload, salt = _encode(row), secrets.token_bytes(SALT_BYTES)
    return {
        "seq": seq,
        "at": row.at.timestamp(),
        "act": row.act.value,
        "who": row.who,
        "body": payload,
        "salt": salt,
        "leaf": leaf_hash(payload, salt),
    }


def newest(connection: Connection, before: int | None, at_most: int) -> list[Sealed]:
    """Rows newest first, those with a sequence below `before` when given; of a forgotten one only act and time."""
    table = schema.ledger
    query = select(table.c.seq, table.c.at, table.c.act, table.c.body, table.c.salt, table.c.leaf)
    if before is not None:
        query = query.where(table.c.seq < before)
    rows = connection.execute(query.order_by(table.c.seq.desc()).limit(at_most))
    return [Sealed(seq=row.seq, row=_row(row), salt=row.salt, leaf=row.leaf) for row in rows]


def _row(row: Row[int, float, str, bytes, bytes, bytes]) -> LedgerRow:
    if row.body:
        return _decode(row.body)
    return LedgerRow(at=datetime.fromtimestamp(row.at, UTC), act=Act(row.act), who="", reason=FORGOTTEN)


def faults(connection: Connection) -> list[int]:
    """Sequences that are missing, or whose leaf no longer matches its payload; empty in an honest ledger.

    A row without payload and salt is forgotten: honest as long as it is an access record, its leaf is whole, and
    the rows of deletions say that so many were erased. Where more are blank than they say, all of those are at fault.
    """
    table = schema.ledger
    query = select(table.c.seq, table.c.act, table.c.body, table.c.salt, table.c.leaf).order_by(table.c.seq)
    wrong: list[int] = []
    forgotten: list[int] = []
    expected, erased = 1, 0
    for row in connection.execute(query).yield_per(1000):
        wrong.extend(range(expected, row.seq))
        expected = row.seq + 1
        if not row.body and not row.salt and row.act in ACCESS and len(row.leaf) == LEAF_BYTES:
            forgotten.append(row.seq)
        elif leaf_hash(row.body, row.salt) != row.leaf:
            wrong.append(row.seq)
        elif row.act == Act.DELETE:
            erased += rows_erased(_decode(row.body).reason)
    return sorted(wrong + (forgotten if len(forgotten) > erased else []))


def rows_erased(reason: str) -> int:
    """How many ledger rows the row of a deletion says it erased."""
    found = _ERASED.search(reason)
    return int(found[1]) if found else 0
