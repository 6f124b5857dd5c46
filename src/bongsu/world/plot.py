"""What a scenario comes to in a city: every event with its people, ways and calls, settled by file and seed alone.

Events drawn by chance are planned an hour at a time, each hour from a draw of its own, so that how far ahead anybody
looks changes nothing.
"""

from __future__ import annotations

import bisect
import math
import random
import threading
from datetime import datetime

from bongsu.world.feed import Call
from bongsu.world.happening import Happening
from bongsu.world.scenario import WHAT, Scenario, Told
from bongsu.world.setting import Setting
from bongsu.world.staging import stage

HOUR_S = 3600.0
CALLS_A_EVENT = 1_000
EVENTS_A_BLOCK = 1_000
_WEIGHTS = {"robbery": 1, "assault": 6, "theft": 6, "pickpocketing": 3, "break_in": 3, "weapon": 1, "stalking": 2}
_FLEES_BY_CAR = 0.25


class Plot:
    """The events of a scenario in a setting, planned as far as somebody asked; safe to ask from several threads."""

    def __init__(self, scenario: Scenario, setting: Setting) -> None:
        self.scenario = scenario
        self.setting = setting
        self.start_s = scenario.start.timestamp()
        self._lock = threading.Lock()
        self._hours = 0
        self._events: tuple[Happening, ...] = self._block(0, scenario.events)
        self._calls: list[Call] = sorted(_calls(self._events), key=_when)

    def events(self, until: datetime) -> tuple[Happening, ...]:
        """Every event that begins before a time, in the order in which they begin."""
        self._plan(until)
        return tuple(event for event in self._events if event.at < until)

    def calls(self, after: datetime, until: datetime) -> list[Call]:
        """Every call made in (after, until], in the order in which they are made."""
        self._plan(until)
        low, high = (bisect.bisect_right(self._calls, at, key=lambda call: call.at) for at in (after, until))
        return self._calls[low:high]

    def _plan(self, until: datetime) -> None:
        wanted = math.ceil(max(0.0, until.timestamp() - self.start_s) / HOUR_S)
        with self._lock:
            while self._hours < wanted and self.scenario.rates:
                self._hours += 1
                more = self._block(self._hours, tuple(self._drawn(self._hours)))
                self._events = tuple(sorted((*self._events, *more), key=lambda one: (one.at, one.id)))
                self._calls = sorted((*self._calls, *_calls(more)), key=_when)

    def _drawn(self, hour: int) -> list[Told]:
        """The events chance brings in the nth hour."""
        chance = random.Random(f"{self.scenario.seed} hour {hour}")
        told: list[Told] = []
        for what, an_hour in sorted(self.scenario.rates.items()):
            at = chance.expovariate(an_hour / HOUR_S) if an_hour else HOUR_S
            while at < HOUR_S:
                told.append(_any(what, (hour - 1) * HOUR_S + at, chance))
                at += chance.expovariate(an_hour / HOUR_S)
        return sorted(told, key=lambda one: one.at_s)[: EVENTS_A_BLOCK - 1]

    def _block(self, block: int, told: tuple[Told, ...]) -> tuple[Happening, ...]:
        made: list[Happening] = []
        for nth, one in enumerate(told, start=1):
            number = block * EVENTS_A_BLOCK + nth
            chance = random.Random(f"{self.scenario.seed} event {number}")
            at_s = self.start_s + one.at_s
            made.append(stage(self.setting, one, f"E-{number:06}", at_s, chance, number * CALLS_A_EVENT))
        return tuple(made)


def _any(what: str, at_s: float, chance: random.Random) -> Told:
    kinds = WHAT[what]
    kind = chance.choices(kinds, [_WEIGHTS.get(kind, 1) for kind in kinds])[0]
    flee = ""
    if what == "crime":
        flee = "by_car" if chance.random() < _FLEES_BY_CAR else "on_foot"
    return Told(at_s=round(at_s, 3), what=what, kind=kind, flee=flee)


def _calls(events: tuple[Happening, ...]) -> list[Call]:
    return [call for event in events for call in event.calls]


def _when(call: Call) -> tuple[datetime, int]:
    return call.at, call.number
