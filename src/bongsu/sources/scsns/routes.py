"""The two doors of the safety network: getAuth.json hands out session keys, recvEvent.json takes events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import HTTPRouteHandler

from bongsu.core.clock import Now
from bongsu.core.errors import BongsuError, Unknown
from bongsu.core.report import Authenticate, Take
from bongsu.core.words import say
from bongsu.sources.scsns.receive import check, report_of, whose
from bongsu.sources.scsns.sessions import Sessions
from bongsu.wires.scsns.codes import Codes, builtin_codes
from bongsu.wires.scsns.envelope import JSON, Envelope, read_envelope
from bongsu.wires.scsns.event import read_event
from bongsu.wires.scsns.results import Result, build_answer, http_status, refusal, result_of
from bongsu.wires.scsns.route import has_looped
from bongsu.wires.scsns.values import read_name, read_object

MAX_BODY_BYTES = 256 * 1024
MAX_KEY_CHARS = 512
SESSION_S = 1800.0
SKEW_S = 600.0

log = structlog.get_logger()

Asked = Request[Any, Any, State]
Work = Callable[[Envelope, Asked, str], Awaitable[str]]
"""What a door does with an envelope for a reader of this language: the message of its success, or an error raised."""


def routes(
    take: Take,
    authenticate: Authenticate,
    now: Now,
    *,
    secret: bytes,
    our_marks: Collection[str],
    codes: Codes | None = None,
    session_s: float = SESSION_S,
    skew_s: float = SKEW_S,
) -> list[HTTPRouteHandler]:
    """The handlers for web to mount; they authenticate by themselves, so web lets everybody through to them.

    `secret` signs session keys (32 random bytes a start), `our_marks` are our own entries in route lists.
    An event is answered after `take` has returned, so after the commit.
    """
    sessions = Sessions(secret, session_s)
    known = builtin_codes() if codes is None else codes
    return [
        _door("/api/getAuth.json", "get_auth", _sign_in(authenticate, sessions, now, skew_s)),
        _door("/linkHttp/recvEvent.json", "receive_event", _receive(take, sessions, now, skew_s, known, our_marks)),
    ]


def _door(path: str, name: str, work: Work) -> HTTPRouteHandler:
    @post(
        path,
        name=f"scsns.{name}",
        status_code=200,
        request_max_body_size=MAX_BODY_BYTES,
        include_in_schema=False,
    )
    async def answer(request: Request[Any, Any, State]) -> Response[bytes]:
        return await _answered(request, work)

    return answer


def _sign_in(authenticate: Authenticate, sessions: Sessions, now: Now, skew_s: float) -> Work:
    async def work(envelope: Envelope, request: Asked, language: str) -> str:
        moment = now()
        check(envelope, moment, skew_s)
        body = read_object({"body": envelope.body}, "body")
        partner = authenticate(read_name(body, "apiKey", at_most=MAX_KEY_CHARS))
        if partner is None:
            raise Unknown("scsns.api_key")
        return sessions.open(partner, moment)

    return work


def _receive(take: Take, sessions: Sessions, now: Now, skew_s: float, codes: Codes, our_marks: Collection[str]) -> Work:
    async def work(envelope: Envelope, request: Asked, language: str) -> str:
        moment = now()
        partner = whose(sessions, request.headers.get("x-scsns-secret", ""), envelope, moment)
        check(envelope, moment, skew_s)
        event = read_event(envelope.body)
        if has_looped(envelope.route, our_marks):
            log.warning("scsns.looped", partner=partner.code, route=envelope.route)
            return say("scsns.looped", language)
        ack = await take(report_of(partner, envelope, event, codes, moment))
        return ack.incident

    return work


async def _answered(request: Asked, work: Work) -> Response[bytes]:
    language = "en" if request.headers.get("accept-language", "").lower().startswith("en") else "ko"
    try:
        envelope = read_envelope(await request.body(), request.headers.get("content-type", ""))
        message = await work(envelope, request, language)
    except RequestEntityTooLarge:
        return _refused(refusal(Result.NOT_ACCEPTABLE, "too_large", most=MAX_BODY_BYTES // 1024), language)
    except BongsuError as error:
        return _refused(error, language)
    return _response(Result.OK, message)


def _refused(error: BongsuError, language: str) -> Response[bytes]:
    result = result_of(error)
    log.warning("scsns.refused", code=error.code, result=result.value)
    return _response(result, say(f"error.{error.code}", language, **error.facts))


def _response(result: Result, message: str) -> Response[bytes]:
    return Response(build_answer(result, message), status_code=http_status(result), media_type=JSON)
