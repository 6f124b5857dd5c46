"""A message centre: takes letters over HTTP and keeps them, telling nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec


class Centre:
    """Every letter that came, in order, each key once."""

    def __init__(self, key: str) -> None:
        self._key = f"bearer {key}"
        self.letters: dict[str, dict[str, Any]] = {}
        self.strangers = 0

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one letter and answer it."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n") if ": " in line)
            letter = msgspec.json.decode(await reader.readexactly(int(fields["content-length"])))
        except (asyncio.IncompleteReadError, KeyError, ValueError, msgspec.DecodeError):
            writer.close()
            return
        known = fields.get("authorization") == self._key.lower()
        if known:
            self.letters[str(letter["key"])] = letter
        else:
            self.strangers += 1
        status = "202 Accepted" if known else "401 Unauthorized"
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def opened(key: str, port: int) -> AsyncIterator[Centre]:
    """A centre that listens on loopback."""
    centre = Centre(key)
    server = await asyncio.start_server(centre.hear, "127.0.0.1", port)
    try:
        yield centre
    finally:
        server.close()
        await server.wait_closed()
