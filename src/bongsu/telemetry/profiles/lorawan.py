"""What the network servers' uplinks have in common: decoded payload fields that are readings, and a place."""

from __future__ import annotations

from collections.abc import Mapping

from bongsu.core.asking import Quarantined
from bongsu.core.register import code_of
from bongsu.telemetry.profiles.loose import number, text
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.told import Told


def take(told: Told, device: str, fields: object, time_ms: int, source: str) -> None:
    """The fields named as an observed property; others (signal strength, frame kind) are none of ours.

    A payload without a single one is a fault: its decoder does not speak our names, or there is none.
    """
    if not isinstance(fields, Mapping) or not fields:
        told.faults.append(_fault(Reason.UNREADABLE, time_ms, source, device, "decoded payload"))
        return
    known = [name for name in fields if isinstance(name, str) and code_of(name) >= 0]
    for name in known:
        result = number(fields[name])
        if result is None:
            told.faults.append(_fault(Reason.NOT_A_NUMBER, time_ms, source, device, name))
        else:
            told.read(device, name, result, time_ms)
    if not known and not place(told, device, fields, time_ms):
        names = " ".join(sorted(str(name) for name in fields))
        told.faults.append(_fault(Reason.UNKNOWN_PROPERTY, time_ms, source, device, text(names[:64]) or ""))


def place(told: Told, device: str, where: object, time_ms: int) -> bool:
    """The device's own place, if one is told."""
    if not isinstance(where, Mapping):
        return False
    lon, lat = number(where.get("longitude")), number(where.get("latitude"))
    if lon is None or lat is None:
        return False
    told.place(device, lon, lat, time_ms)
    return True


def unreadable(source: str, arrived_ms: int, what: str) -> Told:
    """Nothing but the fault that this is no uplink."""
    return Told(faults=[_fault(Reason.UNREADABLE, arrived_ms, source, "", what)])


def _fault(reason: Reason, at_ms: int, source: str, device: str, detail: str) -> Quarantined:
    return Quarantined(at_ms=at_ms, reason=reason.word, source=source, device=device, detail=detail)
