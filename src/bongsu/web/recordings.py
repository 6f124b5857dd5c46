"""Which of a camera's past there is to see, said plainly: recorded or not, and where the gaps are."""

from __future__ import annotations

from math import ceil
from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.params import FromPath, QueryParameter

from bongsu.access.permit import Action
from bongsu.core.errors import Invalid, NotFound
from bongsu.core.grant import Right
from bongsu.core.person import Session
from bongsu.web.guard import platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of, live_grants
from bongsu.web.tickets import WINDOW_MS

Moment = Annotated[int, QueryParameter(ge=0, le=2**52)]


class RecordedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the camera is recorded now, and the spans [from_ms, to_ms) there are; between two lies a gap.

    `floor_ms` is before which the asker sees nothing, 0 for the city's own staff. `at` is which video process can
    replay which spans, `away` those that did not answer and may hold more.
    """

    recorded: bool
    floor_ms: int
    spans: tuple[tuple[int, int], ...]
    at: dict[str, tuple[tuple[int, int], ...]]
    away: tuple[str, ...]


@get("/v1/cameras/{camera:str}/recorded", opt={"action": Action.SEE_CAMERAS})
async def read_recorded(
    request: Request[Any, Any, Any], camera: FromPath[str], from_ms: Moment, to_ms: Moment
) -> RecordedAnswer:
    """What there is of a camera's recordings, cut at the asker's floor."""
    platform, session = platform_of(request), session_of(request)
    floor_ms = _floor_ms(platform, session, camera)
    if not from_ms < to_ms <= from_ms + WINDOW_MS:
        raise Invalid("ticket.window")
    since_ms = max(from_ms, floor_ms)
    if since_ms >= to_ms:
        to_ms = since_ms  # nothing to tell, but whether it is recorded
    found = await platform.recorded(camera, since_ms, to_ms)
    return RecordedAnswer(
        recorded=found.is_recorded, floor_ms=floor_ms, spans=found.spans, at=found.at, away=found.away
    )


def _floor_ms(platform: Platform, session: Session, camera: str) -> int:
    """Before which this session sees nothing. Raises NotFound for a camera it may not know of."""
    if camera not in platform.city().cameras:
        raise NotFound("camera.unknown", camera=camera)
    if platform.policy.permits(asker_of(session), Action.SEE_EVERY_CAMERA):
        return 0
    floors = [
        ceil(grant.floor.timestamp() * 1000)
        for grant in live_grants(platform.board(), session.agency, platform.now())
        if Right.REPLAY in grant.rights and any(view.camera == camera for view in grant.views)
    ]
    if not floors:
        raise NotFound("camera.unknown", camera=camera)
    return min(floors)


ROUTES = [read_recorded]
