"""The one guard in front of every route: who asks, from where, and whether the policy permits it.

A route says what it is for in `opt["action"]`; one that says nothing stops the start (`check_declared`), and would be
refused anyway. Neither Host nor X-Forwarded-* is ever read: the public address is a setting.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import Any, cast
from urllib.parse import urlsplit

from litestar import Litestar, Request, WebSocket
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from bongsu.access.permit import MACHINE, Action, Asker
from bongsu.core.errors import Invalid, Refused, Unknown
from bongsu.core.person import Session
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of

COOKIE = "bongsu_session"
READING = frozenset({"GET", "HEAD", "OPTIONS"})

Asked = ASGIConnection[Any, Any, Any, Any]


async def guard(connection: Asked, handler: BaseRouteHandler) -> None:
    """Let through what the policy permits. Raises Unknown (nobody is signed in), Refused (and it is ledgered)."""
    action = handler.opt.get("action")
    if not isinstance(action, Action):
        raise Refused("route.undeclared")
    asker, session = _who(connection)
    connection.scope["state"]["session"] = session
    if action is not Action.SEND_AS_PARTNER:
        _check_origin(connection)
    if platform_of(connection).policy.permits(asker, action):
        return
    if session is None and asker.role != MACHINE:
        # A browser cannot read why a WebSocket was refused, so this one lets itself in to say it (live_door.py).
        if isinstance(connection, WebSocket) and handler.opt.get("answers_strangers"):
            return
        raise Unknown("session.none")
    raise Refused("route.refused")


def platform_of(connection: Asked) -> Platform:
    """The platform behind a connection."""
    return cast("Platform", connection.app.state["platform"])


def session_of(connection: Asked) -> Session:
    """The session the guard found. Raises Unknown when there is none."""
    session = find_session(connection)
    if session is None:
        raise Unknown("session.none")
    return session


def find_session(connection: Asked) -> Session | None:
    """The session the guard found, if any."""
    return cast("Session | None", connection.scope.get("state", {}).get("session"))


def origin_of(connection: Asked) -> str:
    """The address the connection comes from, as the socket says it."""
    client = connection.scope.get("client")
    return str(client[0]) if client else ""


def check_declared(app: Litestar) -> None:
    """Every route declares what it is for. Raises Invalid("route.undeclared") naming the first that does not."""
    for route in app.routes:
        handlers = route.route_handlers if isinstance(route, HTTPRoute) else [route.route_handler]
        for handler in handlers:
            if getattr(handler, "http_methods", None) == {"OPTIONS"}:
                continue  # made by the framework; the guard refuses it
            if not isinstance(handler.opt.get("action"), Action):
                raise Invalid("route.undeclared", route=route.path)


def public_origin(url: str) -> str:
    """Scheme, host and port of the public address, as a browser writes them in Origin."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _who(connection: Asked) -> tuple[Asker, Session | None]:
    platform = platform_of(connection)
    local = _is_local(origin_of(connection))
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), platform.run_token.encode()):
        return Asker(user=MACHINE, role=MACHINE, local=local), None
    session = platform.identity.find(connection.cookies.get(COOKIE, ""))
    return (asker_of(session), session) if session is not None else (Asker(local=local), None)


def _check_origin(connection: Asked) -> None:
    """A page of another site may not act, or listen, in a signed-in person's name."""
    if isinstance(connection, Request) and connection.method in READING:
        return
    origin = connection.headers.get("origin")
    public = platform_of(connection).settings.web.public_url
    if origin is not None and origin.lower() != public_origin(public):
        raise Refused("origin.foreign")


def _is_local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
