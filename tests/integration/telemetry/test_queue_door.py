"""The core's way into the queue: whoever cannot come in is told so in seconds, whatever the other side does."""

from __future__ import annotations

import asyncio
import time

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
