"""The steps of a case's procedure, as people do them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.params import FromPath, JSONBody

from bongsu.access.permit import Action
from bongsu.core.command import Tick
from bongsu.core.procedure import Outcome, Run
from bongsu.web.guard import platform_of, session_of


class TickOrder(msgspec.Struct, frozen=True, kw_only=True):
    """How the step came out; leaving one out wants a note."""

    outcome: Outcome
    note: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


@post("/v1/incidents/{incident:str}/steps/{step:str}", status_code=200, opt={"action": Action.TICK})
async def tick(
    request: Request[Any, Any, Any], incident: FromPath[str], step: FromPath[str], data: JSONBody[TickOrder]
) -> Run:
    """Say how a manual step of a case's procedure came out."""
    by = session_of(request).user
    entry = await platform_of(request).order(
        Tick(incident=incident, step=step, outcome=data.outcome, by=by, note=data.note)
    )
    return entry.runs[0]


ROUTES = [tick]
