"""POST /v1/ngsi-ld/notifications: what a hub tells of a subscription of ours; answered after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from bongsu.core.errors import Invalid, Unknown
from bongsu.core.report import Authenticate
from bongsu.sources.ngsi_ld.hub import NOTIFIED, Hub
from bongsu.wires.bearer import read_bearer

MAX_BODY_BYTES = 1024 * 1024


class Notification(msgspec.Struct, frozen=True):
    """The notification as clause 5.3.1 has it, as far as we read it."""

    data: list[dict[str, Any]]


_read = msgspec.json.Decoder(Notification)


def routes(hubs: Mapping[str, Hub], authenticate: Authenticate) -> list[HTTPRouteHandler]:
    """The handler for web to mount; `hubs` by their partner's code. It authenticates the hub's bearer key by itself.

    200 after the commit; a notification told twice changes nothing. Raises Unknown, Invalid, Unavailable.
    """

    @post(NOTIFIED, status_code=200, request_max_body_size=MAX_BODY_BYTES)
    async def post_notification(request: Request[Any, Any, State]) -> Response[bytes]:
        """Take what the city's NGSI-LD hub tells of a subscription of ours."""
        partner = authenticate(read_bearer(request.headers.get("authorization", "")))
        hub = None if partner is None else hubs.get(partner.code)
        if hub is None:
            raise Unknown("partner.key")
        try:
            told = _read.decode(await request.body())
        except (msgspec.DecodeError, RecursionError) as problem:
            raise Invalid("report.wrong", detail=str(problem)) from problem
        await hub.hear(told.data)
        return Response(b"")

    return [post_notification]
