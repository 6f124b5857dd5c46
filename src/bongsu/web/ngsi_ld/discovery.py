"""/types and /attributes (clauses 6.25 to 6.28): what there is to ask for."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from bongsu.core.errors import NotFound
from bongsu.web.ngsi_ld.answers import answer, nameable
from bongsu.web.ngsi_ld.door import Door, accepted, query_of
from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.selection import Types

STEP = 500

Asked = Request[Any, Any, Any]


class Seen:
    """What was seen of attributes: in how many entities of which types, and of which kinds."""

    def __init__(self) -> None:
        self.entities = 0
        self.count: Counter[str] = Counter()
        self.types: dict[str, set[str]] = {}
        self.kinds: dict[str, set[str]] = {}


def discovery_routes(door: Door) -> list[HTTPRouteHandler]:
    """The handlers of the four resources."""
    return [*_types(door), *_attributes(door)]


def _types(door: Door) -> list[HTTPRouteHandler]:
    @get("/types")
    async def list_types(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.25.3.1: the types of the entities there are."""
        media, context = _asked(door, request)
        types = sorted({**door.index.types(), **door.estate.types()})
        if query_of(request, "details") != "true":
            body: Any = {"id": _list_id("EntityTypeList"), "type": "EntityTypeList"}
            return answer(body | {"typeList": [context.compact(one) for one in types]}, context, media)
        return answer(_details(await _see(door, ()), types, context), context, media)

    @get("/types/{name:str}")
    async def one_type(request: Asked, name: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.26.3.1: one type, with how many entities and which attributes."""
        media, context = _asked(door, request)
        kind = context.expand(name)
        seen = await _see(door, (frozenset((kind,)),))
        if not seen.entities:
            raise NotFound("ngsi_ld.type", name=kind[:200])
        body = {
            "id": kind,
            "type": "EntityTypeInfo",
            "typeName": context.compact(kind),
            "entityCount": seen.entities,
            "attributeDetails": [_detail(seen, one, context) for one in sorted(seen.count)],
        }
        return answer(body, context, media)

    return [list_types, one_type]


def _attributes(door: Door) -> list[HTTPRouteHandler]:
    @get("/attributes")
    async def list_attributes(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.27.3.1: the names of the attributes there are."""
        media, context = _asked(door, request)
        seen = await _see(door, ())
        if query_of(request, "details") == "true":
            return answer([_full(seen, one, context) for one in sorted(seen.count)], context, media)
        names = [context.compact(one) for one in sorted(seen.count)]
        body = {"id": _list_id("AttributeList"), "type": "AttributeList", "attributeList": names}
        return answer(body, context, media)

    @get("/attributes/{name:str}")
    async def one_attribute(request: Asked, name: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.28.3.1: one attribute, with how many entities and which types have it."""
        media, context = _asked(door, request)
        seen, full = await _see(door, ()), context.expand(name)
        if full not in seen.count:
            raise NotFound("ngsi_ld.attribute", name=full[:200])
        body = _full(seen, full, context) | {"attributeCount": seen.count[full], **_kinds(seen, full)}
        return answer(body, context, media)

    return [list_attributes, one_attribute]


def _asked(door: Door, request: Asked) -> tuple[str, Context]:
    door.partner(request)
    media = accepted(request)
    return media, nameable(door.linked(request), media)


async def _see(door: Door, types: Types) -> Seen:
    """Look at every entity of these types, in steps."""
    seen = Seen()
    for entities in (door.index.of(types), door.estate.of(types)):
        for entity in entities:
            seen.entities += 1
            if seen.entities % STEP == 0:
                await asyncio.sleep(0)
            for name, instances in entity.attributes.items():
                seen.count[name] += 1
                seen.types.setdefault(name, set()).update(entity.types)
                seen.kinds.setdefault(name, set()).update(one.kind for one in instances)
    return seen


def _details(seen: Seen, types: list[str], context: Context) -> list[dict[str, Any]]:
    """Each type with the names of its attributes (clause 5.2.25)."""
    by_type = {one: sorted(name for name, of in seen.types.items() if one in of) for one in types}
    return [
        {
            "id": one,
            "type": "EntityType",
            "typeName": context.compact(one),
            "attributeNames": [context.compact(name) for name in names],
        }
        for one, names in by_type.items()
    ]


def _detail(seen: Seen, name: str, context: Context) -> dict[str, Any]:
    return {"id": name, "type": "Attribute", "attributeName": context.compact(name), **_kinds(seen, name)}


def _kinds(seen: Seen, name: str) -> dict[str, Any]:
    return {"attributeTypes": sorted(seen.kinds[name])}


def _full(seen: Seen, name: str, context: Context) -> dict[str, Any]:
    types = [context.compact(one) for one in sorted(seen.types[name])]
    return {"id": name, "type": "Attribute", "attributeName": context.compact(name), "typeNames": types}


def _list_id(kind: str) -> str:
    return f"urn:ngsi-ld:{kind}:bongsu"
