"""The ledger for auditors: who saw what and why, newest first; reading it is itself a row."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.params import FromQuery, QueryParameter

from bongsu.access.permit import Action
from bongsu.core.ledger import Act, LedgerRow, Sealed
from bongsu.web.guard import origin_of, platform_of, session_of

ROWS_AT_MOST = 1_000


@get("/v1/ledger", opt={"action": Action.READ_LEDGER})
async def read_ledger(
    request: Request[Any, Any, Any],
    before: FromQuery[int | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=ROWS_AT_MOST)] = 100,
) -> list[dict[str, Any]]:
    """Rows below `before`, newest first."""
    platform, session = platform_of(request), session_of(request)
    row = LedgerRow(
        at=platform.now(),
        act=Act.READ_LEDGER,
        who=session.user,
        agency=session.agency,
        origin=origin_of(request),
        reason=f"before {before}, {limit} rows" if before is not None else f"newest {limit} rows",
        session=session.id,
    )
    await platform.note(row)
    return [_line(sealed) for sealed in await platform.ledger_rows(before, limit)]


def _line(sealed: Sealed) -> dict[str, Any]:
    """A row with its place and leaf; the salt stays, it is what lets a row be forgotten."""
    row: dict[str, Any] = msgspec.to_builtins(sealed.row)
    return {"seq": sealed.seq, **row, "leaf": sealed.leaf.hex()}


ROUTES = [read_ledger]
