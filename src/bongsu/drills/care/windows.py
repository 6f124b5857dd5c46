"""What is sent of the simulated month: one window around each case, as one body, and ordinary homes up to now.

Rules judge by event time, so past days can be told at once. But a rule that waits for something also hears the clock,
and to it the last thing told still holds: so each window is one body, and ends when all is calm again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from bongsu.world.care import Case, Place, Reading, Scene
from bongsu.world.care.story import DAY_MS, HOUR_MS

PER_DEVICE = 550
"""A device may tell 600 times a minute (docs/reference/doors.md): a window with more is left to the bench."""
LEAD_MS = {"structures": 5 * DAY_MS}
TAIL_MS = {"structures": 5 * DAY_MS, "childcare": 2 * HOUR_MS}
PROPERTY = {"tilts": "tilt", "gives_way": "tilt", "cracks": "crack_width", "heat_wave": "tilt"}
SERVICES = ("wandering", "childcare", "water_meters", "smart_bins", "structures", "room_fire")
"""Those whose rules judge by what is told; silence is judged by the clock, and cannot be told of past days."""
LEFT_OUT = frozenset({"bin_full", "water_no_use"})
"""Kinds whose rules stay off here: a bin fills in every window, and a dry meter is an absence."""


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """One case and the body that tells of it."""

    service: str
    case: Case
    body: bytes


def windows(service: str, scene: Scene) -> Iterator[Window]:
    """A window for each case; one for a case that begins too early or is told too often is left out."""
    site_of = {device.id: device.site or device.id for device in scene.devices}
    for case in scene.cases:
        if case.kind in LEFT_OUT:
            continue
        first_ms = case.began_ms - LEAD_MS.get(service, 2 * HOUR_MS)
        last_ms = min(case.over_ms, case.began_ms + 30 * HOUR_MS) + TAIL_MS.get(service, HOUR_MS)
        told = [
            one
            for one in scene.told
            if first_ms <= one.time_ms <= last_ms and site_of[one.device] == case.site and _is_meant(case, one)
        ]
        if service == "water_meters":
            told = _until_dry(told, case)
        most = max(Counter(one.device for one in told).values(), default=0)
        if first_ms >= scene.told[0].time_ms and 0 < most <= PER_DEVICE:
            yield Window(service=service, case=case, body=body_of(told))


def _is_meant(case: Case, one: Reading | Place) -> bool:
    wanted = PROPERTY.get(case.what)
    if isinstance(one, Place):
        return True
    if wanted is None and case.kind.startswith("structure"):
        wanted = "vibration"
    return (wanted is None or one.property == wanted) and one.property not in ("fill", "water_volume")


def _until_dry(told: list[Reading | Place], case: Case) -> list[Reading | Place]:
    """End at a reading of no flow after a near-miss: to the clock, an open tap would run until today."""
    while told and not case.true and isinstance(told[-1], Reading) and told[-1].result > 0:
        told = told[:-1]
    return told


def ordinary_homes(scene: Scene, now_ms: int) -> list[bytes]:
    """Homes in which nothing happens, told of over the last two days until now: nobody may be alarmed."""
    troubled = {case.site for case in scene.cases}
    bodies = []
    for site in dict.fromkeys(device.site for device in scene.devices if device.site not in troubled):
        told = [
            one
            for one in scene.told
            if now_ms - 2 * DAY_MS <= one.time_ms <= now_ms and one.device.startswith(f"{site}-")
        ]
        bodies.append(body_of(told))
    return bodies


def body_of(told: list[Reading | Place]) -> bytes:
    """The body of `POST /v1/observations` that tells this."""
    readings = [
        {
            "device": one.device,
            "observed_property": one.property,
            "result": one.result,
            "phenomenon_time_ms": one.time_ms,
        }
        for one in told
        if isinstance(one, Reading)
    ]
    positions = [
        {"device": one.device, "lon": one.lon, "lat": one.lat, "phenomenon_time_ms": one.time_ms}
        for one in told
        if isinstance(one, Place)
    ]
    return msgspec.json.encode({"readings": readings, "positions": positions})
