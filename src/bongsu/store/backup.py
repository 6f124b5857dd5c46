"""One file that holds a whole store as it stood at one moment, the same for both databases.

`BONGSU-BACKUP-1`, then blocks (length, zlib of msgpack), a block of length 0, and the SHA-256 of all before it. The
first block is the Head; every other is [table, rows]. Left out: sessions and sign-in links (everybody signs in anew),
snapshots (they are made again), NGSI-LD notifications still on their way (old news by then) and the writer's number
(the target has its own).
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, Table, select

from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.store import schema

MAGIC = b"BONGSU-BACKUP-1\n"
LENGTH_BYTES = 4
DIGEST_BYTES = 32
ROWS_AT_ONCE = 500
READ_BYTES = 1 << 20
TABLES = (
    schema.entries,
    schema.reports,
    schema.outbox,
    schema.ledger,
    schema.users,
    schema.assets,
    schema.ngsi_entities,
    schema.ngsi_subscriptions,
)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself: the layout it is of, when it was made, and each table's columns."""

    schema: int
    at: datetime
    columns: dict[str, tuple[str, ...]]


class Block(msgspec.Struct, frozen=True, array_like=True):
    """Some rows of one table, in the order of the head's columns."""

    table: str
    rows: list[tuple[Any, ...]]


_encode = msgspec.msgpack.Encoder().encode
_decode_head = msgspec.msgpack.Decoder(Head).decode
_decode_block = msgspec.msgpack.Decoder(Block).decode


def check_free(path: Path) -> None:
    """Never write over a backup. Raises Conflict("backup.exists"), NotFound("backup.folder")."""
    if path.exists():
        raise Conflict("backup.exists", path=str(path))
    if not path.parent.is_dir():
        raise NotFound("backup.folder", path=str(path.parent))


def write(connection: Connection, path: Path, at: datetime) -> int:
    """Write everything this connection's one snapshot shows; the number of rows. Raises Conflict("backup.exists").

    The file has its name only once it is whole and on disk.
    """
    check_free(path)
    fresh = path.with_name(path.name + ".new")
    rows = 0
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        sealed = _Sealed(file)
        sealed.write(MAGIC)
        columns = {str(table.name): tuple(str(column.name) for column in table.columns) for table in TABLES}
        sealed.block(_encode(Head(schema=schema.SCHEMA, at=at, columns=columns)))
        for block in _rows(connection):
            rows += len(block.rows)
            sealed.block(_encode(block))
        sealed.end()
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)
    return rows


def _rows(connection: Connection) -> Iterator[Block]:
    for table in TABLES:
        found = connection.execute(select(table).order_by(*table.primary_key.columns))
        for some in found.yield_per(ROWS_AT_ONCE).partitions():
            yield Block(table=str(table.name), rows=[tuple(row) for row in some])


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Sealed:
    """A file whose bytes are summed as they are written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sum = hashlib.sha256()

    def write(self, what: bytes) -> None:
        self._file.write(what)
        self._sum.update(what)

    def block(self, what: bytes) -> None:
        body = zlib.compress(what, 6)
        self.write(len(body).to_bytes(LENGTH_BYTES, "big") + body)

    def end(self) -> None:
        self.write(bytes(LENGTH_BYTES))
        self._file.write(self._sum.digest())


class Backup:
    """A backup file, found whole. Raises NotFound("backup.missing"), Invalid("backup.damaged"), ("backup.newer")."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.digest = _check(path)
        body = next(self._bodies(), None)
        try:
            self.head = _decode_head(body or b"")
        except msgspec.DecodeError:
            raise Invalid("backup.damaged", path=str(path)) from None
        if self.head.schema > schema.SCHEMA:
            raise Conflict("backup.newer", found=self.head.schema, known=schema.SCHEMA)

    def blocks(self) -> Iterator[tuple[Table | None, tuple[str, ...], Block]]:
        """Every block with its table's columns."""
        bodies = self._bodies()
        next(bodies)
        for body in bodies:
            block = _decode_block(body)
            yield schema.metadata.tables.get(block.table), self.head.columns[block.table], block

    def _bodies(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            file.seek(len(MAGIC))
            while length := int.from_bytes(file.read(LENGTH_BYTES), "big"):
                yield zlib.decompress(file.read(length))


def _check(path: Path) -> str:
    """The file's sum, once it is found to be the one the file ends with."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            summed = hashlib.sha256()
            left = size - DIGEST_BYTES
            begins = file.read(len(MAGIC)) == MAGIC
            file.seek(0)
            while left > 0 and (some := file.read(min(READ_BYTES, left))):
                summed.update(some)
                left -= len(some)
            whole = begins and summed.digest() == file.read(DIGEST_BYTES)
    except FileNotFoundError:
        raise NotFound("backup.missing", path=str(path)) from None
    if not whole:
        raise Invalid("backup.damaged", path=str(path))
    return summed.hexdigest()
