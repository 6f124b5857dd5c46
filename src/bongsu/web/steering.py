"""The wheel of a camera that turns: take it, turn, and let it go; every taking and letting go is on the ledger."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, post
from litestar.params import FromPath, JSONBody

from bongsu.access.permit import Action, Hand
from bongsu.core.errors import NotFound, Refused
from bongsu.core.grant import Grant, Right
from bongsu.core.person import Session
from bongsu.desk.wheel import REASON_AT_LEAST, Wheel, rank_of
from bongsu.web.guard import origin_of, platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of
from bongsu.wires.onvif.records import Preset

Short = Annotated[str, msgspec.Meta(max_length=200)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Reason = Annotated[str, msgspec.Meta(max_length=500)]
Speed = Annotated[float, msgspec.Meta(ge=-1, le=1)]


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Under which incident, or for what reason; with both, a wheel held for a less urgent case is taken over."""

    incident: Short = ""
    reason: Reason = ""


class Motion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How fast on each axis, -1 to 1 of full speed; it lasts a second unless it is said again."""

    pan: Speed = 0.0
    tilt: Speed = 0.0
    zoom: Speed = 0.0


class Naming(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a preset is called."""

    name: Name


class WheelView(msgspec.Struct, frozen=True, kw_only=True):
    """Who steers a camera: a user ("" nobody), whether that is this session, and for how many seconds more."""

    camera: str
    steerable: bool
    holder: str = ""
    mine: bool = False
    for_s: float = 0.0


@get("/v1/cameras/{camera:str}/wheel", opt={"action": Action.STEER})
async def see_wheel(request: Request[Any, Any, Any], camera: FromPath[str]) -> WheelView:
    """Who steers a camera, and whether it can be steered at all."""
    platform, session = _at(request, camera)
    return _view(platform, session, camera)


@post("/v1/cameras/{camera:str}/wheel", status_code=200, opt={"action": Action.STEER})
async def take_wheel(request: Request[Any, Any, Any], camera: FromPath[str], data: JSONBody[Wanted]) -> WheelView:
    """Take the wheel of a camera, after its ledger row is on disk. 409 says who has it and for how long."""
    platform, session = _at(request, camera)
    grant = _judge(platform, session, camera, data)
    incident = platform.board().incidents.get(data.incident)
    open_case = incident is not None and not incident.is_over
    wanted = platform.helm.wheel(
        camera,
        session.user,
        session.id,
        agency=session.agency,
        incident=data.incident if open_case else "",
        grant=grant.id if grant else "",
        rank=rank_of(incident.priority if incident is not None and open_case else None),
    )
    basis = grant.basis.value if grant else ""
    await platform.helm.take(wanted, reason=data.reason, origin=origin_of(request), basis=basis)
    return _view(platform, session, camera)


@delete("/v1/cameras/{camera:str}/wheel", status_code=200, opt={"action": Action.STEER})
async def let_go(request: Request[Any, Any, Any], camera: FromPath[str]) -> WheelView:
    """Give the wheel back; the camera returns to its home preset."""
    platform, session = _at(request, camera)
    await platform.helm.let_go(camera, session.id)
    return _view(platform, session, camera)


@post("/v1/cameras/{camera:str}/wheel/move", status_code=200, opt={"action": Action.STEER})
async def move(request: Request[Any, Any, Any], camera: FromPath[str], data: JSONBody[Motion]) -> WheelView:
    """Turn a camera whose wheel one holds, for a second."""
    platform, session = _at(request, camera)
    await platform.helm.move(camera, session.id, data.pan, data.tilt, data.zoom)
    return _view(platform, session, camera)


@post("/v1/cameras/{camera:str}/wheel/stop", status_code=200, opt={"action": Action.STEER})
async def stop(request: Request[Any, Any, Any], camera: FromPath[str]) -> WheelView:
    """Stop a camera whose wheel one holds."""
    platform, session = _at(request, camera)
    await platform.helm.stop(camera, session.id)
    return _view(platform, session, camera)


