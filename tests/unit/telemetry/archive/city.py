"""A small city of devices whose archive is tried: two homes without a ward, one with, a bus that moves."""

from __future__ import annotations

import numpy as np

from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.device import Device, DeviceKind
from bongsu.core.register import code_of, register_of
from bongsu.settings import ArchiveSettings
from bongsu.telemetry.archive.archive import Archive

NOON_MS = 1_795_316_400_000  # 2026-11-22 12:00 in Korea
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

PLUG = Device(id="plug-1", kind=DeviceKind.POWER_METER, observes=("power", "energy"))
OTHER = Device(id="plug-2", kind=DeviceKind.POWER_METER, observes=("power",))
BAND = Device(id="band-1", kind=DeviceKind.WEARABLE, observes=("heart_rate", "power"), ward="ward-7")
BAND_2 = Device(id="band-2", kind=DeviceKind.WEARABLE, observes=("heart_rate",), ward="ward-8")
BUS = Device(id="bus-1", kind=DeviceKind.BUS, observes=("speed",))
REGISTER = register_of([PLUG, OTHER, BAND, BAND_2, BUS])


class Clock:
    def __init__(self, now_ms=NOON_MS):
        self.now_ms = now_ms

    def __call__(self):
        return self.now_ms


def an_archive(folder, clock=None, **terms):
    return Archive(folder / "archive", folder / "archive-keys", ArchiveSettings(**terms), clock or Clock())


def told(*rows, places=(), register=REGISTER, now_ms=NOON_MS):
    """Telemetry of rows (device, property, result, time) and places (device, lon, lat, time)."""
    streams = [register.stream_row[device.id][name] for device, name, _, _ in rows]
    results = Results(
        np.array(streams, np.int32),
        register.stream_device[np.array(streams, np.int32)],
        np.array([row[2] for row in rows], np.float64),
        np.array([row[3] for row in rows], np.int64),
    )
    where = Places(
        np.array([register.device_row[one[0].id] for one in places], np.int32),
        np.array([one[1] for one in places], np.float64),
        np.array([one[2] for one in places], np.float64),
        np.array([one[3] for one in places], np.int64),
    )
    assert all(code_of(row[1]) >= 0 for row in rows)
    return Telemetry(results, where, now_ms)
