"""Signals and the priority asked of them, for the people at the desk (긴급차량 우선신호)."""

from __future__ import annotations

from typing import Any

from litestar import Request, get

from bongsu.access.permit import Action
from bongsu.web.guard import platform_of
from bongsu.web.junctions import SignalShown


@get("/v1/signals", opt={"action": Action.SEE_SIGNALS})
async def list_signals(request: Request[Any, Any, Any]) -> list[SignalShown]:
    """Every junction with a signal in the register, what it shows, and the priority that is asked of it."""
    return list(platform_of(request).signals())


ROUTES = [list_signals]
