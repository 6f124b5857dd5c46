"""A moving device that comes into an area, leaves it, or stays in it (지오펜스)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bongsu.core.geo import Point
from bongsu.core.register import Register
from bongsu.core.rule import Geofence
from bongsu.rules.area import IN, OUT, Area
from bongsu.rules.batch import Round, Sorted
from bongsu.rules.finding import Found, Turn, released, tell
from bongsu.rules.scope import InForce, devices_of
from bongsu.rules.state import Column, Ints, State, Work

Times = NDArray[np.int64]
UNKNOWN = -1
KEPT: dict[str, Column] = {
    "last_ms": ("i8", 0),
    "lon": ("f8", 0),
    "lat": ("f8", 0),
    "side": ("i1", 0),
    "ring": ("i4", -1),
    "inside": ("i1", UNKNOWN),
    "since_ms": ("i8", 0),
    "change_ms": ("i8", 0),
    "began_ms": ("i8", 0),
}


def shape(_: Geofence) -> dict[str, dict[str, Column]]:
    """By device: its last place and on which side of the fence it lies; inside or not, since when; a change begun."""
    return {"device": KEPT}


def covers(rule: InForce[Geofence], register: Register) -> dict[str, Ints]:
    """Every device that is meant."""
    return {"device": np.flatnonzero(devices_of(rule.rule.among, register))}


def detect(batch: Sorted, register: Register, rule: InForce[Geofence], state: State) -> Found:
    """Who came in, left or stayed too long, and for whom it is over; only a place that moved is looked up."""
    area: Area | None = rule.area
    if area is None:
        return tell((), (), register, rule, state)
    if batch.is_tick:
        return _tick(batch.telemetry.now_ms, register, rule, state, area)
    rounds = batch.places()
    table = state.tables["device"]
    if not rounds:
        return tell((), (), register, rule, state)
    first = rounds[0]
    devices = np.empty(len(first.key), np.int32)
    devices[first.key] = batch.telemetry.places.device[first.at]
    slots = table.slot[devices]
    number = np.where(slots >= 0, np.cumsum(slots >= 0) - 1, -1)
    work = Work("device", table, slots[slots >= 0])
    turns: list[Turn] = []
    for one in rounds if len(work.slots) else ():
        turns += _round(batch, one, number, work, register, rule)
    return tell(turns, (work.move(),), register, rule, state)


def _round(
    batch: Sorted, one: Round, number: Ints, work: Work, register: Register, rule: InForce[Geofence]
) -> list[Turn]:
    """One new place of each device."""
    places = batch.telemetry.places
    at = number[one.key]
    fresh = (at >= 0) & (places.time_ms[one.at] > work["last_ms"][at])
    at, where = at[fresh], one.at[fresh]
    times = places.time_ms[where]
    turns = _lapse(work, at, times, rule)
    _look(work, at, places.lon[where], places.lat[where], register, rule.area)
    work["last_ms"][at] = times
    _begin_change(work, at, times, rule.terms)
    return turns + (_settle(work, at, times, rule) if not rule.terms.settle_s else [])


def _look(
    work: Work, at: Ints, lon: NDArray[np.float64], lat: NDArray[np.float64], register: Register, area: Area
) -> None:
    """On which side each device is now; where it has not moved it is where it was."""
    moved = (work["lon"][at] != lon) | (work["lat"][at] != lat) | (work["inside"][at] == UNKNOWN)
    at, lon, lat = at[moved], lon[moved], lat[moved]
    work["lon"][at], work["lat"][at] = lon, lat
    own = None
    if area.own is not None:
        sites = register.site[work.rows[at]].tolist()
        own = np.array([area.own.get(register.sites[site], -1) for site in sites], np.int32)
    work["side"][at], work["ring"][at] = area.side(lon, lat, own)
    if own is not None:
        work["side"][at[own < 0]] = OUT


def _begin_change(work: Work, at: Ints, times: Times, terms: Geofence) -> None:
    """Whoever is first heard is where it is; of the others, those on the other side of the fence begin a change."""
    inside, side = work["inside"][at], work["side"][at]
    new = inside == UNKNOWN
    work["inside"][at[new]] = side[new] > OUT if terms.exit else side[new] == IN
    work["since_ms"][at[new]] = times[new]
    contrary = ~new & np.where(inside == 1, side == OUT, side == IN)
    work["change_ms"][at[~contrary]] = 0
    begins = contrary & (work["change_ms"][at] == 0)
    work["change_ms"][at[begins]] = times[begins]


def _lapse(work: Work, at: Ints, times: Times, rule: InForce[Geofence]) -> list[Turn]:
    """What came true by lasting until these times: first a stay, if it was long enough before a change, then that."""
    turns: list[Turn] = []
    if rule.terms.dwell_s is not None:
        change = work["change_ms"][at]
        until = np.where(change > 0, np.minimum(change, times), times)
        since = work["since_ms"][at]
        stays = (work["inside"][at] == 1) & (work["began_ms"][at] == 0)
        long = stays & (until - since >= int(rule.terms.dwell_s * 1000))
        turns += _turns(work, at[long], since[long] + int(rule.terms.dwell_s * 1000), since[long], "stayed", rule)
    return turns + _settle(work, at, times, rule)


def _settle(work: Work, at: Ints, times: Times, rule: InForce[Geofence]) -> list[Turn]:
    """Changes that have lasted: the device is on the other side now."""
    terms, settle_ms = rule.terms, int(rule.terms.settle_s * 1000)
    change = work["change_ms"][at]
    done = (change > 0) & (times - change >= settle_ms)
    at, change = at[done], change[done]
    came = work["inside"][at] == 0
    work["inside"][at], work["since_ms"][at], work["change_ms"][at] = came, change, 0
    begins = came & terms.enter | ~came & terms.exit
    over = ~begins & (work["began_ms"][at] > 0)
    turns = _turns(work, at[over], change[over] + settle_ms, None, "returned" if terms.exit else "left", rule)
    return turns + _turns(
        work, at[begins], change[begins] + settle_ms, change[begins], "exited" if terms.exit else "entered", rule
    )


def _turns(work: Work, at: Ints, when: Times, began: Times | None, cause: str, rule: InForce[Geofence]) -> list[Turn]:
    """Turns of these devices; without `began` their danger is over."""
    work["began_ms"][at] = 0 if began is None else began
    names = rule.area.names
    turns = []
    for number, slot in enumerate(at.tolist()):
        ring = int(work["ring"][slot])
        values: dict[str, str | float] = {"zone": names[ring] if ring >= 0 else ", ".join(names[:3])}
        if rule.terms.dwell_s is not None:
            values["minutes"] = round(rule.terms.dwell_s / 60, 1)
        where = Point(float(work["lon"][slot]), float(work["lat"][slot]))
        since = 0 if began is None else int(began[number])
        turns.append(Turn(int(when[number]), int(work.rows[slot]), began is not None, since, cause, values, where))
    return turns


def _tick(now_ms: int, register: Register, rule: InForce[Geofence], state: State, area: Area) -> Found:
    """The last place holds until the next: changes settle and stays grow long while nothing is heard."""
    table = state.tables["device"]
    turns, gone = released("device", table, int, now_ms)
    waiting = table.columns["change_ms"] > 0
    if rule.terms.dwell_s is not None:
        waiting |= (table.columns["inside"] == 1) & (table.columns["began_ms"] == 0)
    work = Work("device", table, np.flatnonzero(waiting & table.live))
    at = np.arange(len(work.slots))
    turns += _lapse(work, at, np.full(len(at), now_ms, np.int64), rule)
    return tell(turns, (gone, work.move()), register, rule, state)
