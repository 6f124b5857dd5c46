"""A partner's SCSNS listener on a loopback port, which answers as it is told and keeps what it got."""

from __future__ import annotations

import asyncio
import json
from typing import Any


class FakePartner:
    """Hands out session keys s1, s2 …; `answers` are what events get, in order, then success."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.sign_ins = 0
        self.valid: set[str] = set()
        self.answers: list[tuple[int, bytes]] = []
        self.auth_answer: tuple[int, bytes] | None = None
        self.is_silent = False
        self.trickles = False

    async def __aenter__(self) -> FakePartner:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._exchange(reader, writer)
        except asyncio.IncompleteReadError:  # the caller gave up
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        if self.is_silent:
            await reader.read()
        if self.trickles:
            await _trickle(writer)
        status, answer = self._answer(lines[0].split()[1], headers, body)
        top = f"HTTP/1.1 {status} X\r\nContent-Length: {len(answer)}\r\nConnection: close\r\n\r\n"
        writer.write(top.encode() + answer)
        writer.close()

    def _answer(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, bytes]:
        if path == "/api/getAuth.json":
            self.sign_ins += 1
            session = f"s{self.sign_ins}"
            self.valid.add(session)
            return self.auth_answer or (200, json.dumps({"result": "0", "message": session}).encode())
        if headers["x-scsns-secret"] not in self.valid:
            return 401, b'{"result":"1","type":"4001","message":"session"}'
        self.events.append(body)
        self.headers.append(headers)
        return self.answers.pop(0) if self.answers else (200, b'{"result":"0","message":""}')


async def _trickle(writer: asyncio.StreamWriter) -> None:
    """An answer of one byte after another, until the other side hangs up."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await asyncio.sleep(0.02)
