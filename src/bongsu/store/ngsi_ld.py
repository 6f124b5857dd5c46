"""Entities and subscriptions of the NGSI-LD door, and notifications on their way: one transaction writes all three.

Bodies are the callers' own msgpack, with the number of its layout beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

import msgspec
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import sqlite

from bongsu.store import schema

LAYOUT = 1
AT_ONCE = 500

_INSERT = sqlite.insert(schema.ngsi_entities)
_UPSERT = _INSERT.on_conflict_do_update(
    index_elements=["id"], set_={"body": _INSERT.excluded.body, "layout": _INSERT.excluded.layout}
)


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One notification waiting: its place in line, whose it is, what it says, and how often it was tried."""

    seq: int
    subscription: str
    body: bytes
    attempts: int = 0
    next_ms: int = 0


class Writes(msgspec.Struct, frozen=True, kw_only=True):
    """What one commit changes: entities by their new bodies, entities gone, notifications new."""

    put: dict[str, bytes]
    gone: frozenset[str] = frozenset()
    notices: tuple[Notice, ...] = ()


def write(connection: Connection, writes: Writes) -> None:
    """Make the changes."""
    is_sqlite = connection.dialect.name == "sqlite"
    _drop(connection, writes.gone if is_sqlite else {*writes.put, *writes.gone})
    if writes.put:
        rows = [{"id": name, "body": body, "layout": LAYOUT} for name, body in writes.put.items()]
        connection.execute(_UPSERT if is_sqlite else schema.ngsi_entities.insert(), rows)
    if writes.notices:
        connection.execute(schema.ngsi_notices.insert(), [msgspec.structs.asdict(one) for one in writes.notices])


def entities(connection: Connection) -> Iterator[tuple[str, bytes]]:
    """Every entity's id and body, in the order of their ids."""
    table = schema.ngsi_entities
    for row in connection.execute(select(table.c.id, table.c.body).order_by(table.c.id)).yield_per(AT_ONCE):
        yield row.id, bytes(row.body)


def subscriptions(connection: Connection) -> Iterator[tuple[bytes, bytes]]:
    """Every subscription's body and what came of it so far (b"" nothing)."""
    table = schema.ngsi_subscriptions
    for row in connection.execute(select(table.c.body, table.c.sent).order_by(table.c.id)):
        yield bytes(row.body), bytes(row.sent)


def notices(connection: Connection) -> list[Notice]:
    """Every notification not delivered yet, the oldest first."""
    table = schema.ngsi_notices
    found = connection.execute(select(table).order_by(table.c.seq)).mappings()
    return [Notice(**{name: row[name] for name in Notice.__struct_fields__}) for row in found]


def last_notice(connection: Connection) -> int:
    """The highest number a notification waiting has, 0 where none waits."""
    return int(connection.scalar(select(func.max(schema.ngsi_notices.c.seq))) or 0)


def put_subscription(connection: Connection, subscription: str, body: bytes) -> None:
    """Keep a subscription, new or changed; what came of it so far stands."""
    table = schema.ngsi_subscriptions
    done = connection.execute(update(table).where(table.c.id == subscription).values(body=body, layout=LAYOUT))
    if done.rowcount == 0:
        connection.execute(table.insert().values(id=subscription, body=body, sent=b"", layout=LAYOUT))


def drop_subscription(connection: Connection, subscription: str) -> None:
    """Forget a subscription and what waits for it."""
    waiting = schema.ngsi_notices
    connection.execute(delete(waiting).where(waiting.c.subscription == subscription))
    connection.execute(delete(schema.ngsi_subscriptions).where(schema.ngsi_subscriptions.c.id == subscription))


def settle(connection: Connection, subscription: str, sent: bytes, done: Sequence[int], late: Notice | None) -> None:
    """Write down what came of a try: notifications done with, and one that will be tried again."""
    table = schema.ngsi_subscriptions
    connection.execute(update(table).where(table.c.id == subscription).values(sent=sent))
    waiting = schema.ngsi_notices
    if done:
        connection.execute(delete(waiting).where(waiting.c.seq.in_(done)))
    if late is not None:
        fresh = {"attempts": late.attempts, "next_ms": late.next_ms}
        connection.execute(update(waiting).where(waiting.c.seq == late.seq).values(fresh))


def _drop(connection: Connection, names: Collection[str]) -> None:
    """Delete entities, many at once. On PostgreSQL also those that are put again: an insert of many rows is one trip
    there, an upsert of many is as many.
    """
    left = iter(names)
    while some := list(islice(left, AT_ONCE)):
        connection.execute(delete(schema.ngsi_entities).where(schema.ngsi_entities.c.id.in_(some)))


def layer_version(connection: Connection, layer: str) -> int:
    """The version of a layer of assets, 0 where there is none."""
    table = schema.assets
    return int(connection.scalar(select(table.c.version).where(table.c.layer == layer)) or 0)
