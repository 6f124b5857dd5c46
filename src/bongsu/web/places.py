"""The city's registers of places on the map: bells, street lamps, schools, posts; a box of the map at a time."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, get

from bongsu.access.permit import Action
from bongsu.core.asset import FacilityKind
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point, is_on_earth
from bongsu.web.guard import platform_of

AT_MOST = 2000
BELL = "bell"


class PlaceColumns(msgspec.Struct, frozen=True, kw_only=True):
    """Columns of one length, a place a row; `more`: the box holds more than were given, look closer.

    `police_linked` is for bells: whether 112 hears it too, None where nobody knows.
    """

    id: list[str]
    name: list[str]
    lon: list[float]
    lat: list[float]
    police_linked: list[bool | None]
    more: bool


@get("/v1/places", opt={"action": Action.SEE_BASEMAP})
async def list_places(request: Request[Any, Any, Any]) -> PlaceColumns:
    """Places of a kind (`bell` or one of the registers) in a box: `?kind=lamp&box=west,south,east,north`."""
    kind, (south_west, north_east) = _kind(request), box_of(request)
    found = platform_of(request).city().places_in(south_west, north_east, kind, AT_MOST + 1)
    rows = found[:AT_MOST]
    return PlaceColumns(
        id=[row.id for row in rows],
        name=[row.name for row in rows],
        lon=[row.where.lon for row in rows],
        lat=[row.where.lat for row in rows],
        police_linked=[getattr(row, "police_linked", None) for row in rows],
        more=len(found) > AT_MOST,
    )


def _kind(request: Request[Any, Any, Any]) -> FacilityKind | None:
    name = request.query_params.get("kind", "")
    if name == BELL:
        return None
    try:
        return FacilityKind(name)
    except ValueError as problem:
        raise Invalid("places.kind", kind=name, kinds=", ".join((BELL, *FacilityKind))) from problem


def box_of(request: Request[Any, Any, Any]) -> tuple[Point, Point]:
    """The corners of `?box=west,south,east,north`, south-west first. Raises Invalid("places.box")."""
    text = request.query_params.get("box", "")
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError as problem:
        raise Invalid("places.box", box=text) from problem
    corners = Point(west, south), Point(east, north)
    if not all(map(is_on_earth, corners)) or west > east or south > north:
        raise Invalid("places.box", box=text)
    return corners


ROUTES = [list_places]
