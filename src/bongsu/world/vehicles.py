"""The simulated vehicle-contact authority: a register of plates, relay numbers, and who may ask for what."""

from __future__ import annotations

import asyncio
import hmac
import tomllib
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

PATH = "/contact/v1/relays"
MOST_BYTES = 4096
RINGS_FOR = timedelta(minutes=30)

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Asked(msgspec.Struct, frozen=True):
    """What the city asks."""

    plate: str
    case: str
    reason: str
    asked_by: str


class Cars(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The register: plates that can be reached, plates whose keepers declined, plates that are never answered."""

    reachable: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    deaf: frozenset[str] = frozenset()


def read_cars(path: Path) -> Cars:
    """The register's file (TOML)."""
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Cars)


class Desk:
    """An ASGI application that answers for a register; who does not show `key` is told nothing."""

    def __init__(self, cars: Cars, key: str) -> None:
        self._cars = cars
        self._key = f"Bearer {key}".encode()
        self._numbers = count(1)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        status, told = await self._answer(scope, receive)
        kind = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": kind})
        await send({"type": "http.response.body", "body": msgspec.json.encode(told)})

    async def _answer(self, scope: MutableMapping[str, Any], receive: Receive) -> tuple[int, object]:
        shown = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if not hmac.compare_digest(shown, self._key):
            return 401, {"why": "unknown_client"}
        if scope["method"] != "POST" or scope["path"] != PATH:
            return 404, {"why": "no_such_path"}
        try:
            asked = msgspec.json.decode(await _body(receive), type=Asked)
        except msgspec.DecodeError:
            return 400, {"why": "unreadable"}
        if asked.plate in self._cars.deaf:
            while (await receive())["type"] != "http.disconnect":
                pass
        return self.answer(asked, datetime.now(UTC))

    def answer(self, asked: Asked, now: datetime) -> tuple[int, object]:
        """The HTTP status and the answer: no case and no reason, no number."""
        if not asked.case or len(asked.reason.strip()) < 5 or asked.plate in self._cars.declined:
            return 403, {"why": "declined"}
        if asked.plate not in self._cars.reachable:
            return 404, {"why": "not_registered"}
        return 200, {"relay": f"050-7000-{next(self._numbers) % 10_000:04d}", "until": now + RINGS_FOR}


def run(desk: Desk, port: int) -> None:
    """Listen on loopback until a signal comes."""
    config = uvicorn.Config(desk, host="127.0.0.1", port=port, log_level="warning", access_log=False, lifespan="off")
    asyncio.run(uvicorn.Server(config).serve())


async def _body(receive: Receive) -> bytes:
    parts, more = bytearray(), True
    while more:
        got = await receive()
        parts += got.get("body", b"")
        more = got.get("more_body", False) and len(parts) <= MOST_BYTES
    return bytes(parts)
