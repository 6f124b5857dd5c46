"""Traffic detectors in small streets, as telemetry tells of them."""

from __future__ import annotations

from bongsu.core.asking import Reading, Spot
from bongsu.core.device import DeviceKind
from fakes.streets import place

EAST, WEST = 90.0, 270.0
AT = 1_000_000


def a_detector(name, mps, x=50, y=2, heading_deg=EAST, at_ms=AT, told="speed"):
    where = place(x, y)
    reading = Reading(observed_property=told, unit="m/s", result=mps, time_ms=at_ms)
    kind = DeviceKind.TRAFFIC_DETECTOR
    return Spot(
        device=name, kind=kind, site=name, lon=where.lon, lat=where.lat, heading_deg=heading_deg, readings=(reading,)
    )
