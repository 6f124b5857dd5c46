"""Sealed parts: what wards' devices told in a day, each ward's in blocks of its own that only its key opens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
import pyarrow as pa
from cryptography.exceptions import InvalidTag

from bongsu.telemetry.archive.durably import place
from bongsu.telemetry.archive.keys import Key
from bongsu.telemetry.archive.rows import Rows, joined, once

MAGIC = b"BONGSU-SEALED-1\n"
LENGTH_BYTES = 8

Told = Mapping[str, Rows]
"""What one ward's devices told, by observed property."""


class _Columns(msgspec.Struct, frozen=True, array_like=True):
    names: list[str]
    device: bytes
    first: bytes
    second: bytes
    time_ms: bytes
    late: bytes


_read_block = msgspec.msgpack.Decoder(dict[str, _Columns]).decode
_read_index = msgspec.msgpack.Decoder(list[tuple[bytes, int]]).decode


def write_sealed(path: Path, day: str, told: Sequence[tuple[Key, Told]]) -> int:
    """Write one part of a day, what each ward's devices told under its key; its size. Raises DiskFull, OSError."""
    blocks = [(key.id, key.seal(_plain(rows), day.encode())) for key, rows in told]
    index = msgspec.msgpack.encode([(name, len(block)) for name, block in blocks])

    def write(file: BinaryIO) -> None:
        file.write(MAGIC + len(index).to_bytes(LENGTH_BYTES, "little") + index)
        for _, block in blocks:
            file.write(block)

    return place(path, write)


def read_sealed(path: Path, day: str, keys: Mapping[bytes, Key]) -> Iterator[tuple[Key, Told]]:
    """What these keys open of a part; a block whose key is gone, or that is damaged, is passed over.

    Raises FileNotFoundError.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return
        index = _read_index(file.read(int.from_bytes(file.read(LENGTH_BYTES), "little")))
        at = file.tell()
        for name, length in index:
            key = keys.get(name)
            if key is not None:
                file.seek(at)
                yield from _opened(key, file.read(length), day)
            at += length


def gathered(many: Iterable[tuple[Key, Told]], day: int) -> list[tuple[Key, Told]]:
    """Several parts' contents as one: each ward once, each of its rows once."""
    keys: dict[bytes, Key] = {}
    found: dict[bytes, dict[str, list[Rows]]] = defaultdict(lambda: defaultdict(list))
    for key, told in many:
        keys[key.id] = key
        for observed_property, rows in told.items():
            found[key.id][observed_property].append(rows)
    return [
        (keys[name], {what: once(joined(rows), day) for what, rows in told.items()}) for name, told in found.items()
    ]


def _opened(key: Key, block: bytes, day: str) -> Iterator[tuple[Key, Told]]:
    try:
        plain = key.open(block, day.encode())
    except InvalidTag:
        return
    yield key, {name: _rows(columns) for name, columns in _read_block(plain).items()}


def _plain(told: Told) -> bytes:
    return msgspec.msgpack.encode({name: _columns(rows) for name, rows in told.items()})


def _columns(rows: Rows) -> _Columns:
    used, device = np.unique(rows.device, return_inverse=True)
    return _Columns(
        rows.names.take(pa.array(used)).to_pylist(),
        device.astype("<i4").tobytes(),
        rows.first.astype("<f8").tobytes(),
        rows.second.astype("<f8").tobytes(),
        rows.time_ms.astype("<i8").tobytes(),
        rows.late.tobytes(),
    )


def _rows(columns: _Columns) -> Rows:
    return Rows(
        pa.array(columns.names, pa.string()),
        np.frombuffer(columns.device, "<i4"),
        np.frombuffer(columns.first, "<f8"),
        np.frombuffer(columns.second, "<f8"),
        np.frombuffer(columns.time_ms, "<i8"),
        np.frombuffer(columns.late, np.bool_),
    )
