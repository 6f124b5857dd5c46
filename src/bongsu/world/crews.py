"""Patrol cars, engines and ambulances: on their beats or at their stations, sent out, staying there, and coming back.

Where a crew is on its beat is a function of the time alone. Being sent out is a `Mission`, whose timetable is settled
when it is ordered and written down, so that every process that reads the missions knows where every crew is.
"""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Sequence

import msgspec
import numpy as np

from bongsu.core.asset import UnitKind
from bongsu.core.errors import Conflict, NotFound
from bongsu.core.geo import Point
from bongsu.world.happening import Here, Track
from bongsu.world.routes import beat, drive
from bongsu.world.setting import Floats, Setting
from bongsu.world.sky import Sky
from bongsu.world.traffic.moving import Kind

A_DISTRICT = {UnitKind.PATROL: 24, UnitKind.ENGINE: 6, UnitKind.AMBULANCE: 4}
"""Crews of each kind for a hundred thousand people."""

STAYS_S = 900.0
_NAMES = {UnitKind.PATROL: ("P", "순찰"), UnitKind.ENGINE: ("F", "펌프"), UnitKind.AMBULANCE: ("A", "구급")}
_KINDS = {UnitKind.PATROL: Kind.PATROL, UnitKind.ENGINE: Kind.ENGINE, UnitKind.AMBULANCE: Kind.AMBULANCE}


class Crew(msgspec.Struct, frozen=True, kw_only=True):
    """One crew, its vehicle, and the junction of its station."""

    id: str
    name: str
    kind: UnitKind
    station: int


class Mission(msgspec.Struct, frozen=True, kw_only=True):
    """A crew sent out at `at_s[0]`, there at `arrives_s`, off again at `leaves_s`, back at the last time (Unix s).

    `xy` are metres from the scene's origin, one spot for every time.
    """

    unit: str
    event: str
    arrives_s: float
    leaves_s: float
    at_s: tuple[float, ...]
    xy: tuple[tuple[float, float], ...]


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """Where a crew is, how fast and which way, and what it does: station, beat, going, there or returning."""

    unit: str
    kind: UnitKind
    state: str
    lon: float
    lat: float
    speed_mps: float
    heading_deg: float
    event: str = ""


