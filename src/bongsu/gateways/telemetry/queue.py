"""The core's way into the queue of readings: what came over HTTP, answered when the queue has it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import nats
from nats.aio.client import Client

from bongsu.core.errors import Unavailable
from bongsu.core.subject import READINGS, servers_of, subject_of

WITHIN_S = 3
US = "bongsu"


class Door(msgspec.Struct, frozen=True):
    """Where the queue is and how we prove ourselves; for one of our own, what `run/nats.json` says."""

    url: str
    user: str = ""
    password: str = ""


class _Kept(msgspec.Struct, frozen=True):
    """JetStream's answer: the stream that has the message, none where it could not take it."""

    stream: str = ""


_kept = msgspec.json.Decoder(_Kept).decode


class _Place(msgspec.Struct, frozen=True):
    """Of `run/nats.json`, which telemetry writes at each start, what we need."""

    host: str
    port: int
    password: str


def door_of(url: str, run: Path) -> Callable[[], Door]:
    """Where the queue is now: the city's own by `url`, else ours, as it was started last.

    What is returned raises Unavailable("telemetry.away") while ours has never been started.
    """

    def find() -> Door:
        if url:
            return Door(url)
        try:
            place = msgspec.json.decode((run / "nats.json").read_bytes(), type=_Place)
        except (OSError, msgspec.MsgspecError):
            raise Unavailable("telemetry.away") from None
        host = f"[{place.host}]" if ":" in place.host else place.host
        return Door(f"nats://{host}:{place.port}", US, place.password)

    return find


class QueueDoor:
    """Publishes into the queue; one connection, opened when it is first needed and anew after any trouble.

    It is never kept through a trouble: a server of ours that started again has another secret.
    """

    def __init__(self, door: Callable[[], Door]) -> None:
        self._door = door
        self._connection: Client | None = None
        self._opening = asyncio.Lock()

    async def publish(self, profile: str, source: str, body: bytes) -> None:
        """Hand a message in; returns when the queue has it. Raises Unavailable("telemetry.away")."""
        connection = await self._open()
        try:
            # nats-py's own JetStream publish costs half as much again.
            answer = await connection.request(subject_of(profile, source), body, timeout=WITHIN_S)
            kept = _kept(answer.data).stream == READINGS
        except (OSError, TimeoutError, nats.errors.Error, msgspec.MsgspecError) as problem:
            await self.close()
            raise Unavailable("telemetry.away") from problem
        if not kept:
            raise Unavailable("telemetry.away")

    async def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError, TimeoutError, nats.errors.Error):
                await connection.close()

    async def _open(self) -> Client:
        async with self._opening:
            if self._connection is None or not self._connection.is_connected:
                door = self._door()
                servers, in_url, secret = servers_of(door.url)
                try:
                    # A server that ends while we come in is tried sixty times by nats-py, two seconds apart.
                    async with asyncio.timeout(WITHIN_S):
                        self._connection = await nats.connect(
                            servers,
                            user=door.user or in_url or None,
                            password=door.password or secret or None,
                            connect_timeout=WITHIN_S,
                            allow_reconnect=False,
                            max_reconnect_attempts=1,
                        )
                except (OSError, TimeoutError, nats.errors.Error) as problem:
                    raise Unavailable("telemetry.away") from problem
            return self._connection
