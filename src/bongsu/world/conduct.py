"""Runs a scenario against the clock: calls are made, crews report where they are, and the truth is written down."""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import msgspec

from bongsu.core.asset import UnitKind
from bongsu.core.clock import Monotonic, monotonic
from bongsu.world import run, setting
from bongsu.world.annals import FILE_NAME as TRUTH
from bongsu.world.annals import Annals
from bongsu.world.clock import Course
from bongsu.world.crews import Crews, Where
from bongsu.world.crews_door import Desk, opened
from bongsu.world.dispatch import Dispatchers
from bongsu.world.feed import FILE_NAME, Feed
from bongsu.world.patrols import push
from bongsu.world.plot import Plot
from bongsu.world.run import Run
from bongsu.world.scenario import Scenario
from bongsu.world.scene import Scene
from bongsu.world.weather import Climate

TELL_S = 0.1
FEW = 80


class Reporter(msgspec.Struct, frozen=True, kw_only=True):
    """Where the crews of some kinds report to, and with whose key."""

    url: str
    key: str
    kinds: tuple[UnitKind, ...]


class Conductor:
    """One run of a scenario in a scene, told to a folder; it begins as if it had run for `into_s` already."""

    def __init__(
        self, scene: Scene, scenario: Scenario, folder: Path, *, into_s: float = 0.0, ticks: Monotonic = monotonic
    ) -> None:
        self._scenario = scenario
        self._folder = folder
        self._setting = setting.of_scene(scene, scenario.seed)
        self._crews = Crews(self._setting, scenario.seed)
        self._plot = Plot(scenario, self._setting)
        self._climate = Climate(seed=scenario.seed, where=scene.origin, fixed=scenario.weather)
        self._dispatchers = Dispatchers(self._crews, self._climate)
        self._ticks = ticks
        before_s = into_s / scenario.speed
        self._began_s = ticks() - before_s
        began_ms = time.time_ns() // 1_000_000 - round(before_s * 1000)
        self.course = Course(start=scenario.start, began_ms=began_ms, speed=scenario.speed)

    def now(self) -> datetime:
        """The simulated time."""
        return self.course.at(self.course.began_ms + round((self._ticks() - self._began_s) * 1000))

    def play(self, reporters: tuple[Reporter, ...], stop: threading.Event, for_s: float | None = None) -> None:
        """Play until `stop` is set or so many simulated seconds are over."""
        self._clear()
        desk = Desk(self._crews, self._climate, self.now, lambda mission: run.note(mission, self._folder))
        threads = [threading.Thread(target=self._report, args=(one, stop), daemon=True) for one in reporters]
        with ExitStack() as stack:
            url = stack.enter_context(opened(desk))
            feed = stack.enter_context(closing(Feed(self._folder / FILE_NAME)))
            truth = stack.enter_context((self._folder / TRUTH).open("ab", buffering=0))
            run.write(Run(scenario=self._scenario, course=self.course, crews_url=url), self._folder)
            for thread in threads:
                thread.start()
            told, true = self._scenario.start - timedelta(milliseconds=1), Annals(self._plot)
            until = None if for_s is None else self._scenario.start + timedelta(seconds=for_s)
            while not stop.is_set() and (until is None or told < until):
                now = self.now() if until is None else min(self.now(), until)
                truth.write(b"".join(line + b"\n" for line in true.lines(told, now)))
                self._ring(feed, told, now)
                told = now
                stop.wait(TELL_S)
        stop.set()
        for thread in threads:
            thread.join(6.0)

    def _ring(self, feed: Feed, told: datetime, now: datetime) -> None:
        """Make the calls of a span, and let the dispatchers act on what they have understood by now."""
        for call in self._plot.calls(told, now):
            feed.say(msgspec.structs.replace(call, told_ms=self.course.wall_ms(call.at)))
            self._dispatchers.hear(call)
        for mission in self._dispatchers.order(now):
            run.note(mission, self._folder)

    def _clear(self) -> None:
        """What an earlier run left is over."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)

    def _report(self, to: Reporter, stop: threading.Event) -> None:
        """Push the positions of a reporter's crews: five times a second for a town, once for a large city."""
        mine = [crew for crew in self._crews.crews if crew.kind in to.kinds]
        units = [{"id": crew.id, "name": crew.name, "kind": str(crew.kind)} for crew in mine]
        every_s = 0.2 if len(mine) <= FEW else 1.0
        known = False
        with httpx.Client(base_url=to.url, headers={"Authorization": f"Bearer {to.key}"}, timeout=5.0) as client:
            while mine and not stop.is_set():
                at_s, wall_ms = self.now().timestamp(), time.time_ns() // 1_000_000
                told: dict[str, object] = {
                    "observations": [_told(self._crews.where(crew, at_s), wall_ms) for crew in mine]
                }
                known = push(client, told if known else told | {"units": units})
                stop.wait(every_s if known else 1.0)


def _told(where: Where, wall_ms: int) -> dict[str, object]:
    return {
        "unit": where.unit,
        "lon": where.lon,
        "lat": where.lat,
        "speed_mps": where.speed_mps,
        "heading_deg": where.heading_deg,
        "phenomenon_time_ms": wall_ms,
    }


def rehearse(scene: Scene, scenario: Scenario, for_s: float) -> list[bytes]:
    """The truth of so many simulated seconds, as lines, without any clock or platform."""
    plot = Plot(scenario, setting.of_scene(scene, scenario.seed))
    before = scenario.start - timedelta(milliseconds=1)
    return list(Annals(plot).lines(before, scenario.start + timedelta(seconds=for_s)))
