"""/subscriptions and /subscriptions/{id} (clauses 6.10, 6.11): a partner's own subscriptions."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import quote

from litestar import Request, Response, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from bongsu.core.errors import Invalid
from bongsu.web.ngsi_ld.answers import answer, counted, done, nameable, page_links, page_of
from bongsu.web.ngsi_ld.door import BODY_BYTES, Door, accepted, link_of, options_of
from bongsu.web.ngsi_ld.entities import check_id
from bongsu.wires.ngsi_ld.context import Context
from bongsu.wires.ngsi_ld.subscription import Subscription, parse_subscription, show_subscription

Asked = Request[Any, Any, Any]


def subscription_routes(door: Door) -> list[HTTPRouteHandler]:
    """The handlers of both resources."""
    return [*_collection(door), *_one(door), _change(door)]


def _collection(door: Door) -> list[HTTPRouteHandler]:
    @post("/subscriptions", status_code=201, request_max_body_size=BODY_BYTES)
    async def create_subscription(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.10.3.1: ask to be told of changes."""
        partner = door.partner(request)
        told, context = await door.told(request)
        given = told.get("id", told.get("@id")) if isinstance(told, dict) else None
        name = f"urn:ngsi-ld:Subscription:{door.token()}" if given is None else check_id(str(given))
        door.subscriptions.check_free(name)
        now_ms = door.now_ms()
        context = _context(door, told, context)
        one = parse_subscription(told, context, id=name, owner=partner.code, now_ms=now_ms, created_ms=now_ms)
        await _keep(door, one, context)
        return done(201, {"Location": f"/ngsi-ld/v1/subscriptions/{quote(name, safe=':')}"})

    @get("/subscriptions")
    async def query_subscriptions(request: Asked) -> Response[bytes]:
        """NGSI-LD 6.10.3.2: one's own subscriptions, a page at a time."""
        partner = door.partner(request)
        media, page = accepted(request), page_of(request)
        context = nameable(door.linked(request), media)
        own = list(door.subscriptions.of(partner.code))
        some = islice(own, page.offset, page.offset + page.limit)
        links = page_links(request, page, more=len(own) > page.offset + page.limit)
        body = [_shown(door, one, request) for one in some]
        return answer(body, context, media, links=links, headers=counted(page, len(own)))

    return [create_subscription, query_subscriptions]


def _one(door: Door) -> list[HTTPRouteHandler]:
    @get("/subscriptions/{name:str}")
    async def retrieve_subscription(request: Asked, name: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.11.3.1: one subscription, with what came of it."""
        partner = door.partner(request)
        media = accepted(request)
        context = nameable(door.linked(request), media)
        return answer(_shown(door, door.subscriptions.get(check_id(name), partner.code), request), context, media)

    @delete("/subscriptions/{name:str}", status_code=200)
    async def delete_subscription(request: Asked, name: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.11.3.3: be told no more."""
        partner = door.partner(request)
        await door.subscriptions.drop(check_id(name), partner.code)
        return done()

    return [retrieve_subscription, delete_subscription]


def _change(door: Door) -> HTTPRouteHandler:
    @patch("/subscriptions/{name:str}", request_max_body_size=BODY_BYTES)
    async def update_subscription(request: Asked, name: FromPath[str]) -> Response[bytes]:
        """NGSI-LD 6.11.3.2: change what one is told of, or whether."""
        partner = door.partner(request)
        old = door.subscriptions.get(check_id(name), partner.code)
        told, context = await door.told(request)
        if not isinstance(told, dict) or told.get("id", name) != name:
            raise Invalid("ngsi_ld.wrong", detail="id")
        if "@context" not in told and link_of(request) is None:
            context = door.contexts(old.context)
        context = _context(door, told, context)
        whole = _patched(old, told)
        now_ms = door.now_ms()
        one = parse_subscription(whole, context, id=name, owner=old.owner, now_ms=now_ms, created_ms=old.created_ms)
        await _keep(door, one, context)
        return done()

    return update_subscription


async def _keep(door: Door, one: Subscription, context: Context) -> None:
    """Keep a subscription whose endpoint does not lead inside. Raises Invalid("ngsi_ld.endpoint")."""
    if await door.inside(one.endpoint.uri):
        raise Invalid("ngsi_ld.endpoint", uri=one.endpoint.uri[:200])
    await door.subscriptions.put(one, context)


def _context(door: Door, told: Any, context: Context) -> Context:
    """The context notifications are written in: `jsonldContext` where it is told, else the request's (5.8.1)."""
    named = told.get("jsonldContext") if isinstance(told, dict) else None
    return door.contexts(named) if named is not None else context


def _patched(old: Subscription, told: dict[str, Any]) -> dict[str, Any]:
    """The subscription's JSON with a patch over it: null takes a member away, notification is merged one level down."""
    whole = {**old.told, **{name: value for name, value in told.items() if name not in ("id", "@context")}}
    if isinstance(told.get("notification"), dict):
        whole["notification"] = {**old.told["notification"], **told["notification"]}
    return {name: value for name, value in whole.items() if value is not None}


def _shown(door: Door, one: Subscription, request: Asked) -> dict[str, Any]:
    system = "sysAttrs" in options_of(request)
    return show_subscription(one, door.subscriptions.sent[one.id], door.now_ms(), system=system)
