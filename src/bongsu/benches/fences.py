"""How many moved places a second one core judges against ten thousand rings."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from bongsu.core.asset import Line
from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.device import Device, DeviceKind
from bongsu.core.register import register_of
from bongsu.core.rule import Geofence, Rule
from bongsu.rules import geofence
from bongsu.rules.batch import Sorted
from bongsu.rules.dangers import in_force, state_for

RINGS, DEVICES, PLACES_A_BATCH = 10_000, 50_000, 10_000
LON, LAT, DEGREES = 127.0, 37.4, 0.3
STEP_DEGREES = 2e-5
"""Two metres: a walk, so that most devices stay on their side of a fence."""


def rings(count: int, seed: int = 1) -> dict[str, Line]:
    """Irregular rings of 8 to 20 corners, some 200 m across, all over a city of 26 by 33 km; many overlap."""
    rng = np.random.default_rng(seed)
    given: dict[str, Line] = {}
    for number in range(count):
        corners = int(rng.integers(8, 21))
        angle = np.sort(rng.random(corners) * 0.9 + np.arange(corners)) / corners * 2 * np.pi
        radius = rng.uniform(0.0006, 0.0014, corners)
        lon, lat = LON + rng.random() * DEGREES, LAT + rng.random() * DEGREES
        ring = [
            (float(lon + r * np.cos(a) * 1.25), float(lat + r * np.sin(a))) for r, a in zip(radius, angle, strict=True)
        ]
        given[f"zone-{number}"] = (*ring, ring[0])
    return given


def fence_points_per_core(seconds: float = 4.0, count: int = RINGS) -> dict[str, float]:
    """Places judged a second of one core's time by a whole geofence rule, its state advanced; all places moved."""
    register = register_of(Device(id=f"W-{n}", kind=DeviceKind.WEARABLE, observes=()) for n in range(DEVICES))
    rule = Rule(name="fence", enabled=True, terms=Geofence(zones=tuple(f"zone-{n}" for n in range(count)), enter=True))
    began = time.process_time()
    force = in_force("fence", rule, rings(count))
    built_s = time.process_time() - began
    state = state_for(force, register)
    busy_s, points, found = 0.0, 0, 0
    for batch in _walk(np.random.default_rng(2)):
        began = time.process_time()
        detections, moves = geofence.detect(Sorted(batch, register), register, force, state)
        state.advance(moves)
        busy_s += time.process_time() - began
        points, found = points + len(batch.places), found + len(detections)
        if busy_s >= seconds:
            break
    return {"fence_points_per_core": round(points / busy_s), "build_s": round(built_s, 2), "detections": found}


def _walk(rng: np.random.Generator) -> Iterator[Telemetry]:
    """Batches without end: a part of all devices, each a step further than before."""
    lon, lat = LON + rng.random(DEVICES) * DEGREES, LAT + rng.random(DEVICES) * DEGREES
    ints, floats, times = np.empty(0, np.int32), np.empty(0, np.float64), np.empty(0, np.int64)
    results, now_ms = Results(ints, ints, floats, times), 1_760_000_000_000
    while True:
        for first in range(0, DEVICES, PLACES_A_BATCH):
            now_ms += 100
            device = np.arange(first, first + PLACES_A_BATCH, dtype=np.int32)
            lon[device] += rng.normal(0, STEP_DEGREES, PLACES_A_BATCH)
            lat[device] += rng.normal(0, STEP_DEGREES, PLACES_A_BATCH)
            places = Places(device, lon[device], lat[device], np.full(PLACES_A_BATCH, now_ms))
            yield Telemetry(results=results, places=places, now_ms=now_ms)
