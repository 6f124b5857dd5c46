"""What the simulated street and the platform say to each other, once a simulated second.

The street (libsumo) is the world: it moves everybody and knows nothing of the platform. The platform is the product's
own core under the same clock; it sees fixes, calls and closures as records and answers with orders and lights.
Seconds count from the run's beginning; places are WGS84 degrees.
"""

from __future__ import annotations

import msgspec

from bongsu.core.geo import Point
from bongsu.world.signals.plan import Junction as Plan


class Place(msgspec.Struct, frozen=True):
    """A place on the ground, degrees."""

    lon: float
    lat: float

    def point(self) -> Point:
        """The same as the product writes it."""
        return Point(self.lon, self.lat)


class Rig(msgspec.Struct, frozen=True):
    """A vehicle the city has registered: an `engine` of a station, or a `car` that only tells where it is (a probe)."""

    unit: str
    station: str
    kind: str
    home: Place


class Junction(msgspec.Struct, frozen=True):
    """A junction with signals: its programme as its controller runs it, and SUMO's letters of each barrier's green.

    `greens` has one string a barrier, by the barrier's number; `controllers.letters` makes of a controller's state what
    the street shows. Phases of one barrier are of different rings, one for each approach.
    """

    name: str
    place: Place
    plan: Plan
    greens: dict[int, str]


class Call(msgspec.Struct, frozen=True):
    """Somebody rings 119: at this second the call is taken and a crew can be sent."""

    id: str
    at_s: float
    place: Place
    kind: str = "fire"


class Blocked(msgspec.Struct, frozen=True):
    """A street nobody gets through, from `since_s` on; the control room hears of it at `known_s`."""

    id: str
    at: tuple[Place, ...]
    since_s: float
    known_s: float


class Fix(msgspec.Struct, frozen=True):
    """Where a rig is; `status` is `home`, `going`, `there` or, for probes, `driving`."""

    unit: str
    at_s: float
    place: Place
    heading_deg: float
    speed_mps: float
    status: str


class Order(msgspec.Struct, frozen=True):
    """Go to this call, along this way; said again when the way changes. An empty way: none is known, drive your own."""

    call: str
    unit: str
    way: tuple[Place, ...]


class Answers(msgspec.Struct, frozen=True):
    """What the platform says in a second: new or changed orders, and SUMO's letters of junctions, by name.

    A junction that is left out goes on as it would without the platform.
    """

    orders: tuple[Order, ...] = ()
    lights: dict[str, str] = {}


class Arms(msgspec.Struct, frozen=True):
    """Which treatments act. Without all three the platform is not asked at all: that is the baseline.

    `station_choice`: the first crew the plan ranks is sent, else the nearest as the crow flies. `live_route`: probes'
    speeds and closures are told to the platform and crews follow its way as it changes. `preemption`: the platform
    asks for priority; a crew without live_route then follows the first way it was shown, so that the lights know it.
    """

    station_choice: bool = False
    live_route: bool = False
    preemption: bool = False

    @property
    def name(self) -> str:
        """`baseline`, a treatment's name, `all`, or several names joined by +."""
        on = [name for name in self.__struct_fields__ if getattr(self, name)]
        if len(on) == len(self.__struct_fields__):
            return "all"
        return "+".join(on) or "baseline"


ARMS = (
    Arms(),
    Arms(station_choice=True),
    Arms(live_route=True),
    Arms(preemption=True),
    Arms(station_choice=True, live_route=True, preemption=True),
)
