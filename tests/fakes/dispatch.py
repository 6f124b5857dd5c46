"""A town for those who send crews: a square grid of streets in metres, crews on its corners, a fire in it."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from bongsu.city import City
from bongsu.city.ways import ways_of
from bongsu.core.asset import Ground, Unit, UnitKind
from bongsu.core.dispatch import Crew
from bongsu.core.incident import Incident, Sent
from bongsu.settings import CameraSettings
from fakes.desk import NOON
from fakes.platform import an_incident
from fakes.streets import a_grid, a_road, place

NOON_MS = int(NOON.timestamp() * 1000)


def a_crew(id: str, x: float, y: float, age_ms: int = 1_000, vehicle: str = "", **fields: Any) -> Crew:
    """An engine standing there a second ago, unless said otherwise."""
    kind = fields.pop("kind", UnitKind.ENGINE)
    unit = Unit(id=id, name=id, kind=kind, vehicle=vehicle)
    return Crew(unit=unit, where=place(x, y), at_ms=NOON_MS - age_ms, **fields)


def a_fire(x: float, y: float, *sent: str, id: str = "I1", **fields: Any) -> Incident:
    """A fire there, with the crews sent to it."""
    crews = tuple(Sent(unit=unit, at=NOON, by="operator") for unit in sent)
    return an_incident(id, place(x, y), kind="fire", **fields, crews=crews or UNSET)


def a_town(roads=None, cameras=(), **parts: Any) -> City:
    """A city with its ways built: five streets each way, 100 m apart, unless other roads are given."""
    ground = Ground(roads=tuple(a_grid(5, width_m=8.0)[1] if roads is None else roads))
    city = City(cameras, ground, CameraSettings(), **parts)
    city.ways = ways_of(ground)
    return city


def an_alley(width_m: float | None):
    """A street of 300 m, and an alley of so many metres' width that leaves it in its middle for 200 m northwards."""
    spots = {1: (0, 0), 2: (150, 0), 3: (300, 0), 4: (150, 200)}
    street = [a_road(n, spots, n, n + 1, road_class="tertiary", width_m=10.0, name="큰길") for n in (1, 2)]
    return [*street, a_road(9, spots, 2, 4, width_m=width_m, name="좁은길")]
