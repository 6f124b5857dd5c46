"""Evidence exports: asked for, let go on by a second person, listed with how far they have come (증거 반출)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from bongsu.access.permit import Action, OfExport
from bongsu.core.command import ApproveExport, AskExport, AskMasked, RefuseExport
from bongsu.core.errors import NotFound, Refused
from bongsu.core.export import Export, Ring
from bongsu.core.grant import Basis, Grant, Right
from bongsu.core.person import Session
from bongsu.web.guard import platform_of, session_of
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of

Reason = Annotated[str, msgspec.Meta(max_length=500)]
Cameras = Annotated[tuple[str, ...], msgspec.Meta(max_length=64)]
Millis = Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Which cameras from when to when (Unix milliseconds), on what legal ground and why."""

    cameras: Cameras
    from_ms: Millis
    to_ms: Millis
    basis: Basis
    reason: Reason


class MaskedWish(msgspec.Struct, frozen=True, kw_only=True):
    """Why a masked copy; `zones` are covered throughout, by camera, corners as shares of the picture."""

    reason: Reason
    zones: dict[str, tuple[Ring, ...]] = {}


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says to a decision."""

    note: Reason = ""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An export and, while it is built, the share of it that is done; `may` is what the asker may do with it."""

    export: Export
    progress: float | None
    may: tuple[str, ...]


@post("/v1/incidents/{incident:str}/exports", status_code=200, opt={"action": Action.ASK_EXPORT})
async def ask_export(request: Request[Any, Any, Any], incident: FromPath[str], data: JSONBody[Wish]) -> Export:
    """Ask for a span of cameras as one evidence package; the ledger row is part of the same commit."""
    platform, session = platform_of(request), session_of(request)
    unknown = next((camera for camera in data.cameras if camera not in platform.city().cameras), None)
    since = moment(data.from_ms)
    grant = _grant(platform, session, incident, data.cameras)
    thing = thing_of(platform, session.agency, grant, data.cameras, since)
    if not platform.policy.permits(asker_of(session), Action.ASK_EXPORT, thing):
        raise Refused("export.refused", incident=incident)
    if unknown is not None:
        raise NotFound("camera.unknown", camera=unknown)
    order = AskExport(
        incident=incident,
        cameras=data.cameras,
        since=since,
        until=moment(data.to_ms),
        basis=grant.basis if grant else data.basis,
        reason=data.reason,
        by=session.user,
        agency=session.agency,
        grant=grant.id if grant else "",
        floor=grant.floor if grant else None,
    )
    return (await platform.order(order)).exports[0]


@post("/v1/exports/{export:str}/masked", status_code=200, opt={"action": Action.ASK_EXPORT})
async def ask_masked(request: Request[Any, Any, Any], export: FromPath[str], data: JSONBody[MaskedWish]) -> Export:
    """Ask for a masked copy of a finished export."""
    platform, session = platform_of(request), session_of(request)
    permitted(platform, session, export, Action.ASK_EXPORT)
    order = AskMasked(export=export, reason=data.reason, by=session.user, zones=data.zones)
    return (await platform.order(order)).exports[0]


@post("/v1/exports/{export:str}/approve", status_code=200, opt={"action": Action.DECIDE_EXPORT})
async def approve_export(request: Request[Any, Any, Any], export: FromPath[str], data: JSONBody[Word]) -> Export:
    """Let an export go on: another person than the one who asked."""
    platform, session = platform_of(request), session_of(request)
    permitted(platform, session, export, Action.DECIDE_EXPORT)
    return (await platform.order(ApproveExport(export=export, by=session.user, note=data.note))).exports[0]


@post("/v1/exports/{export:str}/refuse", status_code=200, opt={"action": Action.DECIDE_EXPORT})
async def refuse_export(request: Request[Any, Any, Any], export: FromPath[str], data: JSONBody[Word]) -> Export:
    """Say no to an export, and why."""
    platform, session = platform_of(request), session_of(request)
    permitted(platform, session, export, Action.DECIDE_EXPORT)
    return (await platform.order(RefuseExport(export=export, by=session.user, note=data.note))).exports[0]


@get("/v1/exports", opt={"action": Action.SEE_EXPORTS})
async def list_exports(request: Request[Any, Any, Any], incident: FromQuery[str | None] = None) -> list[Listed]:
    """Exports, newest first, of one incident or of all: the city's staff see every one, an agency its own."""
    platform, session = platform_of(request), session_of(request)
    found = reversed(platform.board().exports.values())  # type: ignore[call-overload]  # a dict's values
    shown = [one for one in found if incident is None or one.incident == incident]
    return [
        Listed(export=one, progress=platform.releases.progress.get(one.id), may=_may(platform, session, one))
        for one in shown
        if _is_permitted(platform, session, one, Action.SEE_EXPORTS)
    ]


def permitted(platform: Platform, session: Session, export_id: str, action: Action) -> Export:
    """The export, when this session may do that with it. Raises NotFound, Refused."""
    export = platform.board().exports.get(export_id)
    # To an agency an unknown export and another's are the same: neither is its business.
    if export is None and platform.policy.permits(asker_of(session), Action.SEE_EXPORTS, OfExport()):
        raise NotFound("export.unknown", export=export_id)
    if export is None or not _is_permitted(platform, session, export, action):
        raise Refused("export.refused", incident=export.incident if export else "")
    return export


def thing_of(
    platform: Platform, agency: str, grant: Grant | None, cameras: tuple[str, ...], since: datetime, own: bool = False
) -> OfExport:
    """An export, asked for or only wished for, as the policy sees it."""
    named = {view.camera for view in grant.views} if grant else set()
    return OfExport(
        agency=agency,
        own=own,
        live=grant is not None and grant.is_live(platform.now()),
        names_cameras=set(cameras) <= named,
        may_export=grant is not None and Right.EXPORT in grant.rights,
        after_floor=grant is not None and since >= grant.floor,
    )


def moment(at_ms: int) -> datetime:
    """Unix milliseconds as a time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _is_permitted(platform: Platform, session: Session, export: Export, action: Action) -> bool:
    grant = platform.board().grants.get(export.grant)
    own = export.asked_by == session.user
    thing = thing_of(platform, export.agency, grant, export.cameras, export.since, own)
    return platform.policy.permits(asker_of(session), action, thing)


def _may(platform: Platform, session: Session, export: Export) -> tuple[str, ...]:
    asks = {"decide": Action.DECIDE_EXPORT, "download": Action.DOWNLOAD_EXPORT, "mask": Action.ASK_EXPORT}
    return tuple(name for name, action in asks.items() if _is_permitted(platform, session, export, action))


def _grant(platform: Platform, session: Session, incident: str, cameras: tuple[str, ...]) -> Grant | None:
    """The agency's own grant on the incident that serves best; None for the city's staff."""
    now = platform.now()
    own = [one for one in platform.board().grants_of(incident) if session.agency and one.agency == session.agency]

    def rank(one: Grant) -> tuple[bool, bool, bool]:
        named = {view.camera for view in one.views}
        return one.is_live(now), Right.EXPORT in one.rights, set(cameras) <= named

    return max(own, key=rank, default=None)


ROUTES = [ask_export, ask_masked, approve_export, refuse_export, list_exports]
