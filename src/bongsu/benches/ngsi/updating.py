"""Updates a second through the routes and onto the disk: in batches of 100, and one by one with 32 under way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
from litestar import Litestar

from bongsu.city import City
from bongsu.core.asset import Ground
from bongsu.core.clock import wall_clock
from bongsu.core.report import Partner
from bongsu.desk.board import Board
from bongsu.settings import CameraSettings, Settings
from bongsu.sharing import Sharing
from bongsu.store import Store

ENTITIES = 10_000
BATCH = 100
UNDER_WAY = 32
JSON = {"Content-Type": "application/json", "Authorization": "Bearer key"}
ROOT = "http://hub/ngsi-ld/v1"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured: by the wall clock, by this process's CPU, and how often the disk was waited for."""

    per_s: float
    per_core: float
    fsyncs_per_s: float


async def measure(folder: Path, seconds: float) -> tuple[Measured, Measured]:
    """Single updates and batched ones, each for some seconds, over a store in this folder."""
    store = Store(folder)
    commits = [0]
    store.db.committed = lambda pieces, took: commits.__setitem__(0, commits[0] + 1)
    partner = Partner(code="HUB", name="hub", agency="hub", may_share=True)
    city = City((), Ground(), CameraSettings())
    settings = msgspec.structs.replace(Settings(), data=str(folder))
    sharing = Sharing(settings, store, lambda: city, Board(), lambda key: partner, wall_clock)
    running = asyncio.create_task(sharing.run())
    app: Any = Litestar(sharing.routes(), openapi_config=None)  # httpx is stricter about ASGI than Litestar is
    transport = httpx.ASGITransport(app)
    try:
        async with httpx.AsyncClient(transport=transport, headers=JSON) as client:
            for start in range(0, ENTITIES, BATCH):
                await _upsert(client, start, 0)
            single = await _during(seconds, UNDER_WAY, lambda n: _patch(client, n), commits)
            batch = await _during(seconds, 4, lambda n: _upsert(client, n * BATCH % ENTITIES, n), commits)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        store.close()
    return single, batch


async def _during(
    seconds: float, under_way: int, update: Callable[[int], Awaitable[int]], commits: list[int]
) -> Measured:
    """Keep so many requests under way for some seconds; every one must be acknowledged."""
    done, number = 0, iter(range(1 << 40))
    before, cpu, begun = commits[0], time.process_time(), time.perf_counter()

    async def go_on() -> None:
        nonlocal done
        while time.perf_counter() - begun < seconds:
            updated = await update(next(number))
            done += updated  # only now: others counted while this one waited

    await asyncio.gather(*(go_on() for _ in range(under_way)))
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    return Measured(per_s=done / took, per_core=done / used, fsyncs_per_s=(commits[0] - before) / took)


async def _patch(client: httpx.AsyncClient, n: int) -> int:
    url = f"{ROOT}/entities/{_name(n * 7919 % ENTITIES)}/attrs"
    answer = await client.patch(url, content=msgspec.json.encode({"temperature": {"type": "Property", "value": n}}))
    assert answer.status_code == 204, answer.text
    return 1


async def _upsert(client: httpx.AsyncClient, start: int, n: int) -> int:
    body = msgspec.json.encode([_entity(start + row, n) for row in range(BATCH)])
    answer = await client.post(f"{ROOT}/entityOperations/upsert", content=body)
    assert answer.status_code in (201, 204), answer.text
    return BATCH


def _entity(row: int, n: int) -> dict[str, Any]:
    """A device of five attributes."""
    return {
        "id": _name(row),
        "type": "Device",
        "temperature": {"type": "Property", "value": n, "unitCode": "CEL", "observedAt": "2026-11-22T03:00:00Z"},
        "batteryLevel": {"type": "Property", "value": 0.75},
        "deviceState": {"type": "Property", "value": "ok"},
        "controlledAsset": {"type": "Relationship", "object": "urn:ngsi-ld:WasteContainer:1"},
        "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [127.1, 37.5]}},
    }


def _name(row: int) -> str:
    return f"urn:ngsi-ld:Device:{row}"
