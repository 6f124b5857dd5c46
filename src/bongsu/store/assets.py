"""What the city owns, each layer whole: an import replaces it in one commit or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from bongsu.core.asset import Camera, Ground
from bongsu.store import schema

CAMERAS = "cameras"
GROUND = "ground"


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


def _body(connection: Connection, layer: str) -> Any:
    table = schema.assets
    return connection.scalar(select(table.c.body).where(table.c.layer == layer))


encode = msgspec.msgpack.Encoder().encode
decode_cameras = msgspec.msgpack.Decoder(tuple[Camera, ...]).decode
decode_ground = msgspec.msgpack.Decoder(Ground).decode
