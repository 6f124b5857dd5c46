"""The simulated street: libsumo, moved on a second at a time, with cars, closures, signals and fire engines in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from bongsu.benches.arrivals.ground import Ground, libsumo
from bongsu.benches.arrivals.kinds import Fix
from bongsu.benches.arrivals.net import SIREN_GAIN, Net, Spot
from bongsu.benches.arrivals.scene import Scene, Shut, write_trips

TYPES = f"""<vType id="car" vClass="passenger" sigma="0.5" speedFactor="normc(1.0,0.1,0.8,1.3)" minGap="2.0"/>
<vType id="engine" vClass="emergency" length="8.5" width="2.5" accel="1.6" decel="4.0" maxSpeed="22" sigma="0.3"
 speedFactor="{SIREN_GAIN}" minGap="1.5"><param key="has.bluelight.device" value="true"/></vType>"""
"""The siren stands on the type before any vehicle has it: SUMO does not equip one later."""
NAVIGATED = 0.5
"""So many of the cars go by a navigation that knows the traffic; the others by the way of free streets."""
OPTIONS = (
    "--step-length 1 --time-to-teleport 240 --max-depart-delay 300 --ignore-route-errors true --no-warnings true "
    "--no-step-log true --duration-log.disable true --collision.action none --lateral-resolution 0 "
    f"--device.rerouting.probability {NAVIGATED} --device.rerouting.period 180 "
    "--device.rerouting.adaptation-interval 15 --device.rerouting.adaptation-steps 12 "
    "--tripinfo-output.write-unfinished true"
)
PROBE_EVERY_S = 5
ANOTHER = 1_000_000
"""An evening's second draw of drivers' moods is so far from the first seed of SUMO."""
THERE_M = 20.0


class Street:
    """One run of SUMO. `begin` warms it up; then `step` moves everybody one second. One at a time in a process."""

    def __init__(self, ground: Ground, net: Net, scene: Scene, folder: Path, draw: int = 0) -> None:
        self._sumo: Any = libsumo()
        self._net = net
        self.scene = scene
        self._draw = scene.seed + ANOTHER * draw
        self.at_s = 0
        self.teleports = 0
        self._folder = folder
        self._ground = ground
        self._probes: set[str] = set()
        self._told = folder / f"trips-{scene.seed}.out.xml"
        self._shown: dict[str, str] = {}
        self.lost: set[str] = set()

    def begin(self) -> None:
        """Load the evening and let the traffic come up."""
        folder, scene = self._folder, self.scene
        trips, more = folder / f"{scene.seed}.rou.xml", folder / f"{scene.seed}.add.xml"
        write_trips(scene, trips)
        more.write_text(
            f"<additional>{TYPES}{''.join(_rerouter(self._net, one, scene) for one in scene.shut)}</additional>"
        )
        self._sumo.start(
            ["sumo", "-n", str(self._ground.net), "-r", str(trips), "-a", str(more), *self._own(), *OPTIONS.split()]
        )

    def _own(self) -> list[str]:
        return ["--seed", str(self._draw), "--tripinfo-output", str(self._told)]

    def step(self) -> None:
        """One second."""
        self._sumo.simulationStep()
        started = self._sumo.simulation.getStartingTeleportIDList()
        self.teleports += len(started)
        self.lost.update(name for name in started if not name.startswith(("car-", "probe-")))
        self._probes.update(name for name in self._sumo.simulation.getDepartedIDList() if name.startswith("probe-"))
        self._probes.difference_update(self._sumo.simulation.getArrivedIDList())
        self.at_s = round(self._sumo.simulation.getTime()) - self.scene.terms.warm_s

    def show(self, lights: Mapping[str, str]) -> None:
        """What the controllers show from now on."""
        for name, letters in lights.items():
            if self._shown.get(name) != letters:
                self._sumo.trafficlight.setRedYellowGreenState(name, letters)
                self._shown[name] = letters

    def probes(self) -> list[Fix]:
        """Where cars that tell it are; each once in five seconds."""
        due = [name for name in sorted(self._probes) if (hash_of(name) + self.at_s) % PROBE_EVERY_S == 0]
        return [self.fix(name, "driving") for name in due]

    def fix(self, name: str, status: str) -> Fix:
        """Where a vehicle that drives is."""
        vehicle = self._sumo.vehicle
        place = self._net.place(np.array(vehicle.getPosition(name)))
        return Fix(name, self.at_s, place, vehicle.getAngle(name) % 360.0, max(0.0, vehicle.getSpeed(name)), status)

    def set_out(self, name: str, way: tuple[str, ...], start: Spot) -> None:
        """A fire engine leaves its garage by a way of edges."""
        self._sumo.route.add(f"way-{name}", list(way))
        along = start.edges.get(way[0], 0.0)
        self._sumo.vehicle.add(name, f"way-{name}", typeID="engine", departPos=f"{along:.1f}", departLane="best")

    def turn_to(self, name: str, way: tuple[str, ...]) -> bool:
        """Another way from the edge an engine is on; whether it could be taken."""
        try:
            self._sumo.vehicle.setRoute(name, list(way))
        except self._sumo.TraCIException:
            return False
        return True

    def whereabouts(self, name: str) -> tuple[str, float, tuple[str, ...]] | None:
        """An engine's edge, metres along it and the edges ahead of it; None where it is not on the street."""
        vehicle = self._sumo.vehicle
        try:
            edge, ahead = vehicle.getRoadID(name), vehicle.getRoute(name)[vehicle.getRouteIndex(name) + 1 :]
        except self._sumo.TraCIException:
            return None
        if not edge:
            return None
        return edge, vehicle.getLanePosition(name), tuple(ahead)

    def leave(self, name: str) -> None:
        """An engine is there: it stands beside the road and out of the way."""
        try:
            self._sumo.vehicle.remove(name)
        except self._sumo.TraCIException:
            return

    def end(self) -> dict[str, float]:
        """Close it; by car the seconds it lost against a free street, and waiting to set out."""
        self._sumo.close()
        return dict(_lost_s(self._told))


def hash_of(name: str) -> int:
    """A number that is the same in every run."""
    return int(name.rsplit("-", 1)[1])


def _rerouter(net: Net, shut: Shut, scene: Scene) -> str:
    """Cars that would drive into a shut street are led round it from two edges before; crews read no such signs."""
    first = {name for name, edge in net.edges.items() if any(one in edge.onto for one in shut.edges)}
    second = {name for name, edge in net.edges.items() if any(one in edge.onto for one in first)}
    begin = scene.terms.warm_s + shut.told.since_s
    closing = "".join(f'<closingReroute id="{edge}" allow="emergency"/>' for edge in shut.edges)
    return (
        f'<rerouter id="{shut.told.id}" edges="{" ".join(sorted(first | second))}" vTypes="car">'
        f'<interval begin="{begin}" end="100000">{closing}</interval></rerouter>'
    )


def _lost_s(path: Path) -> Iterable[tuple[str, float]]:
    for _, one in ElementTree.iterparse(path):  # noqa: S314 - our own simulator wrote it
        if one.tag == "tripinfo" and one.get("vType") == "car":
            yield one.get("id", ""), float(one.get("timeLoss", 0)) + float(one.get("departDelay", 0))
