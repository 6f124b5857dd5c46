"""When people leave home and come back: the routines of a day, with the variance that makes no two days alike.

Workers leave around ten to eight and return around half past six, later and more spread out; school begins at nine
for all; older people and those at home go out in daylight. Fewer go to work at the weekend, more go out for themselves.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bongsu.core.clock import KST
from bongsu.world.chance import bell, draws
from bongsu.world.homes import Homes, Life
from bongsu.world.streets import Streets

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
_KST_S = 9 * HOUR_S
_WALKS_M = (1_600.0, 800.0, 700.0, 900.0)
"""How far a child, a worker, somebody at home and an older person walks rather than drives, as the crow flies."""

AT_ONCE = 250_000
_DRIVES = 0.55
_SHIFTS = 0.12


class Mode(IntEnum):
    """How somebody gets about; who rides a bus or train is counted, not drawn."""

    WALK = 0
    CAR = 1
    RIDE = 2


class Trips(NamedTuple):
    """Trips by the time they begin (`leaves`, Unix s): who, whether homeward, and whether to work or on an errand."""

    leaves: NDArray[np.float64]
    person: NDArray[np.int32]
    homeward: NDArray[np.bool_]
    errand: NDArray[np.bool_]


def midnight(at_s: float) -> float:
    """The Unix time at which the Korean day of a moment began."""
    return float(np.floor((at_s + _KST_S) / DAY_S) * DAY_S - _KST_S)


def of_day(homes: Homes, day_s: float, seed: int) -> Trips:
    """Everybody's trips on the Korean day that begins at a Unix time, in the order in which they begin."""
    parts = [_of_some(homes, first, day_s, seed) for first in range(0, max(1, len(homes)), AT_ONCE)]
    leaves, person, leg = (np.concatenate([part[n] for part in parts]) for n in range(3))
    order = np.argsort(leaves, kind="stable")
    leg = leg[order]
    return Trips(leaves=leaves[order], person=person[order], homeward=leg % 2 == 1, errand=leg >= 2)


def _of_some(
    homes: Homes, first: int, day_s: float, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.uint8]]:
    """When some people's legs of the day begin, whose they are, and which (0 and 1 to work and back, 2 and 3 errands).

    A large city's people are dealt with so many at once, so that its day fits in memory.
    """
    rows = np.arange(first, min(first + AT_ONCE, len(homes)), dtype=np.int64)
    day = datetime.fromtimestamp(day_s, UTC).astimezone(KST) + timedelta(hours=12)
    about = (seed, day.date())
    out, back = _duties(homes, rows, day.weekday() < 5, about)
    errand, home = _errands(homes, rows, day.weekday() < 5, about)
    leaves = np.concatenate([out, back, errand, home])
    goes = np.flatnonzero(np.isfinite(leaves))
    many = max(1, len(rows))
    return leaves[goes] + day_s, (first + goes % many).astype(np.int32), (goes // many).astype(np.uint8)


def modes(homes: Homes, streets: Streets, seed: int) -> NDArray[np.uint8]:
    """How everybody gets to work or school (row 0) and on errands (row 1)."""
    rows = np.arange(len(homes), dtype=np.int64)
    has_car = (homes.age >= 19) & (homes.age < 82) & (draws(rows, seed, "car") < _DRIVES)
    farther = np.where(has_car, Mode.CAR, Mode.RIDE)
    found = np.zeros((2, len(rows)), np.uint8)
    for row, hub in enumerate((homes.work, homes.errand)):
        away = np.hypot(*(streets.xy[homes.hubs[hub]] - streets.xy[homes.home]).T) if len(rows) else np.zeros(0)
        found[row] = np.where(away <= np.array(_WALKS_M)[homes.life], Mode.WALK, farther)
    return found


def _duties(
    homes: Homes, rows: NDArray[np.int64], workday: bool, about: tuple[object, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Out to work or school and back, seconds after midnight; not a number for whoever stays."""
    slip, late = bell(rows, *about, "out"), bell(rows, *about, "back")
    usual = bell(rows, about[0], "usual")
    life = homes.life[rows]
    child = life == Life.CHILD
    out = np.where(child, 8.25 + 0.13 * slip, 7.85 + 0.75 * usual + 0.15 * slip)
    back = np.where(child, 15.5 + 1.1 * late, 18.4 + 0.6 * usual + 0.95 * late)
    shift = ~child & (draws(rows, about[0], "shift") < _SHIFTS)
    begins = 24 * draws(rows, about[0], "begins")
    out, back = np.where(shift, begins, out), np.where(shift, begins + 9, back)
    goes = np.select([child, life == Life.WORKER], [0.97 if workday else 0.0, 0.93 if workday else 0.18], 0.0)
    stays = draws(rows, *about, "goes") >= goes
    out[stays] = back[stays] = np.nan
    return out * HOUR_S, np.maximum(back, out + 1.0) * HOUR_S


def _errands(
    homes: Homes, rows: NDArray[np.int64], workday: bool, about: tuple[object, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Out to a shop or park and back, seconds after midnight; not a number for whoever stays."""
    life = homes.life[rows]
    busy = (life <= Life.WORKER) & workday
    out = np.where(busy, 19.7, 13.2) + np.where(busy, 0.7, 2.3) * bell(rows, *about, "errand")
    likely = np.where(busy, 0.28, np.where(life == Life.OLDER, 0.55, 0.68))
    out[draws(rows, *about, "wants") >= likely] = np.nan
    stays = 0.4 + 1.4 * draws(rows, *about, "stays")
    return out * HOUR_S, (out + stays) * HOUR_S
