"""Where every crew was last seen: unit positions as columns, and as the frames the console draws."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bongsu.core.asset import Unit
from bongsu.core.batch import Batch
from bongsu.core.dispatch import Crew
from bongsu.core.errors import TooMuch
from bongsu.core.geo import Plane, Point

MOST_UNITS = 65_536
"""A frame names a unit by sixteen bits."""

NEVER_MS = np.iinfo(np.int64).min
UNKNOWN_U16 = 65_535

FRAME = np.dtype([("unit", "<u2"), ("lon", "<i4"), ("lat", "<i4"), ("heading", "<u2"), ("speed", "<u2")])
"""One position as `docs/reference/doors.md` sets it: 14 bytes."""


class Latest:
    """The latest position of each registered unit; a unit's row is its place in `units`, for good."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self._row: dict[str, int] = {}
        self._lon = np.empty(0)
        self._lat = np.empty(0)
        self._heading_deg = np.empty(0)
        self._speed_mps = np.empty(0)
        self._time_ms = np.empty(0, np.int64)

    def register(self, units: Iterable[Unit]) -> None:
        """Give new units a row and known ones their new name; TooMuch("city.units") past 65,536."""
        for unit in units:
            row = self._row.get(unit.id)
            if row is not None:
                self.units[row] = unit
                continue
            if len(self.units) >= MOST_UNITS:
                raise TooMuch("city.units", most=MOST_UNITS)
            self._row[unit.id] = len(self.units)
            self.units.append(unit)
        self._grow(len(self.units) - len(self._time_ms))

    def see(self, batch: Batch) -> int:
        """Take the newest position of each unit; returns how many observations were of unknown units.

        Late observations and places off the Earth change nothing.
        """
        row = np.array([self._row.get(unit, -1) for unit in batch.unit], dtype=np.int64)
        known = row >= 0
        on_earth = (np.abs(batch.lon) <= 180) & (np.abs(batch.lat) <= 90)
        newer = batch.phenomenon_time_ms >= self._time_ms[row] if len(self.units) else known
        taken = np.flatnonzero(known & on_earth & newer)
        # Ascending in time, so that the newest of a unit's observations is the one that is written last.
        taken = taken[np.argsort(batch.phenomenon_time_ms[taken], kind="stable")]
        into = row[taken]
        self._lon[into], self._lat[into] = batch.lon[taken], batch.lat[taken]
        self._heading_deg[into], self._speed_mps[into] = batch.heading_deg[taken], batch.speed_mps[taken]
        self._time_ms[into] = batch.phenomenon_time_ms[taken]
        return int(np.count_nonzero(~known))

    def frame(self, only: Sequence[int] | None = None) -> bytes:
        """The positions of all units, or of the given rows, as 14-byte records; units never seen are left out.

        A speed nobody told is sent as 0, a heading as 65535.
        """
        rows = self._seen() if only is None else np.array(sorted(set(only)), dtype=np.int64)
        rows = rows[self._time_ms[rows] != NEVER_MS]
        frame = np.zeros(len(rows), FRAME)
        frame["unit"] = rows
        frame["lon"] = np.round(self._lon[rows] * 1e7)
        frame["lat"] = np.round(self._lat[rows] * 1e7)
        frame["heading"] = _hundredths(self._heading_deg[rows] % 360, 36_000, UNKNOWN_U16)
        speed = np.clip(self._speed_mps[rows], 0, (UNKNOWN_U16 - 1) / 100)
        frame["speed"] = _hundredths(speed, UNKNOWN_U16, 0)
        return frame.tobytes()

    def near(self, places: Sequence[Point], within_m: float) -> list[int]:
        """Rows of the units within a radius of any of the places, ascending."""
        seen = self._seen()
        if len(seen) == 0 or not places:
            return []
        lon, lat = np.array([(where.lon, where.lat) for where in places]).T
        east, north = Plane(Point(0.0, float(lat.mean()))).metres_per_degree()
        x = (self._lon[seen][:, None] - lon) * east
        y = (self._lat[seen][:, None] - lat) * north
        return [int(row) for row in seen[(np.hypot(x, y) <= within_m).any(axis=1)]]

    def whereabouts(self) -> list[Crew]:
        """Every unit ever seen, where it was seen last."""
        rows = self._seen()
        columns = (self._lon, self._lat, self._heading_deg, self._speed_mps, self._time_ms)
        told = zip(rows.tolist(), *(column[rows].tolist() for column in columns), strict=True)
        return [
            Crew(
                unit=self.units[row],
                where=Point(lon, lat),
                at_ms=at_ms,
                heading_deg=None if math.isnan(heading) else heading,
                speed_mps=None if math.isnan(speed) else speed,
            )
            for row, lon, lat, heading, speed, at_ms in told
        ]

    def _seen(self) -> NDArray[np.int64]:
        return np.flatnonzero(self._time_ms != NEVER_MS)

    def _grow(self, by: int) -> None:
        self._lon, self._lat = _longer(self._lon, by), _longer(self._lat, by)
        self._heading_deg, self._speed_mps = _longer(self._heading_deg, by), _longer(self._speed_mps, by)
        self._time_ms = np.concatenate([self._time_ms, np.full(by, NEVER_MS)])


def _longer(column: NDArray[np.float64], by: int) -> NDArray[np.float64]:
    return np.concatenate([column, np.full(by, np.nan)])


def _hundredths(values: NDArray[np.float64], turn: int, unknown: int) -> NDArray[np.float64]:
    told = np.isfinite(values)
    return np.where(told, np.round(np.where(told, values, 0) * 100) % turn, unknown)
