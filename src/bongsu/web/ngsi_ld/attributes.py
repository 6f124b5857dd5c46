"""/entities/{id}/attrs and below (clauses 6.6, 6.7): change the attributes of one entity."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Request, Response, delete, patch, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from bongsu.core.errors import Invalid
from bongsu.core.words import say
from bongsu.web.errors import language_of
from bongsu.web.ngsi_ld import deeds
from bongsu.web.ngsi_ld.answers import done, plain
from bongsu.web.ngsi_ld.door import BODY_BYTES, Asking, Door, options_of, query_of
from bongsu.web.ngsi_ld.entities import check_id
from bongsu.wires.ngsi_ld.change import Updated
from bongsu.wires.ngsi_ld.entity import MEMBER, Attribute, Entity
from bongsu.wires.ngsi_ld.parse import dataset_of, parse_fragment, parse_instances

Asked = Request[Any, Any, Any]


def attribute_routes(door: Door) -> list[HTTPRouteHandler]:
    """The handlers of both resources."""
    return [*_all(door), *_one(door), _delete(door)]


def _all(door: Door) -> list[HTTPRouteHandler]:
    @post("/entities/{entity_id:str}/attrs", request_max_body_size=BODY_BYTES)
    async def append_attributes(request: Asked, entity_id: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.6.3.1: add attributes to an entity."""
        door.partner(request)
        overwrite = "noOverwrite" not in options_of(request)
        fragment = await _fragment(door, request, entity_id)
        told = await door.lane.do(partial(deeds.append, entity=entity_id, fragment=fragment, overwrite=overwrite))
        return _updated(request, told)

    @patch("/entities/{entity_id:str}/attrs", request_max_body_size=BODY_BYTES)
    async def update_attributes(request: Asked, entity_id: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.6.3.2: replace attributes that an entity has."""
        door.partner(request)
        fragment = await _fragment(door, request, entity_id)
        return _updated(request, await door.lane.do(partial(deeds.update, entity=entity_id, fragment=fragment)))

    return [append_attributes, update_attributes]


def _one(door: Door) -> list[HTTPRouteHandler]:
    @patch("/entities/{entity_id:str}/attrs/{name:str}", request_max_body_size=BODY_BYTES)
    async def update_attribute(request: Asked, entity_id: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.7.3.1: update part of an attribute."""
        door.partner(request)
        told, context = await _attribute(door, request, entity_id)
        now_ms = door.now_ms()

        def read(before: Attribute) -> Attribute:
            return parse_instances(_whole(told, before), name, context, now_ms)[0]

        full, dataset = context.expand(name), dataset_of(told)
        await door.lane.do(partial(deeds.patch_attribute, entity=entity_id, name=full, dataset=dataset, read=read))
        return done()

    @put("/entities/{entity_id:str}/attrs/{name:str}", request_max_body_size=BODY_BYTES)
    async def replace_attribute(request: Asked, entity_id: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.7.3.3: replace an attribute."""
        door.partner(request)
        told, context = await _attribute(door, request, entity_id)
        new = parse_instances(told, name, context, door.now_ms())
        full = context.expand(name)
        await door.lane.do(partial(deeds.replace_attribute, entity=entity_id, name=full, new=new))
        return done()

    return [update_attribute, replace_attribute]


def _delete(door: Door) -> HTTPRouteHandler:
    @delete("/entities/{entity_id:str}/attrs/{name:str}", status_code=200)
    async def delete_attribute(request: Asked, entity_id: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.7.3.2: delete an attribute, one instance or all of them."""
        door.partner(request)
        check_id(entity_id)
        full = door.linked(request).expand(name)
        dataset = None if query_of(request, "deleteAll") == "true" else query_of(request, "datasetId")
        deed = partial(deeds.delete_attribute, entity=entity_id, name=full, dataset=dataset, now_ms=door.now_ms())
        await door.lane.do(deed)
        return done()

    return delete_attribute


async def _fragment(door: Door, request: Asking, entity: str) -> Entity:
    check_id(entity)
    told, context = await door.told(request)
    return parse_fragment(told, context, door.now_ms())


async def _attribute(door: Door, request: Asking, entity: str) -> tuple[dict[str, Any], Any]:
    """An attribute's body with its context; a value alone (the concise form) is an attribute too."""
    check_id(entity)
    told, context = await door.told(request)
    if not isinstance(told, dict):
        told = {"value": told}
    return {name: value for name, value in told.items() if name != "@context"}, context


def _whole(told: dict[str, Any], before: Attribute) -> dict[str, Any]:
    """What was told of part of an attribute, with its kind and value where it tells none. Raises Invalid."""
    member = MEMBER[before.kind]
    if told.get("type", before.kind) != before.kind:
        raise Invalid("ngsi_ld.kind", name=str(told["type"])[:100])
    if wrong := ({*MEMBER.values()} & told.keys()) - {member}:
        raise Invalid("ngsi_ld.kind", name=min(wrong))
    return {"type": before.kind, member: before.value, **told}


def _updated(request: Asking, told: Updated) -> Response[bytes]:
    """204 where all was done, else 207 with what was not (clause 6.6.3)."""
    if not told.not_updated:
        return done()
    language = language_of(request.headers.get("accept-language", ""))
    left = [
        {"attributeName": one.attribute_name, "reason": say(f"error.{one.reason}", language, name=one.attribute_name)}
        for one in told.not_updated
    ]
    return plain({"updated": list(told.updated), "notUpdated": left}, 207)
