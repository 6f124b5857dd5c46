"""The collection round of the city's bins, worked out when asked for (스마트 휴지통 수거 경로)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from litestar import Request, get
from litestar.params import FromQuery, QueryParameter

from bongsu.access.permit import Action
from bongsu.core.asking import DeviceList, DeviceState, ListDevices
from bongsu.core.device import DeviceKind
from bongsu.core.errors import Invalid, NotFound, Unavailable
from bongsu.core.geo import Point
from bongsu.core.revision import RecordKind, ServiceTerms
from bongsu.services.smart_bins import Settings
from bongsu.services.smart_bins.records import Bin, Round, RoundTerms
from bongsu.web.guard import platform_of
from bongsu.web.platform import Platform

if TYPE_CHECKING:
    from bongsu.city.ways import Ways

SERVICE = "smart_bins"
PAGE = 500
BINS_AT_MOST = 5_000
STOPS_AT_MOST = 200
"""More due bins than this are more than one lorry's round: the emptiest of them are told as left."""

Lon = Annotated[float | None, QueryParameter(ge=-180, le=180)]
Lat = Annotated[float | None, QueryParameter(ge=-90, le=90)]


@get("/v1/bins/round", opt={"action": Action.SEE_DEVICES})
async def plan_round(
    request: Request[Any, Any, Any],
    lon: Lon = None,
    lat: Lat = None,
    due: Annotated[float | None, QueryParameter(ge=0, le=1.2)] = None,
    holds: Annotated[float | None, QueryParameter(gt=0, le=10_000)] = None,
    compare: FromQuery[bool] = False,
) -> Round:
    """The round over the bins due now, from the depot and back over the streets; `compare` with one over every bin."""
    platform = platform_of(request)
    terms = _terms(platform)
    ways = platform.city().ways
    if ways is None:
        raise Unavailable("roads.building")
    changed = {"depot_lon": lon, "depot_lat": lat, "due": due, "holds": holds}
    terms = msgspec.structs.replace(terms, **{name: value for name, value in changed.items() if value is not None})
    if terms.depot_lon is None or terms.depot_lat is None:
        raise Invalid("bins.depot")
    depot = Point(terms.depot_lon, terms.depot_lat)
    bins = await _bins(platform)
    now_ms = int(platform.now().timestamp() * 1000)
    return await asyncio.to_thread(_round, bins, ways, depot, terms, now_ms, compare)


def _round(bins: Sequence[DeviceState], ways: Ways, depot: Point, terms: Settings, now_ms: int, compare: bool) -> Round:
    # Read here and not above: a core that starts cold must not wait for a compiler.
    from bongsu.services.smart_bins.round import round_of

    known = [
        Bin(id=one.device.id, where=one.device.where, fill=reading.result)
        for one in bins
        if one.device.where is not None
        for reading in one.readings
        if reading.observed_property == "fill"
    ]
    wanted = RoundTerms(
        depot=depot, due=terms.due, holds=terms.holds, stop_s=terms.stop_s, at_most=STOPS_AT_MOST, compare=compare
    )
    return round_of(known, ways, wanted, now_ms)


async def _bins(platform: Platform) -> list[DeviceState]:
    """Every bin in the register, with what it told last. Raises Unavailable("telemetry.away")."""
    found: list[DeviceState] = []
    after = ""
    while len(found) < BINS_AT_MOST:
        question = ListDevices(kind=DeviceKind.BIN, after=after, at_most=PAGE)
        page = msgspec.json.decode(await platform.ask_telemetry(question), type=DeviceList)
        found += page.devices
        after = page.after
        if not after:
            break
    return found


def _terms(platform: Platform) -> Settings:
    """The service's terms as the records say. Raises NotFound("service.absent") where it is not linked."""
    record = platform.board().records.get((RecordKind.SERVICE, SERVICE))
    if record is None or not isinstance(record.body, ServiceTerms):
        raise NotFound("service.absent", service=SERVICE)
    return msgspec.convert(record.body.terms, Settings)


ROUTES = [plan_round]
