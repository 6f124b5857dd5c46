"""Ten times the load for half a minute, while people report emergencies: what they feel of it, and what is shed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import numpy as np

from bongsu.benches.ingest import city
from bongsu.benches.ingest.plane import Plane

TIMES = 10
IDLE_S, OVER_S = 15.0, 30.0
REPORTS_PER_S = 20.0
"""A hundred times a metropolis's; fifty a second are most of a processor for the core alone."""
SETTLES_S = 3.0
"""Reports count from here on in either part: the load is there, and the first connection is made."""
LOUD = city.device(city.PROBES + 1).id
"""The device that tells a thousand times what it should: a thousand readings a second by itself."""

Speak = Callable[[], Awaitable[tuple[int, int]]]
Drain = Callable[[], Awaitable[int]]


async def measured(plane: Plane, speak: Speak, drain: Drain, per_s: int) -> dict[str, Any]:
    """Reports without load, with what `speak` sends, and without it again; `drain` waits until all is accounted for.

    `speak` returns how many readings were sent and how many of them the buffer refused, `drain` how many are accounted
    for since the beginning.
    """
    idle = await _reports(plane, IDLE_S, 0)
    before = (await plane.quarantine())["shed"]
    probes = len(plane.watched.found_ms)
    began = time.monotonic()
    speaking = asyncio.ensure_future(speak())
    over = await _reports(plane, OVER_S, 1)
    sent, refused = await speaking
    seconds = time.monotonic() - began
    accounted = await drain()
    drained_s = time.monotonic() - began - seconds
    idle = np.concatenate([idle, await _reports(plane, IDLE_S, 2)])
    found = np.array(plane.watched.found_ms[probes:])
    return {
        "sent": sent,
        "refused": refused,
        "asked_per_s": per_s,
        "sent_per_s": round(sent / seconds),
        "accounted": accounted,
        "drained_s": round(drained_s, 1),
        **_felt(idle, over),
        "detect_ms": _percentiles(found) if len(found) else None,
        **_shed((await plane.quarantine())["shed"], before),
    }


def _felt(idle: Any, over: Any) -> dict[str, Any]:
    """What people who report feel of the load: milliseconds from the first byte to the committed answer."""
    return {
        "reports": len(idle) + len(over),
        "report_ms_idle": _percentiles(idle),
        "report_ms": _percentiles(over),
        "report_ratio": round(float(np.percentile(over, 99) / np.percentile(idle, 99)), 2),
    }


def _shed(shed: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    """How many readings were shed, of how many sources; of those who kept their pace, and of the loud device."""
    fresh = {name: count - before.get(name, 0) for name, count in shed.items()}
    return {
        "shed": sum(fresh.values()),
        "shed_sources": sum(count > 0 for count in fresh.values()),
        "shed_of_the_calm": sum(fresh.get(f"GW-{at}", 0) for at in range(city.CALM)),
        "shed_of_the_loud_device": fresh.get(LOUD, 0),
    }


async def _reports(plane: Plane, seconds: float, part: int) -> Any:
    """Report steadily; how long each took from the first byte to the committed answer, in milliseconds."""
    took: list[float] = []
    headers = {"Authorization": f"Bearer {plane.key}"}
    async with httpx.AsyncClient(base_url=plane.url, headers=headers, trust_env=False, timeout=30.0) as callers:
        began, number = time.monotonic(), 0
        async with asyncio.TaskGroup() as calls:
            while (passed := time.monotonic() - began) < seconds:
                body = _report(number, part)
                calls.create_task(_call(callers, body, took if passed > SETTLES_S else []))
                number += 1
                await asyncio.sleep(max(0.0, began + number / REPORTS_PER_S - time.monotonic()))
    return np.array(took)


async def _call(callers: httpx.AsyncClient, body: dict[str, object], took: list[float]) -> None:
    began = time.perf_counter()
    (await callers.post("/v1/reports", json=body)).raise_for_status()
    took.append((time.perf_counter() - began) * 1000)


def _report(number: int, part: int) -> dict[str, object]:
    """A robbery each; a kilometre between any two."""
    lon, lat = 126.0 + number % 60 / 100, 36.0 + number // 60 / 100 + part * 0.5
    moment = datetime.now(UTC).isoformat()
    return {
        "key": f"{part}-{number}", "occurrence": f"{part}-{number}", "step": "10", "kind": "robbery",
        "occurred_at": moment, "lon": lon, "lat": lat, "accuracy_m": 10.0, "status": "Exercise",
    }  # fmt: skip


def _percentiles(values: Any) -> dict[str, float]:
    return {f"p{share}": round(float(np.percentile(values, share)), 1) for share in (50, 99)}
