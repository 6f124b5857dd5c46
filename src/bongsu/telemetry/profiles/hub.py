"""Profile "hub": readings of a city hub's sensors, as our own source of it maps them, each in the unit it said."""

from __future__ import annotations

import msgspec

from bongsu.core.asking import Quarantined
from bongsu.core.observed import OBSERVED
from bongsu.core.units import converted
from bongsu.telemetry.profiles.loose import number, text, time_of
from bongsu.telemetry.profiles.lorawan import unreadable
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.told import Told


class Row(msgspec.Struct, frozen=True):
    """One reading: `result` as the hub has it, in `unit` ("" it said none)."""

    device: object = None
    observed_property: object = None
    result: object = None
    unit: object = ""
    phenomenon_time_ms: object = None


_read = msgspec.json.Decoder(list[Row]).decode


def decode(body: bytes, source: str, arrived_ms: int) -> Told:
    """What a hub's body tells; a row that is wrong is a fault of its own, and the others are taken."""
    try:
        rows = _read(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return unreadable(source, arrived_ms, "body")
    told = Told()
    for row in rows:
        reason = _take(told, row)
        if reason is not Reason.TAKEN:
            told.faults.append(_fault(row, reason, source, arrived_ms))
    return told


def _take(told: Told, row: Row) -> Reason:
    device, name, time_ms = text(row.device), text(row.observed_property), time_of(row.phenomenon_time_ms)
    if device is None or name is None or time_ms is None:
        return Reason.UNREADABLE
    if name not in OBSERVED:
        return Reason.UNKNOWN_PROPERTY
    result = number(row.result)
    if result is None:
        return Reason.NOT_A_NUMBER
    ours = converted(result, row.unit if isinstance(row.unit, str) else "?", OBSERVED[name].unit)
    if ours is None:
        return Reason.WRONG_UNIT
    told.read(device, name, ours, time_ms)
    return Reason.TAKEN


def _fault(row: Row, reason: Reason, source: str, arrived_ms: int) -> Quarantined:
    return Quarantined(
        at_ms=arrived_ms,
        reason=reason.word,
        source=source,
        device=text(row.device) or "",
        observed_property=text(row.observed_property) or "",
        detail=str(row.unit)[:64] if reason is Reason.WRONG_UNIT else "",
    )
