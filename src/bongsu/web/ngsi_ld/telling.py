"""What a notification says (clause 5.3.1): the changed entities as their subscriber wants them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from bongsu.web.ngsi_ld.wanting import Wanting
from bongsu.wires.ngsi_ld.context import CORE_URL
from bongsu.wires.ngsi_ld.entity import NULL, Entity
from bongsu.wires.ngsi_ld.show import Form, Shown, feature, show
from bongsu.wires.ngsi_ld.subscription import GEO_JSON, LD_JSON
from bongsu.wires.ngsi_ld.times import iso

LINK = '<{}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'

Change = tuple[Entity, Entity | None, dict[str, str]]
"""The entity as it stands, or stood when it is gone; what it is now; its changed attributes."""


def notification(wanting: Wanting, changes: Sequence[Change], name: str, now_ms: int) -> bytes:
    """The body of one notification."""
    one = wanting.subscription
    data: Any = [_entity(wanting, entity, after, changed, now_ms) for entity, after, changed in changes]
    if one.endpoint.accept == GEO_JSON:
        data = {"type": "FeatureCollection", "features": data}
    body: dict[str, Any] = {
        "id": name,
        "type": "Notification",
        "subscriptionId": one.id,
        "notifiedAt": iso(now_ms),
        "data": data,
    }
    if one.endpoint.accept == LD_JSON:
        body["@context"] = one.context
    return msgspec.json.encode(body)


def headers_of(wanting: Wanting) -> dict[str, str]:
    """What goes before the body."""
    one = wanting.subscription
    headers = dict(one.endpoint.headers) | {"Content-Type": one.endpoint.accept}
    if one.endpoint.accept != LD_JSON:
        headers["Link"] = LINK.format(one.context if isinstance(one.context, str) else CORE_URL)
    return headers


def _entity(
    wanting: Wanting, entity: Entity, after: Entity | None, changed: dict[str, str], now_ms: int
) -> dict[str, Any]:
    one, context = wanting.subscription, wanting.context
    if after is None:
        types = [context.compact(kind) for kind in entity.types]
        return {"id": entity.id, "type": types[0] if len(types) == 1 else types, "deletedAt": iso(now_ms)}
    how = Shown(form=one.form, system=one.system, only=frozenset(one.attributes), lang=one.lang)
    make = feature if one.endpoint.accept == GEO_JSON else show
    out = make(entity, context, how)
    gone = (name for name, what in changed.items() if what == "Deleted" and (not how.only or name in how.only))
    into = out["properties"] if one.endpoint.accept == GEO_JSON else out
    for name in gone:
        into[context.compact(name)] = NULL if one.form is Form.SIMPLIFIED else {"type": "Property", "value": NULL}
    return out
