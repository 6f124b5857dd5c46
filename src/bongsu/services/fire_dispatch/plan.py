"""Who can be there first, and by which way: crews by the time they really need, never by the straight line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from bongsu.city import City
from bongsu.city.roads.kernels import FAR
from bongsu.city.roads.routes import route_of
from bongsu.city.roads.search import Toward, best_start, toward
from bongsu.city.roads.snap import Spot, snap
from bongsu.city.ways import Ways
from bongsu.core.asset import Facility, FacilityKind
from bongsu.core.dispatch import Candidate, Crew, CrewWay, DispatchPlan, Stand, vehicle_of
from bongsu.core.geo import Point
from bongsu.core.incident import Incident
from bongsu.services.fire_dispatch.respond import Settings
from bongsu.services.fire_dispatch.way import (
    SILENT_MS,
    Told,
    doubts_of,
    eta_of,
    position_doubts,
    way_of,
)

OFF_MAP, CUT_OFF, SILENT = "roads.off_map", "roads.disconnected", "dispatch.silent"
STANDS_AT_MOST = 8


class Asked(msgspec.Struct, frozen=True, eq=False):
    """One vehicle's search backwards from a place, and the spots of the crews that drive it. `goal` None: no road."""

    goal: Spot | None
    searched: Toward | None
    spots: Mapping[str, Spot | None]


class Found(msgspec.Struct, frozen=True, eq=False):
    """What the streets say of one crew: its way and how long that takes, or the code of why nobody can say.

    `start` and `searched` are where it sets out and the search it was found by; None with a problem.
    """

    crew: Crew
    ms: int = int(FAR)
    problem: str = ""
    start: Spot | None = None
    searched: Toward | None = None
    short_m: float = 0.0


def plan(
    case: Incident, crews: Iterable[Crew], ways: Ways | None, city: City, terms: Settings, now_ms: int
) -> DispatchPlan:
    """Candidates, the ways of crews sent, and what stands near: the same of the same, at one moment.

    Without ways, or a place, nobody gets a time; the registers and cameras are told all the same.
    """
    near = _surroundings(case, city, terms, now_ms)
    if ways is None or case.where is None:
        return replace(near, problem="dispatch.nowhere" if case.where is None else "roads.building")
    sent = {one.unit for one in case.sent}
    able = [crew for crew in crews if crew.unit.kind in terms.units or crew.unit.id in sent]
    asked = ask(case.where, able, ways, now_ms)
    found = sorted((_find(crew, asked, now_ms) for crew in able), key=lambda one: (one.ms, one.crew.unit.id))
    shown = [one for at, one in enumerate(found) if at < terms.candidates or one.crew.unit.id in sent]
    return replace(
        near,
        candidates=tuple(_candidate(one, one.crew.unit.id in sent, now_ms) for one in shown),
        ways=tuple(_way(case, case.where, one, ways, city, now_ms) for one in found if one.crew.unit.id in sent),
    )


def ask(where: Point, crews: Sequence[Crew], ways: Ways, now_ms: int) -> dict[str, Asked]:
    """One search for each kind of vehicle among the crews."""
    by_vehicle: dict[str, list[Crew]] = {}
    for crew in crews:
        by_vehicle.setdefault(vehicle_of(crew.unit), []).append(crew)
    return {vehicle: _ask(where, vehicle, drivers, ways, now_ms) for vehicle, drivers in by_vehicle.items()}


def _ask(where: Point, vehicle: str, crews: Sequence[Crew], ways: Ways, now_ms: int) -> Asked:
    network = ways.network(vehicle)
    goal = snap(network, ways.grid, [where])[0]
    found = snap(network, ways.grid, [crew.where for crew in crews], [_heading(crew) for crew in crews])
    spots = {crew.unit.id: spot for crew, spot in zip(crews, found, strict=True)}
    if goal is None:
        return Asked(None, None, spots)
    return Asked(goal, toward(ways.pace(vehicle, now_ms), goal, [spot for spot in found if spot is not None]), spots)


def _heading(crew: Crew) -> float | None:
    """Where it is going; of one that stands a receiver's heading is chance."""
    return crew.heading_deg if crew.speed_mps is not None and crew.speed_mps > 2 else None


def _find(crew: Crew, asked: Mapping[str, Asked], now_ms: int) -> Found:
    """A crew that is silent is no candidate: nobody knows where it is."""
    own = asked[vehicle_of(crew.unit)]
    spot = own.spots[crew.unit.id]
    if now_ms - crew.at_ms > SILENT_MS:
        return Found(crew, problem=SILENT)
    if own.searched is None or own.goal is None or spot is None:
        return Found(crew, problem=OFF_MAP)
    ms, start, _ = best_start(own.searched, spot)
    return (
        Found(crew, problem=CUT_OFF) if start is None else Found(crew, int(ms), "", spot, own.searched, own.goal.off_m)
    )


def _told(found: Found) -> Told | None:
    """Its way in full; None with a problem."""
    if found.searched is None or found.start is None:
        return None
    return Told(route_of(found.searched, found.start), found.searched.pace, found.short_m)


def _candidate(found: Found, sent: bool, now_ms: int) -> Candidate:
    unit = found.crew.unit
    bare = Candidate(
        unit=unit.id,
        name=unit.name,
        kind=unit.kind,
        vehicle=vehicle_of(unit),
        seen_ms=found.crew.at_ms,
        problem=found.problem,
        doubts=position_doubts(found.crew, now_ms),
        sent=sent,
        carries=unit.carries,
    )
    told = _told(found)
    if told is None:
        return bare
    eta = eta_of(told.pace, told.route, now_ms - found.crew.at_ms)
    doubts = doubts_of(told.pace, told.route, eta, found.crew, now_ms)
    return replace(bare, eta=eta, doubts=doubts, short_m=round(told.short_m, 1))


def _way(case: Incident, goal: Point, found: Found, ways: Ways, city: City, now_ms: int) -> CrewWay:
    told = _told(found)
    if told is not None:
        return way_of(case, goal, found.crew, ways, city, told, now_ms)
    return CrewWay(
        incident=case.id,
        unit=found.crew.unit.id,
        vehicle=vehicle_of(found.crew.unit),
        at_ms=now_ms,
        number=0,
        goal=goal,
        address=case.address,
        problem=found.problem,
        doubts=position_doubts(found.crew, now_ms),
    )


def _surroundings(case: Incident, city: City, terms: Settings, now_ms: int) -> DispatchPlan:
    """What needs no streets: cameras that see the place, hydrants and hazardous places around it."""
    bare = DispatchPlan(incident=case.id, at_ms=now_ms)
    if case.where is None:
        return bare
    return replace(
        bare,
        cameras=city.who_sees(case.where, within_m=terms.within_m, at_most=terms.cameras),
        hydrants=_stands(city, case.where, FacilityKind.HYDRANT, terms.near_m),
        hazards=_stands(city, case.where, FacilityKind.RISK_SPOT, terms.near_m),
    )


def _stands(city: City, where: Point, kind: FacilityKind, within_m: float) -> tuple[Stand, ...]:
    found = city.places_near(where, kind, within_m=within_m, at_most=STANDS_AT_MOST)
    return tuple(
        Stand(
            id=place.id,
            name=place.name,
            lon=place.where.lon,
            lat=place.where.lat,
            distance_m=round(apart, 1),
            phone=place.phone,
            more=place.more,
        )
        for place, apart in found
        if isinstance(place, Facility)
    )
