"""How cameras are: what was last measured of each that is open, and what that means."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, get
from litestar.params import FromPath

from bongsu.access.permit import Action
from bongsu.core.errors import NotFound
from bongsu.core.health import PREFIX, State, Vitals, state_of
from bongsu.web.guard import platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of, live_grants


class CameraHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A camera's state, and its figures where it is open."""

    camera: str
    state: State
    vitals: Vitals | None = None


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a camera itself last said of what it sees: motion, tampering … (`at_ms` by our clock)."""

    what: str
    result: float | bool | str
    at_ms: int
    feature: str = ""


@get("/v1/cameras/health", opt={"action": Action.SEE_CAMERAS})
async def list_health(request: Request[Any, Any, Any]) -> list[CameraHealth]:
    """The open cameras this session may know of, and how each is."""
    platform = platform_of(request)
    shown = _shown(request)
    known = [_health(platform, camera) for camera in platform.vitals if shown is None or camera in shown]
    return [one for one in known if one.state is not State.UNKNOWN]


@get("/v1/cameras/{camera:str}/health", opt={"action": Action.SEE_CAMERAS})
async def see_health(request: Request[Any, Any, Any], camera: FromPath[str]) -> CameraHealth:
    """How one camera is: its last frame, rate, frames a second, reconnects, clock and trouble."""
    platform, shown = platform_of(request), _shown(request)
    if camera not in platform.city().cameras or (shown is not None and camera not in shown):
        raise NotFound("camera.unknown", camera=camera)
    return _health(platform, camera)


@get("/v1/cameras/{camera:str}/seen", opt={"action": Action.SEE_CAMERAS})
async def see_seen(request: Request[Any, Any, Any], camera: FromPath[str]) -> list[Seen]:
    """What one camera last reported of each thing it watches for, the newest first."""
    platform, shown = platform_of(request), _shown(request)
    if camera not in platform.city().cameras or (shown is not None and camera not in shown):
        raise NotFound("camera.unknown", camera=camera)
    told = [one for one in platform.city().readings.of(camera) if not one.observed_property.startswith(PREFIX)]
    told.sort(key=lambda one: one.phenomenon_time_ms, reverse=True)
    return [
        Seen(what=one.observed_property, result=one.result, at_ms=one.phenomenon_time_ms, feature=one.feature)
        for one in told
    ]


def _health(platform: Platform, camera: str) -> CameraHealth:
    vitals = platform.vitals.get(camera)
    state = state_of(vitals, int(platform.now().timestamp() * 1000))
    return CameraHealth(camera=camera, state=state, vitals=None if state is State.UNKNOWN else vitals)


def _shown(request: Request[Any, Any, Any]) -> set[str] | None:
    """The cameras a session may know of; None for every camera."""
    platform, session = platform_of(request), session_of(request)
    if platform.policy.permits(asker_of(session), Action.SEE_EVERY_CAMERA):
        return None
    grants = live_grants(platform.board(), session.agency, platform.now())
    return {view.camera for grant in grants for view in grant.views}


ROUTES = [list_health, see_health, see_seen]
