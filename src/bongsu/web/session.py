"""Signing in and out: a password or a one-time link becomes a cookie, and leaving ends every stream at once."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody

from bongsu.access.permit import Action
from bongsu.core.person import Session
from bongsu.core.processes import Seat
from bongsu.web.guard import COOKIE, find_session, origin_of, platform_of, session_of
from bongsu.web.plans import unit_of
from bongsu.web.platform import Platform

SIGNED_OUT = "signed_out"
EXPIRED = "expired"


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """A name and its password."""

    name: str
    password: str


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """What a page needs to know of whoever is signed in, and where it is.

    `unit` is the crew a session is, "" at a desk; `videos` are the video processes, `video_url` one that is there.
    """

    user: str
    name: str
    role: str
    agency: str
    unit: str
    until: str
    city: dict[str, str]
    video_url: str
    videos: tuple[Seat, ...]
    language: str


@post("/v1/session", status_code=200, opt={"action": Action.SIGN_IN})
async def sign_in(request: Request[Any, Any, Any], data: JSONBody[SignIn]) -> Response[SessionView]:
    """Sign in. A wrong name and a wrong password get the same answer."""
    platform = platform_of(request)
    session, token = await platform.identity.sign_in(data.name, data.password, origin_of(request))
    await _begin(request, session)
    return Response(_view(platform, session), cookies=[_cookie(platform, token, session)])


@get("/in/{code:str}", opt={"action": Action.SIGN_IN})
async def redeem(request: Request[Any, Any, Any], code: FromPath[str]) -> Response[None]:
    """Redeem a one-time sign-in link: the cookie, and off to the console."""
    platform = platform_of(request)
    session, token = await platform.identity.redeem(code, origin_of(request))
    await _begin(request, session)
    return Response(
        None,
        status_code=303,
        headers={"Location": "/", "Cache-Control": "no-store"},
        cookies=[_cookie(platform, token, session)],
    )


@get("/v1/session", opt={"action": Action.OWN_SESSION})
async def show(request: Request[Any, Any, Any]) -> SessionView:
    """Who is signed in."""
    return _view(platform_of(request), session_of(request))


@delete("/v1/session", opt={"action": Action.OWN_SESSION})
async def sign_out(request: Request[Any, Any, Any]) -> Response[None]:
    """Sign out; every stream and live connection of the session ends now."""
    await end_session(platform_of(request), session_of(request), SIGNED_OUT)
    gone = Cookie(key=COOKIE, value="", path="/", httponly=True, samesite="strict", max_age=0)
    return Response(None, status_code=204, cookies=[gone])


async def end_session(platform: Platform, session: Session, reason: str) -> None:
    """End a session: memory, video and live board first, then the store."""
    digest = platform.identity.forget(session)
    platform.drop(f"session:{session.id}")
    platform.live.end(session.id, reason)
    await platform.identity.bury(digest, session, reason)


async def _begin(request: Request[Any, Any, Any], session: Session) -> None:
    """Let video know the session, and end the one this browser had before."""
    platform = platform_of(request)
    platform.hold(f"session:{session.id}", int(session.until.timestamp() * 1000))
    before = find_session(request)
    if before is not None:
        await end_session(platform, before, SIGNED_OUT)


def _cookie(platform: Platform, token: str, session: Session) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=token,
        path="/",
        httponly=True,
        samesite="strict",
        secure=platform.settings.web.public_url.startswith("https:"),
        max_age=int((session.until - session.since).total_seconds()),
    )


def _view(platform: Platform, session: Session) -> SessionView:
    settings, seats = platform.settings, platform.seats()
    return SessionView(
        user=session.user,
        name=session.name,
        role=session.role.value,
        agency=session.agency,
        unit=unit_of(platform.board(), session),
        until=session.until.isoformat(),
        city={"name": settings.city.name, "name_en": settings.city.name_en},
        video_url=next((seat.url for seat in seats if seat.alive), settings.video.public_url),
        videos=seats,
        language=settings.city.language,
    )


ROUTES = [sign_in, redeem, show, sign_out]
