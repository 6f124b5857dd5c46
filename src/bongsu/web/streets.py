"""Which stretch of street a place on the map is on, for whoever closes a road (도로 통제)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from litestar import Request, get

from bongsu.access.permit import Action
from bongsu.core.dispatch import Stretch
from bongsu.core.errors import Invalid, Unavailable
from bongsu.core.geo import Point, is_on_earth
from bongsu.web.guard import platform_of

if TYPE_CHECKING:
    from bongsu.city.ways import Ways

PLACES_AT_MOST = 400


@get("/v1/streets", opt={"action": Action.READ_RECORDS})
async def list_stretches(request: Request[Any, Any, Any]) -> list[Stretch]:
    """The stretches a closure at these places would close: `?at=lon,lat;lon,lat`; places on no road are left out."""
    places = _places(request.query_params.get("at", ""))
    ways = platform_of(request).city().ways
    if ways is None:
        raise Unavailable("roads.building")
    return await asyncio.to_thread(_stretches, ways, places)


def _stretches(ways: Ways, places: list[Point]) -> list[Stretch]:
    # Read here and not above: a core that starts cold must not wait for a compiler.
    from bongsu.city.closures import stretches

    return stretches(ways, places)


def _places(text: str) -> list[Point]:
    """Raises Invalid("streets.at")."""
    try:
        pairs = [tuple(map(float, pair.split(","))) for pair in text.split(";")]
        places = [Point(lon, lat) for lon, lat in pairs]
    except ValueError as problem:
        raise Invalid("streets.at", at_most=PLACES_AT_MOST) from problem
    if len(places) > PLACES_AT_MOST or not all(map(is_on_earth, places)):
        raise Invalid("streets.at", at_most=PLACES_AT_MOST)
    return places


ROUTES = [list_stretches]