class Crews:
    """All crews of a setting; orders may come from several threads."""

    def __init__(self, setting: Setting, seed: int) -> None:
        self.setting = setting
        self.crews = tuple(_crews(setting, seed))
        self._rows = {crew.id: row for row, crew in enumerate(self.crews)}
        chance = random.Random(f"{seed} beats")
        self._beats = [
            beat(setting, crew.station, chance) if crew.kind is UnitKind.PATROL else None for crew in self.crews
        ]
        self._phases = [chance.uniform(0, 3600) for _ in self.crews]
        self._missions: dict[str, tuple[Mission, Track]] = {}
        self._lock = threading.Lock()

    def take(self, missions: Sequence[Mission]) -> None:
        """Know of missions ordered elsewhere."""
        with self._lock:
            for mission in missions:
                self._missions[mission.unit] = (mission, _track(mission))

    def missions(self) -> tuple[Mission, ...]:
        """The last mission of every crew that had one."""
        with self._lock:
            return tuple(mission for mission, _ in self._missions.values())

    def here(self, crew: Crew, at_s: float) -> Here:
        """Where a crew is, in which direction it looks and how fast it goes."""
        known = self._missions.get(crew.id)
        if known is not None and known[0].at_s[0] <= at_s < known[0].at_s[-1]:
            return known[1].here(at_s)
        row = self._rows[crew.id]
        round_ = self._beats[row]
        if round_ is None:
            x, y = self.setting.streets.xy[crew.station].tolist()
            return Here(x, y, 0.0, 1.0, 0.0)
        return round_.here((at_s + self._phases[row]) % round_.at_s.item(-1))

    def state(self, crew: Crew, at_s: float) -> tuple[str, str]:
        """What a crew does, and the event it does it for."""
        mission, _ = self._missions.get(crew.id, (None, None))
        if mission is None or not mission.at_s[0] <= at_s < mission.at_s[-1]:
            return ("beat" if crew.kind is UnitKind.PATROL else "station"), ""
        if at_s < mission.arrives_s:
            return "going", mission.event
        return ("there", mission.event) if at_s < mission.leaves_s else ("returning", "")

    def where(self, crew: Crew, at_s: float) -> Where:
        """Where a crew is at a simulated Unix time in s."""
        here = self.here(crew, at_s)
        state, event = self.state(crew, at_s)
        place = self.setting.scene.plane.to_point(here.x, here.y)
        return Where(
            unit=crew.id,
            kind=crew.kind,
            state=state,
            lon=round(place.lon, 7),
            lat=round(place.lat, 7),
            speed_mps=round(min(40.0, here.speed_mps), 2),
            heading_deg=round(math.degrees(math.atan2(here.east, here.north)) % 360, 1) % 360,
            event=event,
        )

    def go(
        self,
        to: Point,
        at_s: float,
        sky: Sky,
        *,
        kind: UnitKind = UnitKind.PATROL,
        unit: str = "",
        event: str = "",
        stay_s: float = STAYS_S,
    ) -> Mission:
        """Send the named crew, or the nearest free one of a kind, to a place, with sirens; its mission.

        Raises NotFound("crews.unknown") for a unit nobody knows and Conflict("crews.none") when none is free.
        """
        with self._lock:
            crew = self._named(unit) if unit else self._nearest(to, at_s, kind)
            xy = self._spot(crew, at_s)
            out = drive(self.setting, xy, np.array(self.setting.scene.plane.to_xy(to)), at_s, sky, siren=True)
            leaves_s = float(out.at_s[-1]) + max(0.0, stay_s)
            mission = self._back(crew, event, out, leaves_s, sky)
            self._missions[crew.id] = (mission, _track(mission))
        return mission

    def home(self, unit: str, at_s: float, sky: Sky) -> Mission | None:
        """Let a crew drive back from where it is; None when it is not out. Raises NotFound("crews.unknown")."""
        with self._lock:
            crew = self._named(unit)
            state, _ = self.state(crew, at_s)
            if state not in ("going", "there"):
                return None
            xy = self._spot(crew, at_s)
            here = Track("crew", 0, 0, np.array([at_s, at_s + 0.1]), np.array([xy, xy]))
            mission = self._back(crew, "", here, at_s + 0.1, sky)
            self._missions[crew.id] = (mission, _track(mission))
        return mission

    def _back(self, crew: Crew, event: str, out: Track, leaves_s: float, sky: Sky) -> Mission:
        """The whole mission: out, staying, the way back, and waiting where the beat passes."""
        home = self.setting.streets.xy[crew.station]
        back = drive(self.setting, out.xy[-1], home, leaves_s, sky, siren=False)
        until = float(back.at_s[-1])
        round_ = self._beats[self._rows[crew.id]]
        if round_ is not None:
            turn = float(round_.at_s[-1])
            until += -(until + self._phases[self._rows[crew.id]]) % turn
        times = np.concatenate([out.at_s, back.at_s, [until]])
        spots = np.concatenate([out.xy, back.xy, back.xy[-1:]])
        return Mission(
            unit=crew.id,
            event=event,
            arrives_s=float(out.at_s[-1]),
            leaves_s=leaves_s,
            at_s=tuple(np.round(times, 2).tolist()),
            xy=tuple((x, y) for x, y in np.round(spots, 2).tolist()),
        )

    def _spot(self, crew: Crew, at_s: float) -> Floats:
        here = self.here(crew, at_s)
        return np.array([here.x, here.y])

    def _named(self, unit: str) -> Crew:
        if unit not in self._rows:
            raise NotFound("crews.unknown", unit=unit)
        return self.crews[self._rows[unit]]

    def _nearest(self, to: Point, at_s: float, kind: UnitKind) -> Crew:
        free = [c for c in self.crews if c.kind is kind and self.state(c, at_s)[0] not in ("going", "there")]
        if not free:
            raise Conflict("crews.none", kind=str(kind))
        goal = self.setting.streets.nearest(np.array([self.setting.scene.plane.to_xy(to)]))
        seconds, _ = self.setting.quickest(int(goal[0]))
        stands = self.setting.streets.nearest(np.array([self._spot(crew, at_s) for crew in free]))
        return free[int(np.argmin(seconds[stands]))]


def look_of(crew: Crew) -> tuple[int, int]:
    """The `traffic.Kind` and look of a crew's vehicle."""
    return int(_KINDS[crew.kind]), sum(map(ord, crew.id)) % 256


def _track(mission: Mission) -> Track:
    return Track("crew", 0, 0, np.array(mission.at_s), np.array(mission.xy))


def _crews(setting: Setting, seed: int) -> list[Crew]:
    """Crews dealt round the stations of their kind; where no station is known, junctions stand in."""
    chance = random.Random(f"{seed} stations")
    made: list[Crew] = []
    for kind, many in A_DISTRICT.items():
        homes = _stations(setting, "police" if kind is UnitKind.PATROL else "fire", chance)
        letter, name = _NAMES[kind]
        total = many * max(1, len(setting.scene.districts)) if homes else 0
        wide = max(2, len(str(total)))
        made += [
            Crew(
                id=f"{letter}-{n + 1:0{wide}}",
                name=f"{name} {n + 1:0{wide}}호",
                kind=kind,
                station=homes[n % len(homes)],
            )
            for n in range(total)
        ]
    return made


def _stations(setting: Setting, kind: str, chance: random.Random) -> list[int]:
    if not len(setting.streets.xy):
        return []
    spots = [setting.scene.plane.to_xy(one.where) for one in setting.scene.stations if one.kind == kind]
    if spots:
        return [int(row) for row in setting.streets.nearest(np.array(spots))]
    main = np.flatnonzero(setting.importance == setting.importance.min()).tolist()
    return sorted(chance.sample(main, min(len(main), 2)))
