"""What partners have not received: visible, and sent again on a person's word."""

from __future__ import annotations

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath

from bongsu.access.permit import Action
from bongsu.core.errors import NotFound
from bongsu.core.ledger import Act, LedgerRow
from bongsu.web.guard import origin_of, platform_of, session_of
from bongsu.web.telling import outbox_rows


@get("/v1/outbox", opt={"action": Action.SEE_OUTBOX})
async def list_outbox(request: Request[Any, Any, Any]) -> list[dict[str, Any]]:
    """Requests that failed at least once and are not delivered."""
    return outbox_rows(await platform_of(request).outbox())


@post("/v1/outbox/{key:str}/retry", status_code=204, opt={"action": Action.RETRY})
async def retry(request: Request[Any, Any, Any], key: FromPath[str]) -> None:
    """Put a dead letter back in line."""
    platform, session = platform_of(request), session_of(request)
    row = LedgerRow(
        at=platform.now(),
        act=Act.RETRY,
        who=session.user,
        agency=session.agency,
        origin=origin_of(request),
        reason=key,
        session=session.id,
    )
    if not await platform.retry(key, row):
        raise NotFound("outbox.not_dead", key=key)
    platform.live.outbox_changed()


ROUTES = [list_outbox, retry]
