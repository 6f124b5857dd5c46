"""What there is to be seen near a place at a moment: who walks and drives there, crews, fires, and the sky.

Cameras ask it for every frame. With a run it shows that run's city at its simulated time; without one it shows the
plain traffic of the scene at the machine's time under a clear early afternoon, as drills and benches want it.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bongsu.core.clock import KST
from bongsu.world import day, run, setting
from bongsu.world.crews import Crew, Crews, Mission, look_of
from bongsu.world.happening import Fire, Here, Track
from bongsu.world.people import People
from bongsu.world.plot import Plot
from bongsu.world.run import Missions, Run
from bongsu.world.scene import Scene, unit_hash
from bongsu.world.sky import Sky, Weather
from bongsu.world.traffic import Kind, Traffic
from bongsu.world.weather import Climate

CLEAR_DAY = datetime(2026, 10, 5, 13, 30, tzinfo=KST)
"""The early afternoon that cameras show when no scenario runs."""

SMOKE_SEEN_M = 600.0
ROADS_OF_A_TOWN = 4_000
_KEPT = 512
_SLACK_M = 60.0


class Things(NamedTuple):
    """Whoever moves there: metres east and north, unit directions, `traffic.Kind`, look 0–255, and a lasting number."""

    xy: NDArray[np.float32]
    towards: NDArray[np.float32]
    kind: NDArray[np.uint8]
    look: NDArray[np.uint8]
    row: NDArray[np.int64]


class Blaze(NamedTuple):
    """A fire to be seen: its middle in metres, how high it burns above ground, and how much flame and smoke, 0–1."""

    x: float
    y: float
    height_m: float
    radius_m: float
    flame: float
    smoke: float


class Seen(NamedTuple):
    """Everything near a place at one moment."""

    things: Things
    blazes: tuple[Blaze, ...]
    sky: Sky


class Stage:
    """The scene with all that happens on it; safe to ask from several threads."""

    def __init__(self, scene: Scene, folder: Path | None = None) -> None:
        self._scene = scene
        self._folder = folder
        self._playing: _Play | None = None
        self._calm = Climate(seed=scene.seed, where=scene.origin, fixed=Weather.CLEAR).sky(CLEAR_DAY)
        self._traffic = Traffic(scene) if len(scene.roads) <= ROADS_OF_A_TOWN else None
        self.look_for_run()

    def look_for_run(self) -> bool:
        """Take up the run of the folder, or a new one in its place; whether one plays."""
        found = run.find(self._folder) if self._folder is not None else None
        known = self._playing
        if found is not None and self._folder is not None and (known is None or known.run != found):
            self._playing = _Play(self._scene, found, Missions(self._folder))
        return self._playing is not None

    def at_ms(self, wall_ms: int) -> int:
        """The simulated Unix time in ms at a Unix time in ms."""
        return self._playing.run.course.at_ms(wall_ms) if self._playing else wall_ms

    def sky(self, wall_ms: int) -> Sky:
        """The sky at a Unix time in ms."""
        return self._playing.sky(self.at_ms(wall_ms)) if self._playing else self._calm

    def seen(self, x: float, y: float, within_m: float, wall_ms: int) -> Seen:
        """What is within so many metres of a spot (metres from the scene's origin) at a Unix time in ms."""
        play, at_ms = self._playing, self.at_ms(wall_ms)
        parts = [play.things(x, y, within_m, at_ms)] if play else []
        if self._traffic is not None:
            parts.append(_passing(self._traffic, play, at_ms))
        blazes = play.blazes(x, y, within_m, at_ms) if play else ()
        return Seen(_near(_together(parts), x, y, within_m), blazes, self.sky(wall_ms))


class _Play:
    """A run as it is shown: its people, its events and its crews."""

    def __init__(self, scene: Scene, playing: Run, missions: Missions) -> None:
        self.run = playing
        scenario = playing.scenario
        self.climate = Climate(seed=scenario.seed, where=scene.origin, fixed=scenario.weather)
        self._setting = setting.of_scene(scene, scenario.seed)
        self._people = People(self._setting.streets, self._setting.homes, self.climate)
        self._plot = Plot(scenario, self._setting)
        self._crews = Crews(self._setting, scenario.seed)
        self._missions = missions
        self._attended: dict[str, float] = {}
        self._arcs: OrderedDict[tuple[int, int, int], NDArray[np.bool_]] = OrderedDict()
        self._second = -1
        self._cast: list[tuple[int, Track]] = []
        self._fires: list[tuple[str, Fire]] = []
        self._stands: list[tuple[Crew, float, float]] = []
        self._driven_ms = [0.0]

    def sky(self, at_ms: int) -> Sky:
        return self.climate.sky(datetime.fromtimestamp(at_ms / 1000, KST))

    def driven_ms(self, at_ms: int) -> float:
        """How far the traffic has got since the start, as time on free roads: full roads make it less."""
        start_ms = self.run.scenario.start.timestamp() * 1000
        minutes = max(0.0, (at_ms - start_ms) / 60_000)
        while len(self._driven_ms) <= minutes + 1:
            sky = self.sky(int(start_ms + 60_000 * len(self._driven_ms)))
            self._driven_ms.append(self._driven_ms[-1] + 60_000 * float(day.paces(sky.at, sky)[0]))
        whole = int(minutes)
        here, there = self._driven_ms[whole], self._driven_ms[whole + 1]
        return here + (there - here) * (minutes - whole)

    def things(self, x: float, y: float, within_m: float, at_ms: int) -> Things:
        self._prepare(at_ms)
        crowd = self._people.crowd(at_ms / 1000, self._near_arcs(x, y, within_m))
        number = crowd.person.astype(np.int64)
        return _together([Things(*crowd[:4], number), self._few(x, y, within_m, at_ms / 1000)])

    def blazes(self, x: float, y: float, within_m: float, at_ms: int) -> tuple[Blaze, ...]:
        """Fires near the spot; smoke is seen from afar."""
        found: list[Blaze] = []
        for event, fire in self._fires:
            attended = self._attended.get(event, float("inf"))
            smoke = fire.smoke(at_ms / 1000, attended)
            if smoke > 0 and np.hypot(fire.x - x, fire.y - y) < within_m + SMOKE_SEEN_M:
                flame = fire.flame(at_ms / 1000, attended)
                found.append(Blaze(fire.x, fire.y, fire.height_m, fire.radius_m, flame, smoke))
        return tuple(found)

    def _prepare(self, at_ms: int) -> None:
        """Once a simulated second: who is out at all, so that a frame asks only a few."""
        if at_ms // 1000 == self._second:
            return
        self._second = at_ms // 1000
        at_s = at_ms / 1000
        fresh = self._missions.new()
        self._crews.take(fresh)
        self._attend(fresh)
        events = self._plot.events(datetime.fromtimestamp(at_s, KST) + timedelta(seconds=2))
        out = [(track, event) for event in events for track in event.cast]
        self._cast = [
            (int(unit_hash(event.id, nth) * 2**31), track)
            for nth, (track, event) in enumerate(out)
            if track.at_s[0] - 2 <= at_s <= track.at_s[-1] + 2
        ]
        self._fires = [(event.id, event.fire) for event in events if event.fire is not None]
        places = [(crew, self._crews.here(crew, at_s)) for crew in self._crews.crews]
        self._stands = [(crew, here.x, here.y) for crew, here in places]

    def _attend(self, fresh: list[Mission]) -> None:
        for mission in fresh:
            if mission.event and mission.unit.startswith("F"):
                known = self._attended.get(mission.event, float("inf"))
                self._attended[mission.event] = min(known, mission.arrives_s)

    def _few(self, x: float, y: float, within_m: float, at_s: float) -> Things:
        """Crews and people of interest near the spot, one by one."""
        rows: list[tuple[Here, int, int, int]] = []
        for nth, (crew, cx, cy) in enumerate(self._stands):
            if abs(cx - x) < within_m + _SLACK_M and abs(cy - y) < within_m + _SLACK_M:
                rows.append((self._crews.here(crew, at_s), *look_of(crew), 10_000_000 + nth))
        rows += [
            (track.here(at_s), track.kind, track.look, number) for number, track in self._cast if track.is_seen(at_s)
        ]
        return Things(
            np.array([(here.x, here.y) for here, *_ in rows], np.float32).reshape(-1, 2),
            np.array([(here.east, here.north) for here, *_ in rows], np.float32).reshape(-1, 2),
            np.array([row[1] for row in rows], np.uint8),
            np.array([row[2] for row in rows], np.uint8),
            np.array([row[3] for row in rows], np.int64),
        )

    def _near_arcs(self, x: float, y: float, within_m: float) -> NDArray[np.bool_]:
        key = (round(x), round(y), round(within_m))
        known = self._arcs.get(key)
        if known is None:
            net = self._setting.streets
            middle = (net.xy[net.tail] + net.xy[net.head]) / 2
            known = np.hypot(*(middle - (x, y)).T) < within_m + net.length / 2
            self._arcs[key] = known
            while len(self._arcs) > _KEPT:
                self._arcs.popitem(last=False)
        return known


def _passing(traffic: Traffic, play: _Play | None, at_ms: int) -> Things:
    """Through traffic and strollers: all of them without a run, in a run as many as hour and weather bring out."""
    number = 20_000_000 + np.arange(len(traffic.kind), dtype=np.int64)
    if play is None:
        moment = traffic.at(at_ms)
        return Things(moment.xy, moment.towards, traffic.kind, traffic.look, number)
    sky = play.sky(at_ms)
    full = day.volume(sky.at)
    strolls = full * (0.3 + 0.7 * sky.light) * (1.0 if sky.weather is Weather.CLEAR else 0.45)
    share = np.where(traffic.kind == Kind.PERSON, strolls, full)
    out = (traffic.draw < share) & (traffic.kind != Kind.PATROL)
    moment = traffic.at(at_ms, int(play.driven_ms(at_ms)))
    return Things(moment.xy[out], moment.towards[out], traffic.kind[out], traffic.look[out], number[out])


def _together(parts: list[Things]) -> Things:
    if not parts:
        none = np.zeros(0)
        flat = none.reshape(0, 2).astype(np.float32)
        return Things(flat, flat, none.astype(np.uint8), none.astype(np.uint8), none.astype(np.int64))
    return Things(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _near(things: Things, x: float, y: float, within_m: float) -> Things:
    off = np.abs(things.xy - np.array([x, y], np.float32))
    kept = (off < within_m).all(axis=1)
    return Things(things.xy[kept], things.towards[kept], things.kind[kept], things.look[kept], things.row[kept])
