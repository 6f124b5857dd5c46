"""Simulated controllers behind one HTTP port, each at a path of its own: `/<controller>/priority/v1/…`."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec
import uvicorn
from msgspec.structs import replace

from bongsu.world.signals import asking, wire
from bongsu.world.signals.plan import Junction, check
from bongsu.world.signals.state import State, begin
from bongsu.world.signals.step import step

MOST_BYTES = 4096
ROOT = ("priority", "v1")

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Cabinet:
    """One controller at the roadside: `deaf` it takes the line and never answers."""

    def __init__(self, junction: Junction, now_ms: Callable[[], int]) -> None:
        self.junction = check(junction)
        self.deaf = False
        self.boot = secrets.token_hex(4)
        self._now_ms = now_ms
        self._state = begin(junction, now_ms())

    @property
    def state(self) -> State:
        """Everything at this moment."""
        self._state = step(self.junction, self._state, self._now_ms())
        return self._state

    def refuse(self, on: bool) -> None:
        """Let somebody at the cabinet switch priority off, or on again."""
        self._state = replace(self.state, refuses=on)

    def answer(self, method: str, rest: list[str], query: str, body: bytes) -> tuple[int, object]:
        """The HTTP status and the answer to one request below `/priority/v1`."""
        match method, rest:
            case "GET", ["status"]:
                return 200, wire.status(self.junction, self.state, self.boot)
            case "PUT", ["requests", key]:
                return self._ask(key, body)
            case "DELETE", ["requests", key]:
                return self._cancel(key, query)
        return 404, {"why": "no_such_path"}

    def _ask(self, key: str, body: bytes) -> tuple[int, object]:
        try:
            asked = msgspec.json.decode(body, type=wire.Asked)
        except msgspec.DecodeError:
            return 400, {"why": "unreadable"}
        now = self.state.now_ms
        self._state, held = asking.hear(self.junction, self._state, asked.at(key, now))
        self._state = asking.tend(self.junction, self._state)
        held = self._state.find(key) or held if not held.why else held
        return (409 if held.why == "stale_version" else 200), wire.word(held, now)

    def _cancel(self, key: str, query: str) -> tuple[int, object]:
        version = parse_qs(query).get("version", [""])[0]
        if not version.isdecimal():
            return 400, {"why": "unreadable"}
        now = self.state.now_ms
        self._state, held = asking.cancel(self._state, key, int(version))
        if held is None:
            return 404, {"why": "unknown_key"}
        return (409 if held.why == "stale_version" else 200), wire.word(held, now)


class Street:
    """An ASGI application over all cabinets; who does not show `key` is told nothing."""

    def __init__(self, junctions: Iterable[Junction], *, key: str, now_ms: Callable[[], int]) -> None:
        self.cabinets = {one.id: Cabinet(one, now_ms) for one in junctions}
        self._key = f"Bearer {key}".encode()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        status, told = await self._answer(scope, receive)
        content = msgspec.json.encode(told)
        await send({
            "type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")],
        })  # fmt: skip
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: MutableMapping[str, Any], receive: Receive) -> tuple[int, object]:
        shown = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if not hmac.compare_digest(shown, self._key):
            return 401, {"why": "unknown_client"}
        name, *path = [unquote(part) for part in scope["raw_path"].decode("latin-1").strip("/").split("/")]
        cabinet = self.cabinets.get(name)
        if cabinet is None or tuple(path[:2]) != ROOT:
            return 404, {"why": "no_such_path"}
        body = await _body(receive)
        if cabinet.deaf:
            while (await receive())["type"] != "http.disconnect":
                pass
        if len(body) > MOST_BYTES:
            return 413, {"why": "too_large"}
        return cabinet.answer(scope["method"], path[2:], scope["query_string"].decode("latin-1"), body)


async def serve(street: Street, *, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Listen until cancelled; `ready` is told the port."""
    config = uvicorn.Config(street, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    with socket.create_server((host, port)) as door:
        ready(door.getsockname()[1])
        server = uvicorn.Server(config)
        try:
            await server.serve(sockets=[door])
        except asyncio.CancelledError:
            server.should_exit = True
            raise


async def _body(receive: Receive) -> bytes:
    parts = bytearray()
    more = True
    while more:
        got = await receive()
        parts += got.get("body", b"")
        more = got.get("more_body", False) and len(parts) <= MOST_BYTES
    return bytes(parts)
