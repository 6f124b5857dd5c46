"""What of all that was told is believed: every reading is taken, late, or kept out for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.observed import OBSERVED
from bongsu.core.register import PROPERTIES, Register
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.order import settle
from bongsu.telemetry.pace import DevicePace
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.told import Heard, Told

NEAR_DEG = 5.0
"""Within so many degrees of where its devices stand a place is the city's."""

Why = NDArray[np.int8]
_CODE = {name: code for code, name in enumerate(PROPERTIES)}
_LOW = np.array([OBSERVED[name].low for name in PROPERTIES])
_HIGH = np.array([OBSERVED[name].high for name in PROPERTIES])


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How far a device's clock may be ahead, how old a reading may be, and how many a device may tell in a minute."""

    future_ms: int = 5 * 60_000
    past_ms: int = 366 * 86_400_000
    device_per_min: int = 600


@dataclass(frozen=True, slots=True)
class Judged:
    """A batch judged: `telemetry` is news, `late` goes to the archive alone.

    `readings` and `places` are a `Reason` for each row of what was heard, in its order; `device` is the row of each
    reading's device, -1 where it is unknown.
    """

    telemetry: Telemetry
    late: Telemetry
    readings: Why
    places: Why
    device: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Each row's device (-1 unknown), whether its source may speak for it, its own time and that of its arrival."""

    device: NDArray[np.int32]
    may: NDArray[np.bool_]
    time_ms: NDArray[np.int64]
    arrived_ms: NDArray[np.int64]


class Judge:
    """Judges by one register and the latest state, which has room for all its rows; remembers who told how much."""

    def __init__(self, register: Register, latest: Latest, limits: Limits) -> None:
        self._latest = latest
        self._limits = limits
        self._pace = DevicePace(limits.device_per_min)
        self.renew(register)

    def renew(self, register: Register) -> None:
        """Judge by this register from now on; it holds every row of the one before."""
        self._latest.grow(register)
        self._register = register
        self._source_row = {source: row for row, source in enumerate(register.sources) if source}
        known = ~np.isnan(register.lon)
        self._amid = (
            (float(np.median(register.lon[known])), float(np.median(register.lat[known]))) if known.any() else None
        )

    def judge(self, heard: Heard, now_ms: int) -> Judged:
        """Judge what was heard. The clock is each message's arrival; `now_ms` is the time the batch carries."""
        told = heard.told
        rows = self._rows(heard, told.device, heard.readings, told.time_ms)
        results, late_results, readings = self._results(told, rows)
        rows_of_places = self._rows(heard, told.placed, heard.places, told.placed_ms)
        places, late_places, placed = self._places(told, rows_of_places)
        news, late = Telemetry(results, places, now_ms), Telemetry(late_results, late_places, now_ms)
        return Judged(news, late, readings, placed, rows.device)

    def _results(self, told: Told, rows: _Rows) -> tuple[Results, Results, Why]:
        code = np.fromiter(map(_CODE.get, told.observed_property, repeat(-1)), np.int16, len(told.device))
        result = np.fromiter(told.result, np.float64, len(told.result))
        stream = self._register.stream_row.rows_of(rows.device, code)
        why = self._who(rows)
        _say(why, stream < 0, Reason.UNKNOWN_PROPERTY)
        _say(why, ~np.isfinite(result), Reason.NOT_A_NUMBER)
        _say(why, (result < _LOW[code]) | (result > _HIGH[code]), Reason.OUT_OF_RANGE)
        self._when(why, rows)

        def of(at: NDArray[np.int64]) -> Results:
            return Results(stream[at], rows.device[at], result[at], rows.time_ms[at])

        news, late = settle(why, stream, rows.time_ms, self._latest.time_ms)
        return of(news), of(late), why

    def _places(self, told: Told, rows: _Rows) -> tuple[Places, Places, Why]:
        lon, lat = (np.fromiter(degrees, np.float64, len(degrees)) for degrees in (told.lon, told.lat))
        why = self._who(rows)
        _say(why, ~(np.isfinite(lon) & np.isfinite(lat)), Reason.NOT_A_NUMBER)
        _say(why, self._swapped(lon, lat), Reason.SWAPPED)
        # Receivers without a fix tell of a place off the coast of Africa.
        _say(why, (np.abs(lon) > 180) | (np.abs(lat) > 90) | ((lon == 0) & (lat == 0)), Reason.OUT_OF_RANGE)
        self._when(why, rows)

        def of(at: NDArray[np.int64]) -> Places:
            return Places(rows.device[at], lon[at], lat[at], rows.time_ms[at])

        news, late = settle(why, rows.device, rows.time_ms, self._latest.place_ms)
        return of(news), of(late), why

    def _rows(self, heard: Heard, ids: Sequence[str], per_message: list[int], times: list[int]) -> _Rows:
        """Of each row the message's facts; a device may speak for itself, and a source for what is registered so."""
        device = self._register.index.rows_of(ids)
        itself = [self._register.device_row.get(source, -2) for source in heard.source]
        source = [self._source_row.get(source, -2) for source in heard.source]
        message = np.repeat(np.array((itself, source, heard.arrived_ms), np.int64).reshape(3, -1), per_message, axis=1)
        may = message[0] == device
        if len(self._register.source):
            may |= message[1] == self._register.source[device]
        return _Rows(device, may, np.fromiter(times, np.int64, len(times)), message[2])

    def _who(self, rows: _Rows) -> Why:
        why = np.zeros(len(rows.device), np.int8)
        why[rows.device < 0] = Reason.UNKNOWN_DEVICE
        if len(self._register.standing):
            _say(why, ~self._register.standing[rows.device], Reason.UNKNOWN_DEVICE)
        _say(why, ~rows.may, Reason.NOT_ITS_SOURCE)
        return why

    def _when(self, why: Why, rows: _Rows) -> None:
        _say(why, rows.time_ms > rows.arrived_ms + self._limits.future_ms, Reason.FUTURE)
        _say(why, rows.time_ms < rows.arrived_ms - self._limits.past_ms, Reason.PAST)
        at = np.flatnonzero(why == Reason.TAKEN)
        if len(at):
            over = self._pace.over(rows.device[at], len(self._register.kind), int(rows.arrived_ms[-1]))
            why[at[over]] = Reason.TOO_MANY

    def _swapped(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Places that are none, or far away, as they stand, and would be right the other way round."""
        turned: NDArray[np.bool_] = (np.abs(lat) > 90) & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
        if self._amid is not None:
            turned |= ~_near(lon, lat, self._amid) & _near(lat, lon, self._amid)
        return turned


def _near(lon: NDArray[np.float64], lat: NDArray[np.float64], amid: tuple[float, float]) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = (np.abs(lon - amid[0]) < NEAR_DEG) & (np.abs(lat - amid[1]) < NEAR_DEG)
    return near


def _say(why: Why, where: NDArray[np.bool_], reason: Reason) -> None:
    """Give the reason where none is given yet: the first that holds is the one."""
    why[where & (why == Reason.TAKEN)] = reason
