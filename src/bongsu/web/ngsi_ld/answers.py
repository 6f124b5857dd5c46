"""Answers: entities in the media type asked for, with their context where it belongs (clause 6.3.6), and pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response

from bongsu.core.errors import Invalid, TooMuch
from bongsu.web.ngsi_ld.door import Asking, link_to, path_of, query_of
from bongsu.wires.ngsi_ld.context import CORE_CONTEXT, Context
from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.geometry import LOCATION
from bongsu.wires.ngsi_ld.show import Shown, feature, show
from bongsu.wires.ngsi_ld.subscription import GEO_JSON, JSON, LD_JSON

LIMIT, LIMIT_AT_MOST = 20, 1_000


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a result is wanted, and whether its whole number is."""

    limit: int = LIMIT
    offset: int = 0
    count: bool = False


def page_of(request: Asking) -> Page:
    """The page a request asks for. Raises Invalid, TooMuch("ngsi_ld.results") (clauses 5.5.9, 6.3.10, 6.3.13)."""
    count = query_of(request, "count") == "true" or "count" in query_of(request, "options").split(",")
    limit, offset = _whole(request, "limit", LIMIT), _whole(request, "offset", 0)
    if limit > LIMIT_AT_MOST:
        raise TooMuch("ngsi_ld.results", most=LIMIT_AT_MOST)
    if limit == 0 and not count:
        raise Invalid("ngsi_ld.wrong", detail="limit")
    return Page(limit=limit, offset=offset, count=count)


def _whole(request: Asking, name: str, otherwise: int) -> int:
    text = query_of(request, name)
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise Invalid("ngsi_ld.wrong", detail=name)
    return int(text)


def done(status: int = 204, headers: dict[str, str] | None = None) -> Response[bytes]:
    """An answer without a body."""
    return Response(b"", status_code=status, headers=headers or {}, media_type=JSON)


def plain(body: Any, status: int = 200) -> Response[bytes]:
    """An answer of full names, without a context (clause 6.3.6: partial success)."""
    return Response(msgspec.json.encode(body), status_code=status, media_type=JSON)


def answer(
    body: Any, context: Context, media: str, *, links: Sequence[str] = (), headers: dict[str, str] | None = None
) -> Response[bytes]:
    """Objects in a context: named in a Link header, or in each object of ld+json."""
    links = list(links)
    if media == LD_JSON:
        for one in body if isinstance(body, list) else [body]:
            one["@context"] = context.raw
    else:
        links.insert(0, link_to(context))
    more = {"Link": ", ".join(links)} if links else {}
    return Response(msgspec.json.encode(body), media_type=media, headers=more | (headers or {}))


def answer_entities(
    entities: Sequence[Entity], request: Asking, context: Context, media: str, how: Shown, **more: Any
) -> Response[bytes]:
    """Several entities, as an array or a FeatureCollection (clause 6.3.15)."""
    context = nameable(context, media)
    if media != GEO_JSON:
        return answer([show(one, context, how) for one in entities], context, media, **more)
    of = geometry_of(request, context)
    body = {"type": "FeatureCollection", "features": [feature(one, context, how, of) for one in entities]}
    return geo_answer(body, request, context, **more)


def answer_entity(entity: Entity, request: Asking, context: Context, media: str, how: Shown) -> Response[bytes]:
    """One entity, as an object or a Feature."""
    context = nameable(context, media)
    if media != GEO_JSON:
        return answer(show(entity, context, how), context, media)
    return geo_answer(feature(entity, context, how, geometry_of(request, context)), request, context)


def geo_answer(
    body: dict[str, Any], request: Asking, context: Context, *, links: Sequence[str] = (), headers: Any = None
) -> Response[bytes]:
    """GeoJSON: its context in the body, or in a Link header where `Prefer: body=json` asks so (clause 6.3.6)."""
    if "body=json" in request.headers.get("prefer", "").replace(" ", "").split(","):
        return answer(body, context, GEO_JSON, links=links, headers=headers)
    body["@context"] = context.raw
    more = {"Link": ", ".join(links)} if links else {}
    return Response(msgspec.json.encode(body), media_type=GEO_JSON, headers=more | (headers or {}))


def nameable(context: Context, media: str) -> Context:
    """The context of an answer: one that has no URL cannot be named in a Link header, so that full names stand."""
    return context if media == LD_JSON or isinstance(context.raw, str) else CORE_CONTEXT


def geometry_of(request: Asking, context: Context) -> str:
    """Which attribute gives a Feature its geometry."""
    name = query_of(request, "geometryProperty")
    return context.expand(name) if name else LOCATION


def page_links(request: Asking, page: Page, *, more: bool) -> list[str]:
    """Where the pages before and after this one are."""
    links = []
    for rel, offset, there in (
        ("prev", max(0, page.offset - page.limit), page.offset > 0 and page.limit > 0),
        ("next", page.offset + page.limit, more and page.limit > 0),
    ):
        if there:
            kept = [(name, value) for name, value in request.query_params.multi_items() if name != "offset"]
            query = urlencode([*kept, ("offset", str(offset))])
            links.append(f'<{path_of(request)}?{query}>; rel="{rel}"; type="{JSON}"')
    return links


def counted(page: Page, total: int) -> dict[str, str]:
    """The header that tells how many there are in all."""
    return {"NGSILD-Results-Count": str(total)} if page.count else {}
