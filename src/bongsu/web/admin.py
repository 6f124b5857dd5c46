"""What an import does to a running platform: one layer of assets swapped whole, by whoever holds the run token."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, put

from bongsu.access.permit import MACHINE, Action
from bongsu.core.errors import Invalid
from bongsu.core.ledger import Act, LedgerRow
from bongsu.web.guard import origin_of, platform_of

IMPORT_BYTES = 256 * 1024 * 1024


class Swapped(msgspec.Struct, frozen=True, kw_only=True):
    """How many times this layer was replaced so far."""

    version: int


@put("/v1/assets/cameras", request_max_body_size=IMPORT_BYTES, opt={"action": Action.SWAP_ASSETS})
async def swap_cameras(request: Request[Any, Any, Any]) -> Swapped:
    """Replace the camera register: msgpack of every Camera."""
    platform = platform_of(request)
    return Swapped(version=await platform.swap_cameras(await _body(request), _row(request, "cameras")))


@put("/v1/assets/ground", request_max_body_size=IMPORT_BYTES, opt={"action": Action.SWAP_ASSETS})
async def swap_ground(request: Request[Any, Any, Any]) -> Swapped:
    """Replace the map: msgpack of the Ground."""
    platform = platform_of(request)
    return Swapped(version=await platform.swap_ground(await _body(request), _row(request, "ground")))


async def _body(request: Request[Any, Any, Any]) -> bytes:
    body = await request.body()
    if not body:
        raise Invalid("invalid", detail="empty body")
    return body


def _row(request: Request[Any, Any, Any], layer: str) -> LedgerRow:
    return LedgerRow(
        at=platform_of(request).now(), act=Act.IMPORT, who=MACHINE, origin=origin_of(request), reason=layer
    )


ROUTES = [swap_cameras, swap_ground]
