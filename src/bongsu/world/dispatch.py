"""What the dispatchers of 112 and 119 do with a call: crews sent after the time a room takes to understand it.

They know what callers say, never the truth. A partner's process may do this instead through the crews' door.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bongsu.core.asset import UnitKind
from bongsu.core.errors import Conflict
from bongsu.core.geo import Point
from bongsu.world.crews import Crews, Mission
from bongsu.world.feed import Call, Step, To
from bongsu.world.weather import Climate

HANDLING_S = 28.0
"""From the call to the order: 112's own national mean (12 s to receive, 16 s to dispatch)."""

_POLICE = {UnitKind.PATROL: 2}
_FIRE: dict[str, dict[UnitKind, int]] = {
    "fire": {UnitKind.ENGINE: 3, UnitKind.AMBULANCE: 1},
    "wildfire": {UnitKind.ENGINE: 2},
    "rescue": {UnitKind.ENGINE: 1, UnitKind.AMBULANCE: 1},
    "flood": {UnitKind.ENGINE: 1},
    "landslide": {UnitKind.ENGINE: 2, UnitKind.AMBULANCE: 1},
    "building_collapse": {UnitKind.ENGINE: 2, UnitKind.AMBULANCE: 1},
    "gas_leak": {UnitKind.ENGINE: 2},
}


class Dispatchers:
    """The rooms' dispatchers: they hear calls as they are made and order crews once each is understood."""

    def __init__(self, crews: Crews, climate: Climate) -> None:
        self._crews = crews
        self._climate = climate
        self._known: set[tuple[To, str]] = set()
        self._waiting: list[tuple[datetime, Call]] = []

    def hear(self, call: Call) -> None:
        """Take a call; only the first of a room's calls about an event sends crews."""
        if call.step is Step.BEGUN and (call.to, call.event) not in self._known:
            self._known.add((call.to, call.event))
            self._waiting.append((call.at + timedelta(seconds=HANDLING_S), call))

    def order(self, now: datetime) -> list[Mission]:
        """The orders that are due; where no crew is free, none goes."""
        due = [call for at, call in self._waiting if at <= now]
        self._waiting = [(at, call) for at, call in self._waiting if at > now]
        return [mission for call in due for mission in self._send(call, now)]

    def _send(self, call: Call, now: datetime) -> list[Mission]:
        sent: list[Mission] = []
        for kind, many in self._wanted(call).items():
            for _ in range(many):
                try:
                    to = Point(call.lon, call.lat)
                    at_s, sky = now.timestamp(), self._climate.sky(now)
                    sent.append(self._crews.go(to, at_s, sky, kind=kind, event=call.event))
                except Conflict:
                    break
        return sent

    def _wanted(self, call: Call) -> dict[UnitKind, int]:
        if call.to in (To.POLICE, To.TRACKING):
            return {UnitKind.PATROL: 1} if call.kind == "traffic_accident" else _POLICE
        return _FIRE.get(call.kind, {UnitKind.AMBULANCE: 1}) if call.to is To.FIRE else {}
