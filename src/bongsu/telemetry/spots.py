"""Devices in a box of the map, or by name: where they stand and what they told last; of wards only where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bongsu.core.asking import ListSpots, Reading, Spot
from bongsu.core.observed import OBSERVED
from bongsu.core.register import KINDS, Register
from bongsu.telemetry.reasons import Reason

SPOTS_AT_MOST, OF_KINDS_AT_MOST = 2_000, 20_000
"""For a screen, and for a part of the platform that asks for some kinds: a metropolis has thousands of detectors."""


class Heard(Protocol):
    """What everything told last and where moving devices were: Unix milliseconds, negative never."""

    result: NDArray[np.float64]
    time_ms: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    place_ms: NDArray[np.int64]
    trouble: NDArray[np.int8]


def rows_of(asked: ListSpots, register: Register, latest: Heard) -> tuple[list[int], bool]:
    """Rows of the devices asked for, in the order of their registration; whether there are more than are told.

    A device that told where it is, is there; a ward's stays where it is registered, and shows only under its site.
    """
    at_most = min(max(asked.at_most, 1), OF_KINDS_AT_MOST if asked.kinds else SPOTS_AT_MOST)
    candidates = _in_box(asked, register, latest) if not asked.devices else _named(asked, register)
    rows = list(islice(_shown(candidates, asked, register, latest), at_most + 1))
    return rows[:at_most], len(rows) > at_most


def _named(asked: ListSpots, register: Register) -> list[int]:
    known = {register.device_row[one] for one in asked.devices if one in register.device_row}
    return [row for row in sorted(known) if register.standing[row]]


def _in_box(asked: ListSpots, register: Register, latest: Heard) -> list[int]:
    """Devices that are registered in the box, or told that they are there: a few more than belong."""
    inside = _within(asked, register.lon, register.lat)
    known = min(len(inside), len(latest.lon))
    told = _within(asked, latest.lon[:known], latest.lat[:known])
    inside[:known] |= told & (latest.place_ms[:known] >= 0)
    rows = np.flatnonzero(inside & register.standing)
    if asked.kinds:
        rows = rows[np.isin(register.kind[rows], [KINDS.index(kind) for kind in asked.kinds])]
    found: list[int] = rows.tolist()
    return found


def _within(asked: ListSpots, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (lon >= asked.west) & (lon <= asked.east) & (lat >= asked.south) & (lat <= asked.north)
    return inside


def _shown(rows: Sequence[int], asked: ListSpots, register: Register, latest: Heard) -> Iterator[int]:
    sites = frozenset(asked.sites)
    for row in rows:
        device = register.devices[row]
        if device.ward and (device.site or device.id) not in sites:
            continue
        lon, lat = _place(row, bool(device.ward), register, latest)
        if asked.devices or (asked.west <= lon <= asked.east and asked.south <= lat <= asked.north):
            yield row


def _place(row: int, is_ward: bool, register: Register, latest: Heard) -> tuple[float, float]:
    if is_ward or row >= len(latest.place_ms) or latest.place_ms[row] < 0:
        return float(register.lon[row]), float(register.lat[row])
    return float(latest.lon[row]), float(latest.lat[row])


def spot_of(row: int, register: Register, latest: Heard) -> Spot:
    """A device as a screen may see it: of a ward's no reading, and no place but where it is registered."""
    device = register.devices[row]
    streams = register.stream_row[device.id]
    told = {name: one for name, one in streams.items() if one < len(latest.time_ms) and latest.time_ms[one] >= 0}
    heard = [int(latest.time_ms[one]) for one in told.values()]
    heard += [int(latest.place_ms[row])] if row < len(latest.place_ms) else []
    trouble = Reason(int(latest.trouble[row])) if row < len(latest.trouble) else Reason.TAKEN
    lon, lat = _place(row, bool(device.ward), register, latest)
    return Spot(
        device=device.id,
        kind=KINDS[register.kind[row]],
        site=device.site or device.id,
        lon=None if np.isnan(lon) else lon,
        lat=None if np.isnan(lat) else lat,
        name=device.name,
        heard_ms=max([0, *heard]),
        trouble="" if trouble is Reason.TAKEN else trouble.word,
        readings=() if device.ward else tuple(_readings(told, latest)),
        heading_deg=device.heading_deg,
    )


def _readings(told: Mapping[str, int], latest: Heard) -> Iterator[Reading]:
    for name, row in told.items():
        result, time_ms = float(latest.result[row]), int(latest.time_ms[row])
        yield Reading(observed_property=name, unit=OBSERVED[name].unit, result=result, time_ms=time_ms)
