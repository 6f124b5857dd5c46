"""The absence rule on real homes' water meters: false alarms a home-year, and how soon an inserted silence is found.

The data are DAIAD's Trial A (CC BY-SA 4.0): hourly readings of 89 households in Alicante, March to May 2017. They are
families, not people alone, and nobody wrote down when they were away: every alarm counts as false, holidays too.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bongsu.core.clock import KST
from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.detection import Phase
from bongsu.core.device import Device, DeviceKind
from bongsu.core.errors import Invalid
from bongsu.core.register import Register, register_of
from bongsu.core.rule import Absence, DayPart, Rhythm, Rule, Sign
from bongsu.rules import absence
from bongsu.rules.batch import Sorted
from bongsu.rules.dangers import in_force, state_for

HOUR_MS = 3_600_000
WARM_UP_MS = 21 * 24 * HOUR_MS
"""What the first three weeks of a home show is neither counted nor used: a rhythm is known by then."""
INJECTED, SEED = 4_000, 7
WITHIN_H = (6, 12, 18, 24, 36, 48)
GAP_H = 3.0
"""An alarm is the meter's when no reading at all came in the last three hours before it."""
SIGNS = (Sign(property="water_volume", change=0.001),)


def _all_day(limit_h: float) -> tuple[DayPart, ...]:
    return (DayPart(from_h=0, to_h=24, limit_h=limit_h),)


TRIED: dict[str, Absence] = {
    **{f"fixed_{limit_h}h": Absence(signs=SIGNS, limits=_all_day(limit_h)) for limit_h in (12, 24, 36, 48, 72)},
    **{
        f"rhythm_1e-{nines}_x{margin}": Absence(signs=SIGNS, rhythm=Rhythm(improbable=10.0**-nines, margin=margin))
        for nines, margin in ((3, 0.0), (4, 0.5), (6, 0.0), (6, 0.5), (6, 1.0), (9, 0.5), (12, 0.5))
    },
    "rhythm_1e-6_x0.5_and_72h": Absence(signs=SIGNS, limits=_all_day(72), rhythm=Rhythm()),
}
"""Sensitivities: fixed limits, and rhythms by how improbable a silence must be and how unlike the home's own record."""


class Homes(NamedTuple):
    """Readings of all homes in the order of time: the home's number, litres on the meter, milliseconds."""

    names: list[str]
    home: NDArray[np.int32]
    litres: NDArray[np.float64]
    time_ms: NDArray[np.int64]


class Watched(NamedTuple):
    """What one rule did: alarms (home, due, whether the meter was silent), and of each home when each due time held."""

    alarms: list[tuple[int, int, bool]]
    since_ms: NDArray[np.int64]
    due_ms: NDArray[np.int64]


