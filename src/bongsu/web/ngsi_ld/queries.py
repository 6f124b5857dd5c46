"""/entityOperations/query (clause 6.23): a query in a body."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from bongsu.core.errors import Conflict, Invalid
from bongsu.web.ngsi_ld.answers import answer_entities, counted, page_links, page_of
from bongsu.web.ngsi_ld.door import BODY_BYTES, Door, accepted, shown_of
from bongsu.web.ngsi_ld.entities import check_id
from bongsu.web.ngsi_ld.select import Wanted, select
from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.geometry import LOCATION, GeoQuery, read_geo_query
from bongsu.wires.ngsi_ld.pattern import check_pattern
from bongsu.wires.ngsi_ld.query import parse_query
from bongsu.wires.ngsi_ld.selection import Selector, parse_types_wanted

SELECTORS_AT_MOST = 1_000
MEMBERS = frozenset({"type", "@context", "entities", "attrs", "q", "geoQ", "lang"})

Asked = Request[Any, Any, Any]


def query_routes(door: Door) -> list[HTTPRouteHandler]:
    """The handler of the resource."""

    @post("/entityOperations/query", status_code=200, request_max_body_size=BODY_BYTES)
    async def query_by_body(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.23.3.1: the entities that meet a query in the body, a page at a time."""
        door.partner(request)
        media = accepted(request, geo=True)
        told, context = await door.told(request)
        page, how = page_of(request), shown_of(request, context)
        wanted = _wanted(told, context)
        lang = told.get("lang", "")
        how = msgspec.structs.replace(how, only=wanted.names, lang=lang if isinstance(lang, str) else "")
        found = await select(door, wanted, page)
        links = page_links(request, page, more=found.more)
        headers = counted(page, found.total)
        return answer_entities(found.entities, request, context, media, how, links=links, headers=headers)

    return [query_by_body]


def _wanted(told: Any, context: Context) -> Wanted:
    """What a Query (clause 5.2.23) asks for. Raises Invalid, Conflict("ngsi_ld.unsupported")."""
    if not isinstance(told, dict) or told.get("type") != "Query":
        raise Invalid("ngsi_ld.wrong", detail="type: Query")
    if unknown := told.keys() - MEMBERS:
        raise Conflict("ngsi_ld.unsupported", what=min(unknown)[:100])
    selectors = tuple(_selector(one, context) for one in _list(told, "entities"))
    names = frozenset(context.expand(_text(one)) for one in _list(told, "attrs"))
    text = told.get("q", "")
    geo = _geo(told["geoQ"], context) if "geoQ" in told else None
    if not (selectors or names or text or geo):
        raise Invalid("ngsi_ld.query_empty")
    query = parse_query(_text(text), context) if text else None
    return Wanted(selectors=selectors or (Selector(),), query=query, geo=geo, names=names)


def _selector(told: Any, context: Context) -> Selector:
    if not isinstance(told, dict):
        raise Invalid("ngsi_ld.wrong", detail="entities")
    kinds, entity, pattern = (_text(told.get(name, "")) for name in ("type", "id", "idPattern"))
    return Selector(
        types=parse_types_wanted(kinds, context) if kinds not in ("", "*") else (),
        id=check_id(entity) if entity else "",
        id_pattern=check_pattern(pattern) if pattern and not entity else "",
    )


def _geo(told: Any, context: Context) -> GeoQuery:
    if not isinstance(told, dict):
        raise Invalid("ngsi_ld.wrong", detail="geoQ")
    of = _text(told.get("geoproperty", ""))
    georel, geometry = _text(told.get("georel", "")), _text(told.get("geometry", ""))
    return read_geo_query(georel, geometry, told.get("coordinates"), context.expand(of) if of else LOCATION)


def _list(told: dict[str, Any], name: str) -> list[Any]:
    found = told.get(name, [])
    if not isinstance(found, list) or len(found) > SELECTORS_AT_MOST:
        raise Invalid("ngsi_ld.wrong", detail=name)
    return found


def _text(told: Any) -> str:
    if not isinstance(told, str):
        raise Invalid("ngsi_ld.wrong", detail="text")
    return told
