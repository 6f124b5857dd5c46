"""Updates a second through the routes and onto the disk: in batches of 100, and one by one with 32 under way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

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
HEADERS = [(b"content-type", b"application/json"), (b"authorization", b"Bearer key")]
ROOT = "/ngsi-ld/v1"

Call = Callable[[str, str, object], Awaitable[int]]
"""One request over bare ASGI, so that what is measured is the door and not an HTTP client; its status."""


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
    call = _caller(Litestar(sharing.routes(), openapi_config=None))
    try:
        for start in range(0, ENTITIES, BATCH):
            await _upsert(call, start, 0)
        single = await _during(seconds, UNDER_WAY, lambda n: _patch(call, n), commits)
        batch = await _during(seconds, 4, lambda n: _upsert(call, n * BATCH % ENTITIES, n), commits)
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


async def _patch(call: Call, n: int) -> int:
    path = f"{ROOT}/entities/{_name(n * 7919 % ENTITIES)}/attrs"
    status = await call("PATCH", path, {"temperature": {"type": "Property", "value": n}})
    assert status == 204, status
    return 1


async def _upsert(call: Call, start: int, n: int) -> int:
    status = await call("POST", f"{ROOT}/entityOperations/upsert", [_entity(start + row, n) for row in range(BATCH)])
    assert status in (201, 204), status
    return BATCH


def _caller(app: Litestar) -> Call:
    async def call(method: str, path: str, body: object) -> int:
        content, status = msgspec.json.encode(body), 0

        async def receive() -> Any:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)

        length = (b"content-length", str(len(content)).encode())
        scope: Any = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"",
            "headers": [*HEADERS, length], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2), "extensions": {},
        }  # fmt: skip
        await app(scope, receive, send)
        return status

    return call


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
