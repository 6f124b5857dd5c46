"""`python -m bongsu.drills.faults.relay HOST PORT TO`: a TCP line in front of a loopback port, which can go silent.

Silent, it swallows what comes and says nothing: nobody is told that the connection is of no use, as when a cable is
cut somewhere on the way. One word a line on standard input: `open`, `silent` (both ways), `deaf` (the
answers alone are swallowed).
"""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum

CHUNK = 65_536


class Mode(StrEnum):
    """What the line does."""

    OPEN = "open"
    SILENT = "silent"
    DEAF = "deaf"


class Relay:
    """The line; `swallowed` counts the bytes that went nowhere."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self.mode = Mode.OPEN
        self.swallowed = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection; one that has lost bytes never works again."""
        try:
            onward, back = await asyncio.open_connection("127.0.0.1", self._to_port)
        except OSError:
            writer.transport.abort()
            return
        ways = (self._pass(reader, back, answers=False), self._pass(onward, writer, answers=True))
        try:
            await asyncio.gather(*ways)
        finally:
            for end in (writer, back):
                end.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool) -> None:
        lost = False
        try:
            while data := await source.read(CHUNK):
                lost = lost or self.mode is Mode.SILENT or (answers and self.mode is Mode.DEAF)
                if lost:
                    self.swallowed += len(data)
                    continue
                sink.write(data)
                await sink.drain()
            if not lost:
                sink.write_eof()
        except OSError:
            return


async def serve(host: str, port: int, to_port: int) -> None:
    """Carry connections until standard input closes."""
    relay = Relay(to_port)
    server = await asyncio.start_server(relay.carry, host, port)
    words = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(words), sys.stdin)
    while line := await words.readline():
        relay.mode = Mode(line.decode().strip())
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
