"""Delivers notices to a message centre by HTTP POST, JSON, with our key and the request's as Idempotency-Key."""

from __future__ import annotations

import asyncio

import httpx
import msgspec

from bongsu.core.request import Receipt, Request
from bongsu.gateways.notice.letter import letter_of

AT_ONCE = 4
FINAL = frozenset({400, 404, 405, 406, 410, 413, 415, 422})
"""The centre will say the same to the same letter, however often it is sent."""
TAKEN_BEFORE = 409


class Client:
    """One message centre, seen from us. Deliver may be called concurrently."""

    def __init__(self, url: str, key: str, *, timeout_s: float = 5.0) -> None:
        self._url = url
        self._timeout_s = timeout_s
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        self._http = httpx.AsyncClient(timeout=timeout_s, follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def deliver(self, request: Request) -> Receipt:
        """Send a letter once and say what came of it; never raises for the centre's failure."""
        letter = letter_of(request)
        if letter is None:
            return Receipt(key=request.key, delivered=False, detail="notice.ask", final=True)
        headers = self._headers | {"Idempotency-Key": request.key}
        try:
            async with self._turns, asyncio.timeout(self._timeout_s):
                status = await self._post(msgspec.json.encode(letter), headers)
        except (TimeoutError, httpx.TimeoutException):
            return Receipt(key=request.key, delivered=False, detail="partner.timeout")
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeEncodeError) as problem:
            detail = f"partner.unreachable {type(problem).__name__}"
            return Receipt(key=request.key, delivered=False, detail=detail)
        return receipt_of(request.key, status)

    async def _post(self, content: bytes, headers: dict[str, str]) -> int:
        # The body is not read: an endless one would be the centre's way to hold us.
        async with self._http.stream("POST", self._url, content=content, headers=headers) as response:
            return response.status_code


def receipt_of(key: str, status: int) -> Receipt:
    """What an HTTP status means for a letter: taken, taken before, refused for good, or to be tried again."""
    if 200 <= status < 300 or status == TAKEN_BEFORE:
        return Receipt(key=key, delivered=True)
    return Receipt(key=key, delivered=False, detail=f"partner.refused {status}", final=status in FINAL)
