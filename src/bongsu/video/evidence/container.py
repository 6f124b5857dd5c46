"""The one way to write an evidence package as a ZIP: stored, timeless, every header told by names, sizes and checksums.

Any ZIP tool opens it (APPNOTE 6.3.10, always ZIP64). Because there is exactly one way to write it, a reader can write
every header anew and compare: no byte is left that could change unseen.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import msgspec

from bongsu.core.errors import Invalid

CHUNK_BYTES = 1 << 20
_LOCAL = struct.Struct("<4s5H3I2H")
_LOCAL_EXTRA = struct.Struct("<2H2Q")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_CENTRAL_EXTRA = struct.Struct("<2H3Q")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR = struct.Struct("<4sIQI")
_END = struct.Struct("<4s4H2IH")

_VERSION, _UTF8, _STORED, _TIME, _DATE = 45, 0x0800, 0, 0, 0x21  # 1980-01-01: a package has no clock of its own
_UNIX, _READABLE = 0x0300, 0o100644 << 16
_FULL16, _FULL32 = 0xFFFF, 0xFFFF_FFFF
SMALLEST_BYTES = _END64.size + _LOCATOR.size + _END.size


class Member(msgspec.Struct, frozen=True):
    """One file inside; `offset` is where its header begins, `size` in bytes."""

    name: str
    size: int
    crc: int
    offset: int


def head(name: str, size: int, crc: int) -> bytes:
    """The bytes that stand before a file's own."""
    raw = name.encode()
    extra = _LOCAL_EXTRA.pack(1, 16, size, size)
    fixed = (_VERSION, _UTF8, _STORED, _TIME, _DATE, crc, _FULL32, _FULL32, len(raw), len(extra))
    return _LOCAL.pack(b"PK\x03\x04", *fixed) + raw + extra


def tail(members: Sequence[Member], at: int) -> bytes:
    """The bytes that stand after the last file, which ends at offset `at`."""
    directory = b"".join(map(_entry, members))
    count, size = len(members), len(directory)
    end64 = _END64.pack(b"PK\x06\x06", 44, _UNIX | _VERSION, _VERSION, 0, 0, count, count, size, at)
    locator = _LOCATOR.pack(b"PK\x06\x07", 0, at + size, 1)
    return directory + end64 + locator + _END.pack(b"PK\x05\x06", 0, 0, _FULL16, _FULL16, _FULL32, _FULL32, 0)


def _entry(member: Member) -> bytes:
    raw = member.name.encode()
    extra = _CENTRAL_EXTRA.pack(1, 24, member.size, member.size, member.offset)
    kinds = (_UNIX | _VERSION, _VERSION, _UTF8, _STORED, _TIME, _DATE)
    sizes = (member.crc, _FULL32, _FULL32, len(raw), len(extra), 0, 0, 0, _READABLE, _FULL32)
    return _CENTRAL.pack(b"PK\x01\x02", *kinds, *sizes) + raw + extra


class Writer:
    """Writes members in the order they are put; `close` writes what stands after them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._members: list[Member] = []
        self._at = 0

    def put(self, name: str, body: bytes) -> None:
        """A file of bytes."""
        self._begin(name, len(body), zlib.crc32(body))
        self._write(body)

    def put_file(self, name: str, source: BinaryIO) -> None:
        """A file from its beginning to its end; it is read twice, because its checksum stands before it."""
        size = crc = 0
        source.seek(0)
        for chunk in chunks(source):
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
        self._begin(name, size, crc)
        source.seek(0)
        for chunk in chunks(source):
            self._write(chunk)

    def close(self) -> None:
        """Finish the package; the file stays open."""
        self._write(tail(self._members, self._at))

    def _begin(self, name: str, size: int, crc: int) -> None:
        self._members.append(Member(name, size, crc, self._at))
        self._write(head(name, size, crc))

    def _write(self, raw: bytes) -> None:
        self._file.write(raw)
        self._at += len(raw)


class Reader:
    """Takes members in the order they must be in, and refuses the first byte that is not as the writer's would be."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._members: list[Member] = []
        self._at = 0

    def next_size(self, name: str) -> int:
        """The size in bytes that the header of the next member states; its place is not moved. Raises Invalid."""
        length = _LOCAL.size + len(name.encode()) + _LOCAL_EXTRA.size
        raw = self._file.read(length)
        self._file.seek(self._at)
        if len(raw) < length:
            raise Invalid("evidence.cut_short", at=self._at + len(raw))
        return int(_LOCAL_EXTRA.unpack(raw[-_LOCAL_EXTRA.size :])[2])

    def take(self, name: str, size: int) -> Iterator[bytes]:
        """The next member, of this name and size, piece by piece; its header is judged after the last piece.

        Raises Invalid("evidence.cut_short"), Invalid("evidence.container").
        """
        length = len(head(name, size, 0))
        stated, crc, left = self._exactly(length), 0, size
        while left:
            chunk = self._exactly(min(left, CHUNK_BYTES))
            crc, left = zlib.crc32(chunk, crc), left - len(chunk)
            yield chunk
        begin = self._at - size - length
        self._same(stated, head(name, size, crc), begin)
        self._members.append(Member(name, size, crc, begin))

    def finish(self) -> None:
        """What stands after the last member is as it must be, and nothing after that. Raises Invalid."""
        at = self._at
        expected = tail(self._members, at)
        self._same(self._exactly(len(expected)), expected, at)
        if self._file.read(1):
            raise Invalid("evidence.appended", at=self._at)

    def _exactly(self, size: int) -> bytes:
        raw = self._file.read(size)
        if len(raw) < size:
            raise Invalid("evidence.cut_short", at=self._at + len(raw))
        self._at += size
        return raw

    @staticmethod
    def _same(found: bytes, expected: bytes, at: int) -> None:
        if found != expected:
            place = next(i for i, (one, other) in enumerate(zip(found, expected, strict=True)) if one != other)
            raise Invalid("evidence.container", at=at + place)


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """A file from where it stands, in pieces."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
