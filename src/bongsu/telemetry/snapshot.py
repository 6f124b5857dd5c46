"""Register, latest state and the rules' memory on disk: a restart with a million devices is warm in seconds."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.core.device import Device
from bongsu.core.register import Register
from bongsu.telemetry.latest import Latest

BLOCK = 1_000
REGISTER, LATEST, RULES = "register.bin", "latest.bin", "rules.bin"
_COLUMNS = ("kind", "site", "source", "lon", "lat", "standing", "stream_device", "stream_property")
_MAGIC = b"BNGT\x01"
_decode = msgspec.msgpack.Decoder(list[Device]).decode


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds behind itself: columns by name with a row's NumPy type and their number, then blocks by size.

    `version` is the register's; `lineage` names the register's first beginning: rows of another are not ours.
    """

    version: int
    lineage: str
    columns: dict[str, tuple[str, int]]
    blocks: tuple[int, ...] = ()
    names: dict[str, list[str]] = {}


class StoredDevices(Sequence[Device]):
    """Devices as they lie on disk: a block is read when one of it is wanted, and the last one is kept."""

    def __init__(self, blocks: Sequence[memoryview], count: int) -> None:
        self._blocks, self._count = blocks, count
        self._at, self._block = -1, list[Device]()

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> Device: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Device]: ...
    def __getitem__(self, at: int | slice) -> Device | Sequence[Device]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(self._count))]
        if at < 0:
            at += self._count
        if not 0 <= at < self._count:
            raise IndexError(at)
        if at // BLOCK != self._at:
            self._at, self._block = at // BLOCK, _decode(self._blocks[at // BLOCK])
        return self._block[at % BLOCK]

    def __iter__(self) -> Iterator[Device]:
        for block in self._blocks:
            yield from _decode(block)


def write_register(folder: Path, register: Register, version: int, lineage: str) -> None:
    """Put the register on disk, whole or not at all; blocks, so run it in a thread."""
    devices = register.devices
    encode = msgspec.msgpack.encode
    blocks = [encode(devices[at : at + BLOCK]) for at in range(0, len(devices), BLOCK)]
    columns = {name: getattr(register, name) for name in _COLUMNS}
    names = {"ids": list(register.device_row), "sites": list(register.sites), "sources": list(register.sources)}
    _write(folder / REGISTER, version, lineage, columns, blocks, names)


def read_register(folder: Path) -> tuple[Register, int, str] | None:
    """The register on disk with its version and lineage, None where there is none that can be read."""
    found = _read(folder / REGISTER)
    if found is None:
        return None
    head, columns, blocks = found
    ids = head.names["ids"]
    register = Register(
        devices=StoredDevices(blocks, len(ids)),
        device_row=dict(zip(ids, range(len(ids)), strict=True)),
        sites=head.names["sites"],
        sources=head.names["sources"],
        **columns,
    )
    return register, head.version, head.lineage


async def write_latest(
    folder: Path, latest: Latest, version: int, lineage: str, settled: Callable[[], Awaitable[None]]
) -> None:
    """Put the latest state on disk once all it knows is safe: what is not would come again and be taken for known.

    Copied a slice at a time, so that nobody on the loop waits, and written in a thread.
    """
    copy = Latest()
    for _ in latest.copying(copy):
        await asyncio.sleep(0)
    await settled()
    await asyncio.to_thread(_write, folder / LATEST, version, lineage, copy.columns(), (), {})


def read_latest(folder: Path, register: Register, lineage: str) -> Latest:
    """The latest state on disk, with room for all of the register; an empty one where it is not of this lineage."""
    latest = Latest()
    found = _read(folder / LATEST)
    if found is not None and found[0].lineage == lineage:
        for name, column in found[1].items():
            setattr(latest, name, column.copy())
    latest.grow(register)
    return latest


def write_rules(folder: Path, states: dict[str, NDArray[Any]], version: int, lineage: str) -> None:
    """Put what the rules remember on disk, whole or not at all; blocks, so run it in a thread."""
    _write(folder / RULES, version, lineage, states, (), {})


def read_rules(folder: Path) -> dict[str, NDArray[Any]]:
    """What the rules remembered, not to be changed in place; nothing where there is none that can be read."""
    found = _read(folder / RULES)
    return {} if found is None else found[1]


def _write(
    path: Path,
    version: int,
    lineage: str,
    columns: dict[str, NDArray[Any]],
    blocks: Sequence[bytes],
    names: dict[str, list[str]],
) -> None:
    shapes = {name: (f"{column.shape[1:]}{column.dtype.str}", len(column)) for name, column in columns.items()}
    sizes = tuple(map(len, blocks))
    head = msgspec.msgpack.encode(Head(version=version, lineage=lineage, columns=shapes, blocks=sizes, names=names))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(_MAGIC + len(head).to_bytes(8, "little") + head)
        for column in columns.values():
            file.write(np.ascontiguousarray(column).data)
        for block in blocks:
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _read(path: Path) -> tuple[Head, dict[str, NDArray[Any]], list[memoryview]] | None:
    try:
        raw = memoryview(path.read_bytes())
    except OSError:
        return None
    begin = len(_MAGIC) + 8
    if bytes(raw[: len(_MAGIC)]) != _MAGIC:
        return None
    at = begin + int.from_bytes(raw[len(_MAGIC) : begin], "little")
    columns: dict[str, NDArray[Any]] = {}
    try:
        head = msgspec.msgpack.decode(raw[begin:at], type=Head)
        for name, (kind, rows) in head.columns.items():
            columns[name] = np.frombuffer(raw, np.dtype(kind), rows, at)
            at += columns[name].nbytes
    except (msgspec.MsgspecError, ValueError, TypeError):
        return None
    ends = np.cumsum((at, *head.blocks)).tolist()
    return (head, columns, [raw[a:b] for a, b in pairwise(ends)]) if ends[-1] == len(raw) else None
