"""What the city owns, each layer whole: an import replaces it in one commit or not at all.

A layer's body is a row of blocks of at most 1,000 records each, so that whoever reads it can pause between blocks:
msgspec decodes a block in one go, and for so long nothing else of the process runs. Bodies written before were one
piece of msgpack; they are still read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from bongsu.core.asset import Bell, Boundary, Camera, Facility, FacilityKind, Ground
from bongsu.core.device import Device
from bongsu.store import schema

CAMERAS, GROUND, BELLS, BOUNDARIES, FACILITIES = "cameras", "ground", "bells", "boundaries", "facilities"
DEVICES = "devices"
LAYERS = (CAMERAS, GROUND, BELLS, BOUNDARIES, DEVICES, *(f"{FACILITIES}.{kind.value}" for kind in FacilityKind))
"""Every layer; registers of places have one for each kind, so that new lamps leave the schools standing."""

MAGIC = b"BNGS\x01"
LENGTH_BYTES = 4
AT_ONCE = 1000
HEAVY_AT_ONCE = 50
"""Fewer of the records that carry long outlines."""

Breathe = Callable[[], None]
"""Called between blocks; it may pause."""


def put(connection: Connection, layer: str, body: bytes, at: datetime) -> int:
    """Replace a layer and return its new version."""
    table = schema.assets
    version = (connection.scalar(select(table.c.version).where(table.c.layer == layer)) or 0) + 1
    connection.execute(table.delete().where(table.c.layer == layer))
    connection.execute(table.insert().values(layer=layer, version=version, at=at.timestamp(), body=body))
    return version


def cameras(connection: Connection) -> tuple[Camera, ...]:
    """Every camera of the register."""
    body = _body(connection, CAMERAS)
    return decode_cameras(body) if body is not None else ()


def ground(connection: Connection) -> Ground:
    """The map the city stands on."""
    body = _body(connection, GROUND)
    return decode_ground(body) if body is not None else Ground()


def bells(connection: Connection) -> tuple[Bell, ...]:
    """Every emergency bell."""
    body = _body(connection, BELLS)
    return decode_bells(body) if body is not None else ()


def boundaries(connection: Connection) -> tuple[Boundary, ...]:
    """The districts."""
    body = _body(connection, BOUNDARIES)
    return decode_boundaries(body) if body is not None else ()


def facilities(connection: Connection) -> tuple[Facility, ...]:
    """Every place of every register of places."""
    bodies = [_body(connection, layer) for layer in LAYERS if layer.startswith(FACILITIES)]
    return tuple(place for body in bodies if body is not None for place in decode_facilities(body))


def devices(connection: Connection) -> tuple[int, list[bytes]]:
    """The version of the register of devices and its blocks of msgpack, 0 and none where nobody brought one in."""
    table = schema.assets
    found = connection.execute(select(table.c.version, table.c.body).where(table.c.layer == DEVICES)).first()
    return (0, []) if found is None else (found.version, [bytes(block.rows) for block in _read(found.body)])


def encode_rows(rows: Sequence[Any]) -> bytes:
    """The body of a layer of records of one kind."""
    return MAGIC + b"".join(_blocks("rows", rows))


def encode_ground(ground: Ground) -> bytes:
    """The body of the map's layer."""
    parts = Ground.__struct_fields__
    return MAGIC + b"".join(block for part in parts for block in _blocks(part, getattr(ground, part)))


def decode_ground(body: bytes, breathe: Breathe = lambda: None) -> Ground:
    """The map of a body. Raises msgspec.MsgspecError."""
    if not body.startswith(MAGIC):
        return _whole_ground(body)
    parts: dict[str, list[Any]] = {}
    for block in _read(body):
        if block.part not in _GROUND:
            raise msgspec.ValidationError(f"unknown part {block.part!r}")
        parts.setdefault(block.part, []).extend(_GROUND[block.part](block.rows))
        breathe()
    return Ground(**{part: tuple(rows) for part, rows in parts.items()})


class _Block(msgspec.Struct, array_like=True):
    part: str
    rows: msgspec.Raw


def _blocks(part: str, rows: Sequence[Any]) -> Iterator[bytes]:
    at_once = AT_ONCE if part in ("rows", "places", "turn_rules") else HEAVY_AT_ONCE * 10
    for start in range(0, len(rows), at_once):
        block = encode([part, rows[start : start + at_once]])
        yield len(block).to_bytes(LENGTH_BYTES, "big") + block


def _read(body: bytes) -> Iterator[_Block]:
    at = len(MAGIC)
    while at < len(body):
        length = int.from_bytes(body[at : at + LENGTH_BYTES], "big")
        start, at = at + LENGTH_BYTES, at + LENGTH_BYTES + length
        if at > len(body):
            raise msgspec.DecodeError(f"the body ends within the block at byte {start}")
        yield _decode_block(body[start:at])


def _rows_decoder(kind: Any) -> Callable[..., tuple[Any, ...]]:
    decode_rows = msgspec.msgpack.Decoder(tuple[kind, ...]).decode

    def decode(body: bytes, breathe: Breathe = lambda: None) -> tuple[Any, ...]:
        if not body.startswith(MAGIC):
            return decode_rows(body)
        rows: list[Any] = []
        for block in _read(body):
            rows += decode_rows(block.rows)
            breathe()
        return tuple(rows)

    return decode


def _body(connection: Connection, layer: str) -> Any:
    table = schema.assets
    return connection.scalar(select(table.c.body).where(table.c.layer == layer))


def _ground_decoders() -> dict[str, Callable[[Any], Iterable[Any]]]:
    kinds = msgspec.structs.fields(Ground)
    return {field.name: msgspec.msgpack.Decoder(field.type).decode for field in kinds}


encode = msgspec.msgpack.Encoder().encode
_decode_block = msgspec.msgpack.Decoder(_Block).decode
_whole_ground = msgspec.msgpack.Decoder(Ground).decode
_GROUND = _ground_decoders()
decode_cameras = _rows_decoder(Camera)
decode_bells = _rows_decoder(Bell)
decode_facilities = _rows_decoder(Facility)
decode_boundaries = _rows_decoder(Boundary)
decode_devices = _rows_decoder(Device)
