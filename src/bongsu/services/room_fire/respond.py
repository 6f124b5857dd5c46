"""쪽방촌 화재감시: smoke, heat or gas in a room goes to 119 with the nearest hydrants and cameras."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from bongsu.city import City
from bongsu.core.asset import FacilityKind
from bongsu.core.geo import Point
from bongsu.core.grant import Grant
from bongsu.core.incident import Change
from bongsu.core.request import Ask, Request
from bongsu.core.telling import CareTerms, open_scene, tell_people

NAME = "room_fire"
KINDS = ("room_fire", "room_gas")


class Settings(CareTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms towards the fire service: at most `hydrants` within `hydrant_within_m` are named."""

    agency: str = "fire119"
    kinds: tuple[str, ...] = KINDS
    officers: tuple[str, ...] = KINDS
    within_m: float = 200.0
    hydrants: int = 3
    hydrant_within_m: float = 500.0


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Show 119 the alley of a burning room and name its nearest hydrants; tell the keeper (쪽방촌 화재감시)."""
    for item in open_scene(change, city, NAME, settings, Ask.SHOW_SCENE):
        where = change.incident.where
        if isinstance(item, Request) and item.ask is Ask.SHOW_SCENE and where is not None:
            item = replace(item, text=hydrants_of(where, city, settings))
        yield item
    yield from tell_people(change, NAME, settings)


def hydrants_of(where: Point, city: City, settings: Settings) -> str:
    """The nearest hydrants with their distances in metres, nearest first; "" where the city knows of none."""
    near = city.places_near(where, FacilityKind.HYDRANT, within_m=settings.hydrant_within_m, at_most=settings.hydrants)
    return ", ".join(f"{one.name or one.id} {distance_m:.0f} m" for one, distance_m in near)
