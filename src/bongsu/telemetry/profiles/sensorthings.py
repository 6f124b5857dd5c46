"""Profile "sensorthings": Observations as an OGC SensorThings 1.1 service sends them over MQTT (FROST among others).

Accepted: one Observation, a list of them, `{"value": […]}`, and the data array extension (18-088, 12.4).
The device is the name of the expanded Thing and the property the name of the expanded ObservedProperty; without those
the Datastream's `@iot.id` or name must read `<device>/<property>`. A GeoJSON Point as the result is a place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bongsu.core.asking import Quarantined
from bongsu.telemetry.profiles.loose import inside, iso_ms, loose_json, number, text
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.told import Told


def decode(body: bytes, source: str, arrived_ms: int) -> Told:
    """What the Observations tell; one without a time was made when it arrived."""
    told = Told()
    for seen in _observations(loose_json(body)):
        wrong = _take(told, seen, arrived_ms)
        if wrong:
            reason = Reason.NOT_A_NUMBER if wrong == "result" else Reason.UNREADABLE
            told.faults.append(Quarantined(at_ms=arrived_ms, reason=reason.word, source=source, detail=wrong))
    return told


def _observations(tree: object) -> Iterator[object]:
    rows = inside(tree, "value") if isinstance(tree, Mapping) and "value" in tree else tree
    for row in rows if isinstance(rows, list) else [rows]:
        if isinstance(row, Mapping) and "dataArray" in row:
            yield from _of_array(row)
        else:
            yield row


def _of_array(block: Mapping[str, Any]) -> Iterator[object]:
    names, rows = block.get("components"), block["dataArray"]
    if not isinstance(names, list) or not isinstance(rows, list) or not all(isinstance(name, str) for name in names):
        yield None
        return
    for row in rows:
        if isinstance(row, list) and len(row) == len(names):
            yield {**dict(zip(names, row, strict=True)), "Datastream": block.get("Datastream")}
        else:
            yield None


def _take(told: Told, seen: object, arrived_ms: int) -> str:
    """Take an Observation; the field that is wrong, "" if none is."""
    if not isinstance(seen, Mapping):
        return "Observation"
    device, name = _named(seen.get("Datastream"))
    if device is None:
        return "Datastream"
    at = seen.get("phenomenonTime") or seen.get("resultTime")
    time_ms = arrived_ms if at is None else iso_ms(at)
    if time_ms is None:
        return "phenomenonTime"
    return _result(told, device, name, seen.get("result"), time_ms)


def _result(told: Told, device: str, name: str | None, result: object, time_ms: int) -> str:
    point = inside(result, "coordinates")
    if isinstance(point, list):
        lon, lat = (number(each) for each in point[:2]) if len(point) > 1 else (None, None)
        if lon is None or lat is None:
            return "result"
        told.place(device, lon, lat, time_ms)
        return ""
    value = number(result)
    if value is None or name is None:
        return "result" if value is None else "Datastream"
    told.read(device, name, value, time_ms)
    return ""


def _named(stream: object) -> tuple[str | None, str | None]:
    """The device and the property a Datastream is of."""
    thing, observed = text(inside(stream, "Thing", "name")), text(inside(stream, "ObservedProperty", "name"))
    if thing is not None:
        return thing, observed
    for given in (inside(stream, "@iot.id"), inside(stream, "name")):
        name = text(given)
        if name is not None and "/" in name:
            device, _, observed = name.rpartition("/")
            return text(device), text(observed)
    return None, None
