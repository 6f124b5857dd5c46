"""The blocks of a PBF file, walked without reading them, so that a broken file is named by block and byte.

Source: OSM PBF format, "Fileformat" (4 bytes length, BlobHeader, Blob; header ≤ 64 KiB, blob ≤ 32 MiB).
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import msgspec
import osmium

from bongsu.core.errors import Invalid

MAX_HEADER = 64 * 1024
MAX_BLOB = 32 * 1024 * 1024
TYPES = ("OSMHeader", "OSMData")


class Block(msgspec.Struct, frozen=True):
    """One block: where it begins, how long it is with its header, and its type."""

    at: int
    length: int
    kind: str


def walk(path: Path) -> tuple[Block, ...]:
    """List all blocks of a file.

    Raises Invalid("osm.not_pbf") when the first is no OSMHeader, ("osm.truncated") and ("osm.broken") with
    the block, counted from 1, and the byte where it begins.
    """
    size = path.stat().st_size
    blocks: list[Block] = []
    with path.open("rb") as file:
        while (at := blocks[-1].at + blocks[-1].length if blocks else 0) < size or not blocks:
            blocks.append(_block(file, at, size, len(blocks) + 1))
    return tuple(blocks)


def find_broken(path: Path, blocks: tuple[Block, ...], detail: str) -> Invalid:
    """Which block osmium cannot read, found by handing it the blocks one at a time."""
    with path.open("rb") as file:
        header = _bytes_of(file, blocks[0])
        for number, block in enumerate(blocks, start=1):
            alone = header if number == 1 else header + _bytes_of(file, block)
            if problem := _trouble(alone):
                return Invalid("osm.broken", block=number, byte=block.at, detail=problem)
    return Invalid("osm.broken", block=1, byte=0, detail=detail)


def _block(file: BinaryIO, at: int, size: int, number: int) -> Block:
    file.seek(at)
    head = file.read(4)
    length = int.from_bytes(head, "big")
    wrong = len(head) == 4 and not 0 < length <= MAX_HEADER
    if not wrong and at + 4 + length > size:
        wrong = number == 1
        if not wrong:
            raise Invalid("osm.truncated", block=number, byte=at)
    found = None if wrong else _header(file.read(length))
    if found is None or found[0] not in TYPES or (number == 1) != (found[0] == "OSMHeader"):
        raise _not_pbf(number, at)
    kind, datasize = found
    if at + 4 + length + datasize > size:
        raise Invalid("osm.truncated", block=number, byte=at)
    return Block(at, 4 + length + datasize, kind)


def _not_pbf(number: int, at: int) -> Invalid:
    if number == 1:
        return Invalid("osm.not_pbf", byte=at, detail="no OSMHeader block")
    return Invalid("osm.broken", block=number, byte=at, detail="no OSMData block")


def _header(data: bytes) -> tuple[str, int] | None:
    """Type and datasize of a BlobHeader (protobuf: 1 type, 2 indexdata, 3 datasize), None when it is none."""
    kind, datasize, at = "", -1, 0
    while at < len(data):
        key, at = data[at], at + 1
        value, at = _varint(data, at)
        if key in (0x0A, 0x12):
            if key == 0x0A:
                kind = data[at : at + value].decode("ascii", "replace")
            at += value
        elif key == 0x18:
            datasize = value
        else:
            return None
    return (kind, datasize) if at == len(data) and 0 <= datasize <= MAX_BLOB else None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    return MAX_BLOB + 1, len(data) + 1


def _bytes_of(file: BinaryIO, block: Block) -> bytes:
    file.seek(block.at)
    return file.read(block.length)


def _trouble(data: bytes) -> str:
    try:
        for _ in osmium.FileProcessor(osmium.io.FileBuffer(data, "pbf")):
            pass
    except (RuntimeError, ValueError) as problem:
        return str(problem)
    return ""
