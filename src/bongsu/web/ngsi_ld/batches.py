"""/entityOperations (clauses 6.14 to 6.17, 6.31): one operation on many entities, each standing or failing alone."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler

from bongsu.core.errors import BongsuError, Invalid, TooMuch
from bongsu.web.errors import language_of
from bongsu.web.ngsi_ld import deeds
from bongsu.web.ngsi_ld.answers import done, plain
from bongsu.web.ngsi_ld.deeds import BatchDone, Each, Failed
from bongsu.web.ngsi_ld.door import BODY_BYTES, Asking, Door, options_of
from bongsu.web.ngsi_ld.entities import check_id
from bongsu.web.ngsi_ld.problems import problem_of
from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.parse import parse_entity, parse_fragment

ENTITIES_AT_MOST = 1_000

Asked = Request[Any, Any, Any]


def batch_routes(door: Door) -> list[HTTPRouteHandler]:
    """The handlers of the five operations that change something."""
    return [_create(door), _upsert(door), _update(door), _merge(door), _delete(door)]


def _create(door: Door) -> HTTPRouteHandler:
    @post("/entityOperations/create", request_max_body_size=BODY_BYTES)
    async def create_entities(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.14.3.1: make many entities."""
        told = await _do(door, request, deeds.create_one, whole=True)
        return _mixed(request, told) if told.failed else plain(told.created, 201)

    return create_entities


def _upsert(door: Door) -> HTTPRouteHandler:
    @post("/entityOperations/upsert", request_max_body_size=BODY_BYTES)
    async def upsert_entities(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.15.3.1: make many entities, or replace (options=update: add to) those that are there."""
        each = partial(deeds.upsert_one, updates="update" in options_of(request))
        told = await _do(door, request, each, whole=True)
        if told.failed:
            return _mixed(request, told)
        return plain(told.created, 201) if told.created else done()

    return upsert_entities


def _update(door: Door) -> HTTPRouteHandler:
    @post("/entityOperations/update", request_max_body_size=BODY_BYTES)
    async def update_entities(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.16.3.1: add attributes to many entities."""
        each = partial(deeds.update_one, overwrite="noOverwrite" not in options_of(request))
        told = await _do(door, request, each, whole=False)
        return _mixed(request, told) if told.failed else done()

    return update_entities


def _merge(door: Door) -> HTTPRouteHandler:
    @post("/entityOperations/merge", request_max_body_size=BODY_BYTES)
    async def merge_entities(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.31.3.1: merge patches into many entities."""
        told = await _do(door, request, deeds.merge_one, whole=False)
        return _mixed(request, told) if told.failed else done()

    return merge_entities


def _delete(door: Door) -> HTTPRouteHandler:
    @post("/entityOperations/delete", request_max_body_size=BODY_BYTES)
    async def delete_entities(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.17.3.1: delete many entities, named by their ids."""
        door.partner(request)
        body, _ = await door.told(request)
        names = _array(body)
        if not all(isinstance(name, str) for name in names):
            raise Invalid("ngsi_ld.wrong", detail="[id]")
        entities = [Entity(id=check_id(name), types=()) for name in names]
        told = await door.lane.do(partial(deeds.batch, entities=entities, each=deeds.delete_one))
        return _mixed(request, told) if told.failed else done()

    return delete_entities


async def _do(door: Door, request: Asking, each: Each, *, whole: bool) -> BatchDone:
    """Read the entities of a batch and do the operation on each; one that cannot be read fails alone."""
    door.partner(request)
    body, context = await door.told(request)
    own = request.headers.get("content-type", "").strip().lower().startswith("application/ld+json")
    now_ms = door.now_ms()
    entities = [_entity(door, one, None if own else context, now_ms, whole=whole) for one in _array(body)]
    return await door.lane.do(partial(deeds.batch, entities=entities, each=each))


def _entity(door: Door, told: Any, context: Context | None, now_ms: int, *, whole: bool) -> Entity | Failed:
    name = str(told.get("id", told.get("@id", ""))) if isinstance(told, dict) else ""
    try:
        if context is None:
            context = door.own(told)
        elif isinstance(told, dict) and "@context" in told:
            raise Invalid("ngsi_ld.context_place")
        entity = (parse_entity if whole else parse_fragment)(told, context, now_ms)
        check_id(entity.id)
    except BongsuError as problem:
        return Failed(name[:512], problem)
    return entity


def _array(body: Any) -> list[Any]:
    if not isinstance(body, list) or not body:
        raise Invalid("ngsi_ld.wrong", detail="[…]")
    if len(body) > ENTITIES_AT_MOST:
        raise TooMuch("ngsi_ld.batch", most=ENTITIES_AT_MOST)
    return body


def _mixed(request: Asking, told: BatchDone) -> Response[bytes]:
    """207: what was done, and of every other entity why not (clauses 5.2.16, 5.2.17)."""
    language = language_of(request.headers.get("accept-language", ""))
    errors = [{"entityId": one.entity, "error": problem_of(one.problem, language)} for one in told.failed]
    return plain({"success": [*told.created, *told.done], "errors": errors}, 207)
