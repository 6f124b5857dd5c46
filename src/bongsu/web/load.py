"""What the video processes do, for the links screen: what is recorded, and what is watched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Request, get
from msgspec.structs import replace

from bongsu.access.permit import Action
from bongsu.core.figures import Look, Taping
from bongsu.web.guard import platform_of, session_of
from bongsu.web.telling import asker_of


class ProcessLoad(msgspec.Struct, frozen=True, kw_only=True):
    """One video process: its recorder, and the streams it plays."""

    process: str
    taping: Taping
    looks: tuple[Look, ...]


@get("/v1/video/load", opt={"action": Action.SEE_LOAD})
async def see_load(request: Request[Any, Any, Any]) -> list[ProcessLoad]:
    """What every video process records and plays; who watches is told only to those who may read the ledger."""
    platform, session = platform_of(request), session_of(request)
    names = platform.policy.permits(asker_of(session), Action.READ_LEDGER)
    return [
        ProcessLoad(process=process, taping=told.taping, looks=told.looks if names else _bare(told.looks))
        for process, told in sorted(platform.loads.now().items())
    ]


def _bare(looks: Iterable[Look]) -> tuple[Look, ...]:
    return tuple(replace(look, user="", ticket="") for look in looks)


ROUTES = [see_load]
