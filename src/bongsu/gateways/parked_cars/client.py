"""Asks the vehicle-contact authority for a number that only dials; what it answers is kept nowhere here."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from datetime import datetime

import httpx
import msgspec

from bongsu.core.errors import NotFound, Refused, Unavailable

PATH = "/contact/v1/relays"
MOST_BYTES = 4096


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A relay number that rings the car's keeper until `until`; it tells nothing of who that is."""

    dial: str = msgspec.field(name="relay")
    until: datetime


class Authority:
    """The authority's one door; it knows our `key`; plates on the ledger are hashed with the key `plates`."""

    def __init__(self, url: str, key: str, plates: str, *, timeout_s: float) -> None:
        self._plates = plates.encode()
        self._url = url.rstrip("/") + PATH
        self._timeout_s = timeout_s
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}", "Accept-Encoding": "identity", "User-Agent": "bongsu"},
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    def mark(self, plate: str) -> str:
        """A plate as the ledger names it: the same one always the same, and nothing to whoever has no key."""
        return hmac.new(self._plates, plate.encode(), hashlib.sha256).hexdigest()[:32]

    async def ask(self, plate: str, *, incident: str, reason: str, who: str) -> Contact:
        """A number for a plate as `plate_of` writes it.

        Raises NotFound("parked_car.none"), Refused("parked_car.declined"), Unavailable("parked_car.silent",
        "parked_car.unreachable", "parked_car.garbled", "parked_car.locked"); none repeats the plate.
        """
        body = msgspec.json.encode({"plate": plate, "case": incident, "reason": reason, "asked_by": who})
        try:
            async with asyncio.timeout(self._timeout_s):
                status, raw = await self._post(body)
        except (TimeoutError, httpx.TimeoutException):
            raise Unavailable("parked_car.silent") from None
        except (OSError, httpx.HTTPError, httpx.InvalidURL):
            raise Unavailable("parked_car.unreachable") from None
        return _read(status, raw)

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        raw = bytearray()
        headers = {"Content-Type": "application/json"}
        async with self._http.stream("POST", self._url, content=body, headers=headers) as response:
            async for piece in response.aiter_raw():
                raw += piece
                if len(raw) > MOST_BYTES:
                    raise Unavailable("parked_car.garbled")
            return response.status_code, bytes(raw)


def _read(status: int, raw: bytes) -> Contact:
    match status:
        case 200:
            return _contact(raw)
        case 404:
            raise NotFound("parked_car.none")
        case 403:
            raise Refused("parked_car.declined")
        case 401:
            raise Unavailable("parked_car.locked")
    raise Unavailable("parked_car.garbled")


def _contact(raw: bytes) -> Contact:
    try:
        found = msgspec.json.decode(raw, type=Contact)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unavailable("parked_car.garbled") from None
    digits = found.dial.replace("-", "")
    if not (digits.isascii() and digits.isdecimal() and 7 <= len(digits) <= 15) or found.until.tzinfo is None:
        raise Unavailable("parked_car.garbled")
    return found