@get("/v1/cameras/{camera:str}/presets", opt={"action": Action.STEER})
async def list_presets(request: Request[Any, Any, Any], camera: FromPath[str]) -> list[Preset]:
    """The places a camera can be told to look at; only for whoever holds its wheel."""
    platform, session = _at(request, camera)
    _mine(platform, session, camera)
    return list(await platform.helm.presets(camera))


@post("/v1/cameras/{camera:str}/presets", status_code=201, opt={"action": Action.STEER})
async def save_preset(request: Request[Any, Any, Any], camera: FromPath[str], data: JSONBody[Naming]) -> list[Preset]:
    """Keep where a camera looks now under a name; all its presets."""
    platform, session = _at(request, camera)
    await platform.helm.save(camera, session.id, data.name)
    return list(await platform.helm.presets(camera))


@post("/v1/cameras/{camera:str}/presets/{preset:str}/go", status_code=200, opt={"action": Action.STEER})
async def go_to_preset(request: Request[Any, Any, Any], camera: FromPath[str], preset: FromPath[str]) -> WheelView:
    """Turn a camera whose wheel one holds to a preset."""
    platform, session = _at(request, camera)
    await platform.helm.go(camera, session.id, preset)
    return _view(platform, session, camera)


def _at(request: Request[Any, Any, Any], camera: str) -> tuple[Platform, Session]:
    """The platform and the session, once the camera is one this session may know of. Raises NotFound."""
    platform, session = platform_of(request), session_of(request)
    known = camera in platform.city().cameras
    if not known or not (_sees_all(platform, session) or _own_grants(platform, session, camera)):
        raise NotFound("camera.unknown", camera=camera)
    return platform, session


def _sees_all(platform: Platform, session: Session) -> bool:
    return platform.policy.permits(asker_of(session), Action.SEE_EVERY_CAMERA)


def _mine(platform: Platform, session: Session, camera: str) -> Wheel:
    held = platform.helm.holder(camera)
    if held is None or held.session != session.id:
        raise Refused("wheel.refused", camera=camera)
    return held


def _judge(platform: Platform, session: Session, camera: str, wanted: Wanted) -> Grant | None:
    """The grant a hand goes through (none for the city's own staff). Raises Refused("wheel.refused")."""
    incident = platform.board().incidents.get(wanted.incident)
    own = [one for one in _own_grants(platform, session, camera) if one.incident == wanted.incident]
    grant = max(own, key=lambda one: (Right.STEER in one.rights, one.until), default=None)
    hand = Hand(
        agency=grant.agency if grant else "",
        live=grant is not None,
        names_camera=grant is not None,
        may_steer=grant is not None and Right.STEER in grant.rights,
        case_open=incident is not None and not incident.is_over,
        reason_given=len(wanted.reason.strip()) >= REASON_AT_LEAST,
    )
    if not platform.policy.permits(asker_of(session), Action.STEER, hand):
        raise Refused("wheel.refused", camera=camera)
    return grant


def _own_grants(platform: Platform, session: Session, camera: str) -> list[Grant]:
    """The agency's live grants that name the camera."""
    now = platform.now()
    return [
        grant
        for grant in platform.board().running.values()
        if session.agency and grant.agency == session.agency and grant.is_live(now)
        if any(view.camera == camera for view in grant.views)
    ]


def _view(platform: Platform, session: Session, camera: str) -> WheelView:
    steerable = platform.helm.heads.has(camera)
    held = platform.helm.holder(camera)
    if held is None:
        return WheelView(camera=camera, steerable=steerable)
    mine = held.session == session.id
    return WheelView(camera=camera, steerable=steerable, holder=held.user, mine=mine, for_s=platform.helm.left_s(held))


ROUTES = [see_wheel, take_wheel, let_go, move, stop, list_presets, save_preset, go_to_preset]
