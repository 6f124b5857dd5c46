"""The core's way into the queue: whoever cannot come in is told so in seconds, whatever the other side does."""

from __future__ import annotations

import asyncio
import time

import msgspec
import pytest

from bongsu.core.errors import Unavailable
from bongsu.gateways.telemetry.queue import WITHIN_S, Door, QueueDoor, door_of


async def test_a_server_that_hangs_up_at_once_is_away_within_seconds():
    async def hang_up(_reader, writer):
        writer.transport.abort()
        server.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    door = QueueDoor(lambda: Door(f"nats://127.0.0.1:{port}"))
    began = time.monotonic()
    with pytest.raises(Unavailable, match="telemetry.away"):
        await door.publish("json", "GW-1", b"{}")
    assert time.monotonic() - began < WITHIN_S + 2


async def test_a_queue_that_was_never_started_is_away(tmp_path):
    with pytest.raises(Unavailable, match="telemetry.away"):
        await QueueDoor(door_of("", tmp_path)).publish("json", "GW-1", b"{}")


async def test_a_message_the_queue_refuses_is_told_to_whoever_hands_it_in():
    """A server that has no room answers so; what it answers is NATS's own word for it (error 10167)."""
    refused = {"type": "io.nats.jetstream.api.v1.pub_ack_response", "stream": "", "seq": 0}
    refused |= {"error": {"code": 429, "err_code": 10167, "description": "too many requests"}}

    async def answer(reader, writer):
        writer.write(b'INFO {"server_id":"A","version":"2.12.0","max_payload":1048576,"headers":true}\r\n')
        while line := await reader.readline():
            words = line.split()
            if words[0] == b"PING":
                writer.write(b"PONG\r\n")
            elif words[0] == b"SUB":
                inbox, number = words[1], words[-1]
            elif words[0] == b"PUB":
                await reader.readline()
                told, body = words[2], msgspec.json.encode(refused)
                assert told.startswith(inbox.rstrip(b"*"))
                writer.write(b"MSG %b %b %d\r\n%b\r\n" % (told, number, len(body), body))

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    door = QueueDoor(lambda: Door(f"nats://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
    with pytest.raises(Unavailable, match="telemetry.away"):
        await door.publish("json", "GW-1", b"{}")
    await door.close()
    server.close()
