"""Where the city's answers reach a partner: a small HTTP listener of its own for SCSNS sign-on and events."""

from __future__ import annotations

import hmac
import json
import secrets
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

from bongsu.core.clock import Now
from bongsu.world.partner import wire
from bongsu.world.partner.log import Heard, Log

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Listener:
    """An ASGI application with two routes; `on_heard` is told of every event that came for the first time."""

    def __init__(self, log: Log, *, key: str, now: Now, on_heard: Callable[[Heard], None] | None = None) -> None:
        self._log = log
        self._key = key
        self._now = now
        self._on_heard = on_heard
        self._sessions: set[str] = set()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        told = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        status, answer = self.answer(scope["path"], told, await _body(receive))
        content = json.dumps(answer, ensure_ascii=False).encode()
        kind = [(b"content-type", b"application/json; charset=utf-8")]
        await send({"type": "http.response.start", "status": status, "headers": kind})
        await send({"type": "http.response.body", "body": content})

    def answer(self, path: str, told: dict[str, str], raw: bytes) -> tuple[int, dict[str, str]]:
        """HTTP status and reply to one request; header names are in lower case."""
        try:
            message = wire.read_message(raw, told.get("content-type", ""))
        except ValueError as problem:
            return 400, wire.reply(str(problem), type_="4000", taken=False)
        if path == "/api/getAuth.json":
            return self._sign_on(message)
        if path != "/linkHttp/recvEvent.json":
            return 404, wire.reply("no such path", type_="4004", taken=False)
        if told.get("x-scsns-secret", "") not in self._sessions:
            return 401, wire.reply("no session", type_="4001", taken=False)
        return self._take(message)

    def _sign_on(self, message: dict[str, Any]) -> tuple[int, dict[str, str]]:
        body = message.get("body")
        shown = str(body.get("apiKey", "")) if isinstance(body, dict) else ""
        if not hmac.compare_digest(shown.encode(), self._key.encode()):
            return 401, wire.reply("unknown key", type_="4001", taken=False)
        session = secrets.token_urlsafe(24)
        self._sessions.add(session)
        return 200, wire.reply(session)

    def _take(self, message: dict[str, Any]) -> tuple[int, dict[str, str]]:
        try:
            heard = self._log.write(message, self._now())
        except (ValueError, KeyError, AttributeError) as problem:
            return 400, wire.reply(f"no event: {problem}", type_="4101", taken=False)
        if self._on_heard is not None and not heard.again:
            self._on_heard(heard)
        return 200, wire.reply("ok")


async def serve(listener: Listener, *, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Listen until cancelled; `ready` is told the port."""
    config = uvicorn.Config(listener, log_level="warning", access_log=False, lifespan="off")
    with socket.create_server((host, port)) as door:
        ready(door.getsockname()[1])
        await uvicorn.Server(config).serve(sockets=[door])


async def _body(receive: Receive) -> bytes:
    parts = bytearray()
    more = True
    while more:
        got = await receive()
        parts += got.get("body", b"")
        more = got.get("more_body", False)
    return bytes(parts)
