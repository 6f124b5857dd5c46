"""What an import does to a running platform: one layer of assets swapped whole, by whoever holds the run token."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, put
from litestar.params import FromPath

from bongsu.access.permit import MACHINE, Action
from bongsu.core.errors import Invalid
from bongsu.core.ledger import Act, LedgerRow
from bongsu.web.guard import origin_of, platform_of

IMPORT_BYTES = 256 * 1024 * 1024


class Swapped(msgspec.Struct, frozen=True, kw_only=True):
    """How many times this layer was replaced so far; of cameras how many keep pictures shorter or longer than the
    terms of their purposes say."""

    version: int
    retention: dict[str, int] = {}


@put("/v1/assets/{layer:str}", request_max_body_size=IMPORT_BYTES, opt={"action": Action.SWAP_ASSETS})
async def swap_layer(request: Request[Any, Any, Any], layer: FromPath[str]) -> Swapped:
    """Replace one layer of what the city owns: its records in blocks (docs/reference/imports.md)."""
    platform = platform_of(request)
    version, beyond = await platform.swap(layer, await _body(request), _row(request, layer))
    return Swapped(version=version, retention=beyond)


async def _body(request: Request[Any, Any, Any]) -> bytes:
    body = await request.body()
    if not body:
        raise Invalid("invalid", detail="empty body")
    return body


def _row(request: Request[Any, Any, Any], layer: str) -> LedgerRow:
    return LedgerRow(
        at=platform_of(request).now(), act=Act.IMPORT, who=MACHINE, origin=origin_of(request), reason=layer
    )


ROUTES = [swap_layer]
