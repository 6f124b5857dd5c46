"""Profiles "json" and "msgpack": our own body, as `POST /v1/observations` takes it (doors.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from bongsu.core.asking import Quarantined
from bongsu.core.register import PROPERTIES
from bongsu.telemetry.profiles.loose import NOTHING, loose_json, loose_msgpack, number, text, time_of
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.told import Told

# Known names decode to the one string we have, which costs less than a new one each time.
Property = Literal[PROPERTIES]  # type: ignore[valid-type]
TimeMs = Annotated[int, Meta(ge=0, le=2**53)]


class Reading(msgspec.Struct, frozen=True, gc=False):
    """One result of one property of one device."""

    device: str
    observed_property: Property
    result: float
    phenomenon_time_ms: TimeMs


class Position(msgspec.Struct, frozen=True, gc=False):
    """Where one device was."""

    device: str
    lon: float
    lat: float
    phenomenon_time_ms: TimeMs


class Body(msgspec.Struct, frozen=True, gc=False):
    """A message."""

    readings: list[Reading] = []
    positions: list[Position] = []


_json = msgspec.json.Decoder(Body).decode
_msgpack = msgspec.msgpack.Decoder(Body).decode


def from_json(body: bytes, source: str, arrived_ms: int) -> Told:
    """What a JSON body tells; a row that is wrong is a fault of its own, and the others are taken."""
    return _decode(body, source, arrived_ms, _json, loose_json)


def from_msgpack(body: bytes, source: str, arrived_ms: int) -> Told:
    """The same as msgpack."""
    return _decode(body, source, arrived_ms, _msgpack, loose_msgpack)


def _decode(
    body: bytes, source: str, arrived_ms: int, strict: Callable[[bytes], Body], loose: Callable[[bytes], object]
) -> Told:
    try:
        read = strict(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _row_by_row(loose(body), source, arrived_ms)
    rows, places = read.readings, read.positions
    if not rows and not places:
        # "Readings" instead of "readings" decodes as well, to nothing: it must not be lost without a word.
        return _row_by_row(loose(body), source, arrived_ms)
    told = Told(
        [row.device for row in rows],
        [row.observed_property for row in rows],
        [row.result for row in rows],
        [row.phenomenon_time_ms for row in rows],
    )
    for place in places:
        told.place(place.device, place.lon, place.lat, place.phenomenon_time_ms)
    return told


def _row_by_row(tree: object, source: str, arrived_ms: int) -> Told:
    """The same with a fault for each row that is wrong; `tree` is what the body holds."""
    told = Told()
    if not isinstance(tree, dict) or not any(name in tree for name in ("readings", "positions")):
        told.faults.append(Quarantined(at_ms=arrived_ms, reason=Reason.UNREADABLE.word, source=source, detail="body"))
        return told
    for name, take in (("readings", _reading), ("positions", _position)):
        rows = tree.get(name, [])
        if not isinstance(rows, list):
            rows = [None]
        for row in rows:
            wrong = take(told, row if isinstance(row, dict) else NOTHING)
            if wrong:
                told.faults.append(_fault(row, source, arrived_ms, wrong))
    return told


def _reading(told: Told, row: dict[str, Any]) -> str:
    """Take a reading; the field that is wrong, "" if none is."""
    device, name = text(row.get("device")), text(row.get("observed_property"))
    result, time_ms = number(row.get("result")), time_of(row.get("phenomenon_time_ms"))
    if device is None:
        return "device"
    if name is None:
        return "observed_property"
    if result is None:
        return "result"
    if time_ms is None:
        return "phenomenon_time_ms"
    told.read(device, name, result, time_ms)
    return ""


def _position(told: Told, row: dict[str, Any]) -> str:
    """Take a place; the field that is wrong, "" if none is."""
    device, time_ms = text(row.get("device")), time_of(row.get("phenomenon_time_ms"))
    lon, lat = number(row.get("lon")), number(row.get("lat"))
    if device is None:
        return "device"
    if lon is None or lat is None:
        return "lon" if lon is None else "lat"
    if time_ms is None:
        return "phenomenon_time_ms"
    told.place(device, lon, lat, time_ms)
    return ""


def _fault(row: object, source: str, arrived_ms: int, wrong: str) -> Quarantined:
    given = row if isinstance(row, dict) else NOTHING
    reason = Reason.NOT_A_NUMBER if wrong in ("result", "lon", "lat") else Reason.UNREADABLE
    return Quarantined(
        at_ms=arrived_ms,
        reason=reason.word,
        source=source,
        device=text(given.get("device")) or "",
        observed_property=text(given.get("observed_property")) or "",
        detail=wrong,
    )
