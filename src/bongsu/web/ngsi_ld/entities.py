"""/entities and /entities/{id} (clauses 6.4, 6.5): make, ask for, replace, merge and delete entities."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from bongsu.core.errors import Conflict, Invalid, NotFound
from bongsu.web.ngsi_ld import deeds
from bongsu.web.ngsi_ld.answers import answer_entities, answer_entity, counted, done, page_links, page_of
from bongsu.web.ngsi_ld.door import BODY_BYTES, Asking, Door, accepted, query_of, shown_of
from bongsu.web.ngsi_ld.select import Wanted, select
from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.geometry import LOCATION, GeoQuery, read_geo_query
from bongsu.wires.ngsi_ld.parse import is_uri, parse_entity, parse_fragment
from bongsu.wires.ngsi_ld.pattern import check_pattern
from bongsu.wires.ngsi_ld.query import parse_query
from bongsu.wires.ngsi_ld.selection import Selector, parse_types_wanted

NOT_SUPPORTED = ("scopeQ", "csf", "join", "pick", "omit", "orderBy", "temporalQ", "expandValues", "jsonKeys")
IDS_AT_MOST = 1_000

Asked = Request[Any, Any, Any]


def entity_routes(door: Door) -> list[HTTPRouteHandler]:
    """The handlers of both resources."""
    return [*_collection(door), *_one(door), *_changes(door)]


def _collection(door: Door) -> list[HTTPRouteHandler]:
    @post("/entities", status_code=201, request_max_body_size=BODY_BYTES)
    async def create_entity(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.4.3.1: make an entity."""
        door.partner(request)
        told, context = await door.told(request)
        entity = parse_entity(told, context, door.now_ms())
        await door.lane.do(lambda draft: draft.make(entity))
        return done(201, {"Location": f"/ngsi-ld/v1/entities/{quote(entity.id, safe=':')}"})

    @get("/entities")
    async def query_entities(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.4.3.2: the entities that meet a query, a page at a time."""
        door.partner(request)
        media, context = accepted(request, geo=True), door.linked(request)
        how, page = shown_of(request, context), page_of(request)
        found = await select(door, wanted_of(request, context), page)
        links = page_links(request, page, more=found.more)
        headers = counted(page, found.total)
        return answer_entities(found.entities, request, context, media, how, links=links, headers=headers)

    return [create_entity, query_entities]


def _one(door: Door) -> list[HTTPRouteHandler]:
    @get("/entities/{entity_id:str}")
    async def retrieve_entity(request: Asked, entity_id: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.5.3.1: one entity."""
        door.partner(request)
        media, context = accepted(request, geo=True), door.linked(request)
        how = shown_of(request, context)
        entity = find_entity(door, entity_id)
        if how.only and how.only.isdisjoint(entity.attributes):
            raise NotFound("ngsi_ld.attribute", name=query_of(request, "attrs")[:100])
        return answer_entity(entity, request, context, media, how)

    @delete("/entities/{entity_id:str}", status_code=200)
    async def delete_entity(request: Asked, entity_id: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.5.3.2: delete an entity."""
        door.partner(request)
        check_id(entity_id)
        await door.lane.do(lambda draft: draft.drop(entity_id))
        return done()

    return [retrieve_entity, delete_entity]


def _changes(door: Door) -> list[HTTPRouteHandler]:
    @put("/entities/{entity_id:str}", request_max_body_size=BODY_BYTES)
    async def replace_entity(request: Asked, entity_id: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.5.3.3: replace an entity."""
        door.partner(request)
        fragment = await _fragment(door, request, entity_id)
        await door.lane.do(partial(deeds.supplant, entity=entity_id, fragment=fragment))
        return done()

    @patch("/entities/{entity_id:str}", request_max_body_size=BODY_BYTES)
    async def merge_entity(request: Asked, entity_id: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.5.3.4: merge a patch into an entity."""
        door.partner(request)
        fragment = await _fragment(door, request, entity_id)
        await door.lane.do(partial(deeds.merge, entity=entity_id, fragment=fragment))
        return done()

    return [replace_entity, merge_entity]


async def _fragment(door: Door, request: Asked, entity: str) -> Entity:
    """The body of a request about one entity. Raises Invalid where it names another."""
    check_id(entity)
    told, context = await door.told(request)
    fragment = parse_fragment(told, context, door.now_ms())
    if fragment.id not in ("", entity):
        raise Invalid("ngsi_ld.wrong", detail="id")
    return fragment


def check_id(entity: str) -> str:
    """An id of a path, found to be one. Raises Invalid("ngsi_ld.id")."""
    if not is_uri(entity):
        raise Invalid("ngsi_ld.id", id=entity[:100])
    return entity


def find_entity(door: Door, entity: str) -> Entity:
    """A partner's or the city's entity. Raises NotFound."""
    found = door.index.find(check_id(entity)) or door.estate.find(entity)
    if found is None:
        raise NotFound("ngsi_ld.entity", id=entity)
    return found


def wanted_of(request: Asking, context: Context) -> Wanted:
    """What a query asks for. Raises Invalid, Conflict("ngsi_ld.unsupported")."""
    for name in NOT_SUPPORTED:
        if query_of(request, name):
            raise Conflict("ngsi_ld.unsupported", what=name)
    types = parse_types_wanted(query_of(request, "type"), context) if query_of(request, "type") else ()
    ids = [check_id(one) for one in query_of(request, "id").split(",") if one]
    pattern = query_of(request, "idPattern")
    if len(ids) > IDS_AT_MOST:
        raise Invalid("ngsi_ld.wrong", detail="id")
    text, names = query_of(request, "q"), [one for one in query_of(request, "attrs").split(",") if one]
    geo = geo_of(request, context)
    if not (types or ids or text or names or geo or query_of(request, "local") == "true"):
        raise Invalid("ngsi_ld.query_empty")
    one = Selector(types=types, id_pattern=check_pattern(pattern) if pattern and not ids else "")
    selectors = tuple(msgspec.structs.replace(one, id=entity) for entity in dict.fromkeys(ids)) or (one,)
    return Wanted(
        selectors=selectors,
        query=parse_query(text, context) if text else None,
        geo=geo,
        names=frozenset(context.expand(name) for name in names),
    )


def geo_of(request: Asking, context: Context) -> GeoQuery | None:
    """The geo-query of the four parameters of clause 4.10, None where there is none. Raises Invalid."""
    georel = query_of(request, "georel")
    geometry, text, of = (query_of(request, name) for name in ("geometry", "coordinates", "geoproperty"))
    if not (georel or geometry or text):
        return None
    try:
        coordinates = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise Invalid("ngsi_ld.geo_query", detail=text[:100]) from None
    return read_geo_query(georel, geometry, coordinates, context.expand(of) if of else LOCATION)
