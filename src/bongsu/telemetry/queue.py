"""The queue readings wait in: our own NATS server as a child, or the city's by URL; how we come to it and leave it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from nats.aio.client import Client

from bongsu.settings import Settings, TelemetrySettings
from bongsu.telemetry.nats.callout import RoleOf
from bongsu.telemetry.nats.config import US
from bongsu.telemetry.nats.connect import connect, judge_who_connects
from bongsu.telemetry.nats.credentials import Credentials
from bongsu.telemetry.nats.nkey import Signer
from bongsu.telemetry.nats.pull import Pull
from bongsu.telemetry.nats.server import Server, place_at

GIB = 1024**3
OURS_WITHIN_S, THEIRS_WITHIN_S = 5.0, 15.0
"""Told to come back for ever, nats-py tries for ever at first too, and nobody would start ours again, or hear of a
wrong secret of theirs. The process ends, and its parent starts it anew: seconds of a processor, so not at once.
"""


class Queue:
    """The stream of readings, open; `server` is None where the city's own NATS is used."""

    def __init__(self, stream: Pull, connection: Client, server: Server | None) -> None:
        self.stream = stream
        self._connection = connection
        self.server = server

    async def run(self) -> None:
        """Keep our own server alive; of the city's there is nothing to keep."""
        if self.server is not None:
            await self.server.run()
        else:
            await asyncio.Event().wait()

    async def close(self) -> None:
        """Leave it, and end our own server."""
        await self._connection.close()
        if self.server is not None:
            await self.server.end()


async def open_queue(settings: Settings) -> Queue:
    """Start our own server, or come to the city's. Raises Unavailable("telemetry.nats", "telemetry.nats_missing")."""
    told = settings.telemetry
    if told.nats:
        return await _come(told, settings.folder / "telemetry", told.nats)
    folder, run = settings.folder / "nats", settings.folder / "run"
    for one in (folder, run):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = place_at(told.host, told.port, told.mqtt_port, run / "nats.json")
    signer = Signer()
    server = Server(folder, place, signer.account, int(told.queue_gb * GIB))
    await server.start()
    role_of = Credentials(settings.folder / "telemetry").role_of
    return await _come(
        told, settings.folder / "telemetry", place.url, server, password=place.password, judged=(signer, role_of)
    )


async def _come(
    told: TelemetrySettings,
    folder: Path,
    url: str,
    server: Server | None = None,
    *,
    password: str = "",
    judged: tuple[Signer, RoleOf] | None = None,
) -> Queue:
    """Connect, and open the stream; where the server is ours, who connects is asked of us from now on."""
    streams: list[Pull] = []

    async def renewed() -> None:
        for stream in streams:
            await stream.renew()

    within_s = THEIRS_WITHIN_S if server is None else OURS_WITHIN_S
    user = "" if server is None else US
    connection = await connect(url, user=user, password=password, renewed=renewed, within_s=within_s)
    stream = Pull(connection, floor=folder / "floor")
    streams.append(stream)
    await stream.open(max_bytes=int(told.queue_gb * GIB), max_age_s=told.queue_h * 3600)
    if judged is not None:  # only now: what a device tells before there is a stream is acknowledged, and nobody's
        await judge_who_connects(connection, *judged)
    return Queue(stream, connection, server)
