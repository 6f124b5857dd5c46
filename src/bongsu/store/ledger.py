"""Ledger rows at rest: gapless sequence, a fresh salt each, and the leaf hash a Merkle log can be built on."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, select

from bongsu.core.ledger import LedgerRow, Sealed, leaf_hash
from bongsu.store import schema

SALT_BYTES = 32

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
    """Rows newest first, those with a sequence below `before` when given."""
    table = schema.ledger
    query = select(table.c.seq, table.c.body, table.c.salt, table.c.leaf)
    if before is not None:
        query = query.where(table.c.seq < before)
    rows = connection.execute(query.order_by(table.c.seq.desc()).limit(at_most))
    return [Sealed(seq=row.seq, row=_decode(row.body), salt=row.salt, leaf=row.leaf) for row in rows]


def faults(connection: Connection) -> list[int]:
    """Sequences that are missing, or whose leaf no longer matches its payload; empty in an honest ledger."""
    table = schema.ledger
    wrong: list[int] = []
    expected = 1
    for row in connection.execute(select(table.c.seq, table.c.body, table.c.salt, table.c.leaf).order_by(table.c.seq)):
        wrong.extend(range(expected, row.seq))
        if leaf_hash(row.body, row.salt) != row.leaf:
            wrong.append(row.seq)
        expected = row.seq + 1
    return wrong