def read(path: Path) -> Homes:
    """The readings of the archive, its local times taken as the city's. Raises Invalid("bench.data")."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as file:
            rows = list(csv.reader(io.TextIOWrapper(file, "utf-8"), delimiter=";"))[1:]
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, IndexError) as problem:
        raise Invalid("bench.data", path=str(path), detail=type(problem).__name__) from problem
    number: dict[str, int] = {}
    told = {(number.setdefault(row[0], len(number)), _ms(row[1])): float(row[2]) for row in rows}
    keys = sorted(told, key=lambda key: key[1])
    return Homes(
        names=list(number),
        home=np.array([home for home, _ in keys], np.int32),
        litres=np.array([told[key] for key in keys]),
        time_ms=np.array([time_ms for _, time_ms in keys], np.int64),
    )


def _ms(text: str) -> int:
    day, month, year, rest = text[:2], text[3:5], text[6:10], text[11:]
    at = datetime(int(year), int(month), int(day), int(rest[:2]), int(rest[3:5]), int(rest[6:8]), tzinfo=KST)
    return int(at.timestamp() * 1000)


def run(path: Path) -> dict[str, Any]:
    """Every rule on the same homes and the same inserted silences."""
    homes = read(path)
    register = register_of(
        Device(id=name, kind=DeviceKind.WATER_METER, observes=("water_volume",)) for name in homes.names
    )
    spans = _spans(homes)
    moments = _moments(spans)
    years = float(sum(end - begin for begin, end in spans.values())) / (365.25 * 24 * HOUR_MS)
    rules = {name: _figures(watch(homes, register, terms), spans, moments, years) for name, terms in TRIED.items()}
    return {"homes": len(spans), "home_years": round(years, 2), "injected": len(moments), "rules": rules}


def _spans(homes: Homes) -> dict[int, tuple[int, int]]:
    """From when to when each home counts: after its warm-up, to its last reading."""
    spans = {}
    for home in range(len(homes.names)):
        times = homes.time_ms[homes.home == home]
        if times[-1] - times[0] > WARM_UP_MS:
            spans[home] = int(times[0]) + WARM_UP_MS, int(times[-1])
    return spans


def _moments(spans: dict[int, tuple[int, int]]) -> list[tuple[int, int]]:
    """Random moments at which a home falls silent, the more the longer it counts."""
    rng = np.random.default_rng(SEED)
    homes = list(spans)
    lengths = np.array([spans[home][1] - spans[home][0] for home in homes], np.float64)
    chosen = rng.choice(len(homes), INJECTED, p=lengths / lengths.sum())
    shares = rng.random(INJECTED)
    return [
        (homes[at], int(spans[homes[at]][0] + share * lengths[at])) for at, share in zip(chosen, shares, strict=True)
    ]


def watch(homes: Homes, register: Register, terms: Absence) -> Watched:
    """Every hour of all homes through the rule."""
    force = in_force("absence", Rule(name="absence", enabled=True, terms=terms), {})
    state = state_for(force, register)
    alarms: list[tuple[int, int, bool]] = []
    since, due = [], []
    heard_ms = np.zeros(len(homes.names), np.int64)
    for batch in _hours(homes):
        detections, moves = absence.detect(Sorted(batch, register), register, force, state)
        state.advance(moves)
        for one in detections:
            if one.phase is Phase.BEGAN:
                home = register.device_row[one.device]
                alarms.append((home, one.at_ms, bool(one.at_ms - heard_ms[home] > GAP_H * HOUR_MS)))
        heard_ms[batch.results.device] = batch.results.time_ms
        columns = state.tables["site"].columns
        since.append(columns["last_ms"].copy())
        due.append(columns["due_ms"].copy())
    return Watched(alarms, np.array(since), np.array(due))


def _hours(homes: Homes) -> Iterator[Telemetry]:
    """An hour's readings, and then an empty batch at the hour's end."""
    ints, floats, none = np.empty(0, np.int32), np.empty(0), np.empty(0, np.int64)
    places = Places(ints, floats, floats, none)
    hours = homes.time_ms // HOUR_MS
    cuts = np.searchsorted(hours, np.arange(hours[0], hours[-1] + 2))
    for number, (a, b) in enumerate(pairwise(cuts)):
        end_ms = int(hours[0] + number + 1) * HOUR_MS
        home, litres, times = homes.home[a:b], homes.litres[a:b], homes.time_ms[a:b]
        yield Telemetry(results=Results(home, home, litres / 1000, times), places=places, now_ms=end_ms)
        yield Telemetry(results=Results(ints, ints, floats, none), places=places, now_ms=end_ms)


def _figures(
    watched: Watched, spans: dict[int, tuple[int, int]], moments: list[tuple[int, int]], years: float
) -> dict[str, Any]:
    counted = [
        alarm for alarm in watched.alarms if alarm[0] in spans and spans[alarm[0]][0] <= alarm[1] <= spans[alarm[0]][1]
    ]
    meters = sum(is_meter for *_, is_meter in counted)
    waits = np.array([_wait_h(watched, home, at_ms) for home, at_ms in moments])
    free = waits[waits > 0]
    return {
        "false_alarms_per_home_year": round((len(counted) - meters) / years, 2),
        "silent_meters_per_home_year": round(meters / years, 2),
        "homes_without_alarm": len(spans) - len({home for home, *_ in counted}),
        "found_h": {"p50": round(float(np.median(free)), 1), "p90": round(float(np.quantile(free, 0.9)), 1)},
        "found_within": {f"{hours}h": round(float((free <= hours).mean()), 3) for hours in WITHIN_H},
        "already_alarmed": int((waits <= 0).sum()),
    }


def _wait_h(watched: Watched, home: int, at_ms: int) -> float:
    """How long after a silence that begins at this moment the alarm comes; under 0 where one is on already.

    The rule knows at each sign when the silence after it will be an alarm, so a silence inserted here is one in which
    that time is left as it is.
    """
    batch = int(np.searchsorted(watched.since_ms[:, home], at_ms, side="right")) - 1
    return float(watched.due_ms[batch, home] - at_ms) / HOUR_MS
