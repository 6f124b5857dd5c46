"""What the HTTP door costs the server a reading, in bodies of a hundred."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from pathlib import Path

import httpx
import msgspec

from bongsu.benches.ingest.city import TIME, messages
from bongsu.benches.ingest.http_server import KEY, Task
from bongsu.benches.ingest.plane import Plane, cpu_of
from bongsu.core.errors import Unavailable
from bongsu.drills import processes

READINGS, CLIENTS, SECONDS, WARM_S, UP_WITHIN_S = 100, 4, 8.0, 1.0, 30.0


async def us_per_reading(plane: Plane, folder: Path, devices: int) -> tuple[float, int]:
    """Microseconds of the server's CPU a reading, and how many readings were sent in all."""
    place = plane.nats()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"nats://{place['host']}:{place['port']}"
    task = Task(port=port, url=url, user="bongsu", password=place["password"])
    command = [sys.executable, "-m", "bongsu.benches.ingest.http_server", msgspec.json.encode(task).decode()]
    server = await processes.start(command, folder / "http.log")
    bodies = [body for source, body in messages(devices, READINGS, 400) if source == "GW-0"]
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await _up(client)
            warm = sum(await asyncio.gather(*(_post(client, bodies, WARM_S) for _ in range(CLIENTS))))
            before = cpu_of(server.pid)
            sent = sum(await asyncio.gather(*(_post(client, bodies, SECONDS) for _ in range(CLIENTS))))
            return (cpu_of(server.pid) - before) / sent * 1e6, warm + sent
    finally:
        await processes.end(server)


async def _up(client: httpx.AsyncClient) -> None:
    until = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < until:
        try:
            await client.get("/")
            return
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    raise Unavailable("drill.slow", command="http_server", seconds=UP_WITHIN_S)


async def _post(client: httpx.AsyncClient, bodies: list[bytes], seconds: float) -> int:
    """One client, a body after another; how many readings were taken."""
    until, sent = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        body = bodies[sent // READINGS % len(bodies)].replace(TIME, str(time.time_ns() // 1_000_000).encode())
        answer = await client.post("/v1/observations", content=body, headers={"Authorization": f"Bearer {KEY}"})
        assert answer.json()["queued"] == READINGS
        sent += READINGS
    return sent
