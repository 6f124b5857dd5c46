"""The table beside a shapefile (dBASE III): fields by name, Korean in cp949 unless a .cpg says otherwise."""

from __future__ import annotations

import struct

from bongsu.core.errors import Invalid

FIELD_BYTES = 32
DELETED = b"*"


def read_rows(data: bytes, encoding: str) -> list[dict[str, str]]:
    """Every record as text, deleted ones as empty. Raises Invalid("boundary.broken_dbf")."""
    if len(data) < FIELD_BYTES:
        raise Invalid("boundary.broken_dbf", detail=f"{len(data)} bytes")
    count, header, width = struct.unpack_from("<IHH", data, 4)
    fields = _fields(data[FIELD_BYTES:header], encoding)
    if sum(size for _, size in fields) + 1 != width or header + count * width > len(data) + 1:
        raise Invalid("boundary.broken_dbf", detail=f"{count} records of {width} bytes in {len(data)}")
    return [_row(data[at : at + width], fields, encoding) for at in range(header, header + count * width, width)]


def _fields(data: bytes, encoding: str) -> list[tuple[str, int]]:
    fields = []
    for at in range(0, len(data) - FIELD_BYTES + 1, FIELD_BYTES):
        if data[at] == 0x0D:
            break
        name = data[at : at + 11].split(b"\0")[0].decode(encoding, "replace")
        fields.append((name, data[at + 16]))
    return fields


def _row(record: bytes, fields: list[tuple[str, int]], encoding: str) -> dict[str, str]:
    if record[:1] == DELETED:
        return {}
    row, at = {}, 1
    for name, size in fields:
        row[name] = record[at : at + size].decode(encoding, "replace").strip(" \0")
        at += size
    return row
