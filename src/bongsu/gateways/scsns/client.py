"""Delivers requests to a partner's SCSNS listener: signs in, sends the event, reads the answer."""

from __future__ import annotations

import asyncio
import socket

import httpx
import msgspec

from bongsu.core.clock import Now
from bongsu.core.errors import Invalid
from bongsu.core.report import Partner
from bongsu.core.request import Receipt, Request
from bongsu.gateways.scsns.message import AddressOf, event_of
from bongsu.wires.scsns.codes import Codes, builtin_codes, kinds
from bongsu.wires.scsns.envelope import JSON, Envelope, build_envelope, headers
from bongsu.wires.scsns.event import build_event
from bongsu.wires.scsns.results import FAILURE, Answer, Result, read_answer
from bongsu.wires.scsns.route import mark

TIMEOUT_S = 5.0
AT_ONCE = 4
"""Exchanges under way with one partner; the others wait their turn here, and their time has not begun.

Never wait inside httpx's own pool: a wait given up there leaves a connection behind that is opened by nobody (httpcore
1.0.9), and after four of those the partner is never told anything again.
"""
MAX_ANSWER_BYTES = 64 * 1024

FINAL = frozenset(
    {
        Result.BAD_REQUEST,
        Result.NOT_FOUND,
        Result.METHOD_NOT_ALLOWED,
        Result.NOT_ACCEPTABLE,
        Result.UNSUPPORTED_MEDIA,
        Result.MISSING,
        Result.WRONG_TYPE,
    }
)
"""The partner will say the same to the same message, however often it is sent."""
FINAL_HTTP = frozenset({400, 405, 406, 413, 415, 422})


class Failure(Exception):
    """The partner could not be reached or made no sense; another try may go through."""


class Client:
    """One partner's SCSNS listener, seen from us. Deliver may be called concurrently."""

    def __init__(
        self,
        partner: Partner,
        our_key: str,
        our_code: str,
        public_url: str,
        now: Now,
        *,
        codes: Codes | None = None,
        address_of: AddressOf | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._partner = partner
        self._our_key = our_key
        self._our_code = our_code
        self._public_url = public_url
        self._now = now
        self._kinds = kinds(builtin_codes() if codes is None else codes)
        self._address_of = address_of
        self._timeout_s = timeout_s
        self._session = ""
        self._signing_in = asyncio.Lock()
        self._turns = asyncio.Semaphore(AT_ONCE)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=AT_ONCE, keepalive_expiry=2.0)
        # What was written to a line that went silent is thrown away with it: the system would go on sending it for
        # minutes after we gave up, and an offer would arrive long after its time.
        forget = [(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(timeout_s * 1000))]
        transport = httpx.AsyncHTTPTransport(limits=limits, socket_options=forget, trust_env=False)
        self._http = httpx.AsyncClient(transport=transport, timeout=timeout_s, follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def deliver(self, request: Request) -> Receipt:
        """Send a request once and say what came of it; never raises for the partner's failure.

        The message is the same at every try but for its session and sending time: evtId, ocrNbr and the item
        "request" let the partner know it again. A session that ran out is renewed once.
        """
        try:
            session = await self._sign_in("")
            status, answer = await self._send(request, session)
            if _is_unauthorized(status, answer):
                status, answer = await self._send(request, await self._sign_in(session))
        except Failure as failure:
            return Receipt(key=request.key, delivered=False, detail=str(failure))
        return receipt_of(request.key, status, answer)

    async def _send(self, request: Request, session: str) -> tuple[int, Answer]:
        event = event_of(request, self._partner.code, self._public_url, self._kinds, self._address_of)
        return await self._post(self._partner.event_path, self._envelope("EVENT", session, build_event(event)), session)

    async def _sign_in(self, stale: str) -> str:
        """The session key at hand unless it is the stale one; concurrent callers share one sign-in."""
        async with self._signing_in:
            if self._session and self._session != stale:
                return self._session
            envelope = self._envelope("AUTH", "", {"apiKey": self._our_key})
            _, answer = await self._post(self._partner.auth_path, envelope, "")
            if not answer.is_success or not answer.message:
                raise Failure(f"partner.sign_in {answer.type}".rstrip())
            self._session = answer.message
            return self._session

    def _envelope(self, service: str, session: str, body: dict[str, object]) -> Envelope:
        system = self._partner.system
        return Envelope(
            service=service,
            sender=self._our_code,
            receiver=self._partner.code,
            system=system,
            session=session,
            requested_at=self._now(),
            route=(mark(self._our_code, system),),
            body=body,
        )

    async def _post(self, path: str, envelope: Envelope, secret: str) -> tuple[int, Answer]:
        content = msgspec.json.encode(build_envelope(envelope))
        all_headers = {"Content-Type": JSON, "Accept": JSON, "Accept-Encoding": "identity", **headers(envelope, secret)}
        url = f"{self._partner.url.rstrip('/')}{path}"
        try:
            async with (
                self._turns,
                asyncio.timeout(self._timeout_s),
                self._http.stream("POST", url, content=content, headers=all_headers) as response,
            ):
                return response.status_code, _understand(response.status_code, await _read(response))
        except (TimeoutError, httpx.TimeoutException):
            raise Failure("partner.timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeEncodeError) as problem:
            raise Failure(f"partner.unreachable {type(problem).__name__}") from problem


def _understand(http_status: int, raw: bytes) -> Answer:
    """The answer, or of an error page that is none (a proxy's, say) its HTTP status alone."""
    try:
        return read_answer(raw)
    except Invalid as problem:
        if http_status < 400:
            raise Failure("partner.answer") from problem
        return Answer(result=FAILURE)


async def _read(response: httpx.Response) -> bytes:
    """The answer's body, of which an endless one is cut."""
    content = b""
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise Failure("partner.answer")
    return content


def receipt_of(key: str, http_status: int, answer: Answer) -> Receipt:
    """What an answer means for the request: taken, taken before, refused for good, or to be tried again."""
    if (answer.is_success and http_status < 400) or answer.type == Result.ALREADY_EXISTS:
        return Receipt(key=key, delivered=True)
    final = answer.type in FINAL or (not answer.type and http_status in FINAL_HTTP)
    detail = f"partner.refused {answer.type or http_status} {answer.message}".strip()
    return Receipt(key=key, delivered=False, detail=detail[:300], final=final)


def _is_unauthorized(http_status: int, answer: Answer) -> bool:
    return answer.type == Result.UNAUTHORIZED or (not answer.type and not answer.is_success and http_status == 401)
