"""Every failure as an RFC 9457 problem in the reader's language; every refusal of somebody known on the ledger."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, ValidationException, WebSocketException
from litestar.types import ExceptionHandlersMap, Scope

from bongsu.core.errors import (
    BongsuError,
    Conflict,
    Invalid,
    NotFound,
    Refused,
    TooMuch,
    Unavailable,
    Unknown,
)
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.words import say
from bongsu.web.guard import find_session, origin_of, platform_of

STATUS: dict[type[BongsuError], int] = {
    Invalid: 422,
    NotFound: 404,
    Refused: 403,
    Unknown: 401,
    Conflict: 409,
    TooMuch: 429,
    Unavailable: 503,
}
GENERIC = {401: "unknown", 403: "refused", 404: "not_found", 405: "method", 413: "too_large"}

log = structlog.get_logger()


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 9457 problem details; `code` is the words key of `detail`."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str


def language_of(accept: str) -> str:
    """ "en" when English is asked for before Korean, else "ko" (RFC 9110 12.5.4)."""
    best = {"ko": 0.0, "en": 0.0}
    for part in accept.lower().split(","):
        tag, _, weight = part.strip().partition(";")
        tongue = tag.split("-")[0].strip()
        if tongue in best:
            best[tongue] = max(best[tongue], _weight(weight))
    return "en" if best["en"] > best["ko"] else "ko"


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def answer_problem(request: Request[Any, Any, Any], problem: BongsuError) -> Response[Problem]:
    """One of our own errors."""
    status = next((STATUS[kind] for kind in type(problem).__mro__ if kind in STATUS), 500)
    wait = problem.facts.get("retry_after_s")
    headers = {"Retry-After": str(wait)} if wait is not None else {}
    return _problem(request, status, problem.code, headers, **problem.facts)


def answer_framework(request: Request[Any, Any, Any], problem: HTTPException) -> Response[Problem]:
    """What the framework refuses by itself: no such route, a body that does not fit, too large a body."""
    if isinstance(problem, ValidationException):
        return _problem(request, 422, "invalid", {}, detail=_what_is_wrong(problem))
    status = 422 if problem.status_code == 400 else problem.status_code
    code = GENERIC.get(status, "invalid" if status < 500 else "unexpected")
    return _problem(request, status, code, {}, detail=problem.detail, what=request.scope["path"])


def answer_unexpected(request: Request[Any, Any, Any], _problem_: Exception) -> Response[Problem]:
    """A fault of ours: said plainly, without its insides."""
    return _problem(request, 500, "unexpected", {})


def _what_is_wrong(problem: ValidationException) -> str:
    extra = problem.extra if isinstance(problem.extra, list) else []
    told = [f"{one.get('key', '')}: {one.get('message', '')}" for one in extra if isinstance(one, dict)]
    return "; ".join(told) or problem.detail


def _problem(
    request: Request[Any, Any, Any], status: int, code: str, headers: dict[str, str], /, **facts: object
) -> Response[Problem]:
    key = f"error.{code}"
    detail = say(key, language_of(request.headers.get("accept-language", "")), **facts)
    body = Problem(title=HTTPStatus(status).phrase, status=status, code=key, detail=detail)
    return Response(
        body,
        status_code=status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **headers},
    )


async def record_failure(problem: Exception, scope: Scope) -> None:
    """Write a refusal of somebody we know on the ledger, and a fault of ours in the log."""
    if isinstance(problem, Refused):
        await _record_refusal(problem, ASGIConnection(scope))
    elif not isinstance(problem, BongsuError | HTTPException | WebSocketException):
        log.error("web.fault", route=scope.get("path_template", ""), exc_info=problem)


async def _record_refusal(problem: Refused, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    session = find_session(connection)
    if session is None:
        return  # strangers could fill the ledger
    platform = platform_of(connection)
    row = LedgerRow(
        at=platform.now(),
        act=Act.REFUSE,
        who=session.user,
        agency=session.agency,
        origin=origin_of(connection),
        camera=str(problem.facts.get("camera", "")),
        incident=str(problem.facts.get("incident", "")),
        grant=str(problem.facts.get("grant", "")),
        reason=f"{problem.code} {connection.scope.get('path_template', '')}",
        session=session.id,
    )
    try:
        await platform.note(row)
    except Unavailable as fault:
        log.error("ledger.refusal_lost", code=problem.code, detail=fault.code)


HANDLERS: ExceptionHandlersMap = {
    BongsuError: answer_problem,
    HTTPException: answer_framework,
    Exception: answer_unexpected,
}
"""The one place where an error becomes an HTTP status."""
