"""How fire engines are sent and drive: as without a platform, or as its orders say where an arm lets them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from bongsu.benches.arrivals.kinds import Arms, Call, Fix, Order, Place, Rig
from bongsu.benches.arrivals.net import Net, Spot
from bongsu.benches.arrivals.scene import Asked, Scene
from bongsu.benches.arrivals.street import THERE_M, Street
from bongsu.core.geo import distance_m

SEES_M = 60.0
"""From so far before a junction a crew sees that the street behind it is shut."""


class Engine(msgspec.Struct):
    """One fire engine: in its garage, getting ready, going or there; `shut` is what its crew has seen to be shut."""

    rig: Rig
    home: Spot
    asked: Asked | None = None
    way: tuple[str, ...] = ()
    leaves_s: float = 0.0
    status: str = "home"
    shut: frozenset[str] = frozenset()
    last: Fix | None = None
    wish: tuple[Place, ...] = ()


def nearest(engines: Iterable[Rig], call: Call) -> Rig | None:
    """Of these the one whose station is nearest as the crow flies: how the baseline chooses."""
    return min(engines, key=lambda one: (distance_m(one.home.point(), call.place.point()), one.unit), default=None)


class Crews:
    """All fire engines of one run. Once a second: `send` or `obey`, then `drive`; `fixes` say where everybody is."""

    def __init__(self, net: Net, street: Street, scene: Scene, arms: Arms) -> None:
        self._net, self._street, self._arms = net, street, arms
        self._shut = {edge for one in scene.shut for edge in one.edges}
        self._turnout_s = scene.terms.turnout_s
        self._asked = {one.call.id: one for one in scene.asked}
        self.engines = {rig.unit: Engine(rig, scene.stations[rig.station]) for rig in scene.engines}
        self.there_s: dict[str, float] = {}

    def free(self) -> list[Rig]:
        """Engines in their garages."""
        return [one.rig for one in self.engines.values() if one.asked is None]

    def send(self, call: str, unit: str) -> None:
        """Alarm an engine: it leaves when its crew is ready, by the quickest way on free streets."""
        engine = self.engines[unit]
        engine.asked = self._asked[call]
        engine.leaves_s = self._street.at_s + self._turnout_s
        engine.way = self._net.static_way(engine.home, engine.asked.spot)
        engine.status = "turnout"

    def obey(self, order: Order) -> None:
        """An order of the platform: the first sends the engine, and its way is driven where the arm says so."""
        engine = self.engines[order.unit]
        is_first = engine.asked is None
        if is_first:
            self.send(order.call, order.unit)
        if order.way and (self._arms.live_route or (self._arms.preemption and is_first)):
            engine.wish = order.way

    def drive(self) -> None:
        """Let crews set out, take up new ways, turn away from shut streets, and arrive."""
        for engine in self.engines.values():
            if engine.status == "turnout":
                self._start(engine)
            elif engine.status == "going":
                self._go_on(engine)

    def _start(self, engine: Engine) -> None:
        if engine.wish and engine.asked:
            engine.way = self._net.follow(engine.home, engine.asked.spot, engine.wish) or engine.way
            engine.wish = ()
        if self._street.at_s >= engine.leaves_s and engine.way:
            self._street.set_out(engine.rig.unit, engine.way, engine.home)
            engine.status = "going"

    def _go_on(self, engine: Engine) -> None:
        unit, asked = engine.rig.unit, engine.asked
        if asked is None or unit in self._street.lost:
            return
        found = self._street.whereabouts(unit)
        if found is None:
            # Not yet let in from the garage, or driven past the end of its last edge: then it is there.
            if engine.last is not None and engine.way and engine.way[-1] in asked.spot.edges:
                self._arrive(engine, asked)
            return
        engine.last = self._street.fix(unit, "going")
        edge, along_m, ahead = found
        if not ahead and edge in asked.spot.edges and along_m >= asked.spot.edges[edge] - THERE_M:
            self._arrive(engine, asked)
        elif edge in self._net.edges:
            self._steer(engine, asked, Spot({edge: along_m}, engine.last.place), edge, ahead)

    def _arrive(self, engine: Engine, asked: Asked) -> None:
        self.there_s[asked.call.id] = self._street.at_s - asked.rung_s
        engine.status = "there"
        self._street.leave(engine.rig.unit)

    def _steer(self, engine: Engine, asked: Asked, here: Spot, edge: str, ahead: tuple[str, ...]) -> None:
        """A new way of the platform; and round what is seen to be shut, whoever said to go there."""
        if engine.wish:
            way = self._net.follow(here, asked.spot, engine.wish)
            engine.wish = ()
            if way and way[1:] != ahead and self._street.turn_to(engine.rig.unit, way):
                engine.way, ahead = way, way[1:]
        left_m = self._net.edges[edge].length_m - here.edges[edge]
        if ahead and ahead[0] in self._shut and left_m <= SEES_M:
            engine.shut |= {ahead[0]}
            way = self._net.static_way(here, asked.spot, engine.shut)
            if way and self._street.turn_to(engine.rig.unit, way):
                engine.way = way

    def fixes(self) -> list[Fix]:
        """Where every engine is."""
        return [self._fix(one) for one in self.engines.values()]

    def _fix(self, engine: Engine) -> Fix:
        at_s = self._street.at_s
        if engine.last is None:
            return Fix(engine.rig.unit, at_s, engine.rig.home, 0.0, 0.0, "home" if engine.asked is None else "going")
        return msgspec.structs.replace(engine.last, at_s=at_s, status=engine.status)
