"""Does an import disturb those who report? Fifty reports a second, idle, and while a metropolis is brought in.

A real `bongsu serve` in processes of its own on loopback, over a made city; every report is timed from the moment it
was due, so that a stall counts for all that wait in it; the imports are the real command in a process of its own.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from bongsu.benches import registers
from bongsu.core.errors import Unavailable
from bongsu.core.geo import Plane
from bongsu.drills import processes
from bongsu.world import maker, scene

REPORTS_A_SECOND = 50
IDLE_S = 20.0
ROUNDS = 3
READY_WITHIN_S = 180.0
ANSWER_WITHIN_S = 30.0
CODE = "BENCH"
CASES, MOVES_EVERY = 40, 4
"""So many cases stand open; every fourth word of a case says that it is elsewhere now."""
LIMITS = {"ratio": 2.0}
KEY_NAME = f"BONGSU_PARTNER_{CODE}_KEY"
LAYERS = {"cctv": (), "facilities": ("--kind", "lamp"), "boundaries": ()}


async def run(
    cctv: Path | None, lamps: Path | None, boundaries: Path | None, *, idle_s: float = IDLE_S, **sizes: int
) -> dict[str, Any]:
    """How long reports took in ms while idle and while imports ran, in each round; `ratio` is their p99's median."""
    with tempfile.TemporaryDirectory(prefix="bongsu-bench-") as folder:
        made = registers.write(Path(folder) / "registers", **sizes)
        given = tuple(real or written for real, written in zip((cctv, lamps, boundaries), made, strict=True))
        async with _platform(Path(folder)) as (data, sender):
            await sender.for_seconds(idle_s / 4)
            rounds = [await _round(sender, data, given, idle_s) for _ in range(ROUNDS)]
    return {
        "ratio": statistics.median(one["ratio"] for one in rounds),
        "limits": LIMITS,
        "rounds": rounds,
        "files": [path.name for path in given],
        "real": [path.name for path in (cctv, lamps, boundaries) if path is not None],
    }


async def _round(sender: Sender, data: Path, given: tuple[Path, ...], idle_s: float) -> dict[str, Any]:
    """All files brought in once; idle is as long before it as after it, for a noisy machine has no one idle."""
    before = await sender.for_seconds(idle_s / 2)
    took_s, during = await sender.beside(_import_all(data, given))
    idle, busy = _of(before + await sender.for_seconds(idle_s / 2)), _of(during)
    return {"ratio": round(busy["p99_ms"] / idle["p99_ms"], 2), "idle": idle, "during": busy, "import_s": took_s}


async def _import_all(data: Path, given: tuple[Path, ...]) -> dict[str, float]:
    """Bring the files in one after the other through the command; how long each took."""
    took: dict[str, float] = {}
    for (layer, more), path in zip(LAYERS.items(), given, strict=True):
        began = time.perf_counter()
        await processes.run(*processes.BONGSU, "import", layer, str(path), *more, "--data", str(data), within_s=300.0)
        took[layer] = round(time.perf_counter() - began, 2)
    return took


class Sender:
    """A partner that reports at a steady pace, whatever becomes of the reports before."""

    def __init__(self, client: httpx.AsyncClient, places: list[tuple[float, float]]) -> None:
        self._client = client
        self._places = places
        self._number = 0

    async def for_seconds(self, seconds: float) -> list[float]:
        """Report for so long; the time each answer took, ms from when its report was due."""
        return await self._until(asyncio.get_running_loop().time() + seconds, asyncio.Event())

    async def beside(self, work: Any) -> tuple[dict[str, float], list[float]]:
        """Report for as long as some work takes; what it gives and the times."""
        over = asyncio.Event()
        reporting = asyncio.create_task(self._until(float("inf"), over))
        try:
            done: dict[str, float] = await work
        finally:
            over.set()
            times = await reporting
        return done, times

    async def _until(self, end: float, over: asyncio.Event) -> list[float]:
        loop = asyncio.get_running_loop()
        due, waiting = loop.time(), []
        while due < end and not over.is_set():
            await asyncio.sleep(max(0.0, due - loop.time()))
            waiting.append(asyncio.create_task(self._report(due)))
            due += 1 / REPORTS_A_SECOND
        return list(await asyncio.gather(*waiting))

    async def _report(self, due: float) -> float:
        """Tell of one of the standing cases: it is opened, told more of, and now and then it moves."""
        turn, case = divmod(self._number, CASES)
        self._number += 1
        lon, lat = self._places[(case + turn // MOVES_EVERY * CASES) % len(self._places)]
        told = {
            "key": f"K{self._number}",
            "occurrence": f"O{case}",
            "step": "40" if turn else "10",
            "kind": "robbery",
            "occurred_at": datetime.now(UTC).isoformat(),
            "lon": lon,
            "lat": lat,
            "text": f"word {turn}",
            "status": "Exercise",
        }
        answer = await self._client.post("/v1/reports", json=told)
        if answer.status_code != 200:
            detail = answer.text[:300]
            raise Unavailable("drill.command", command="POST /v1/reports", status=answer.status_code, detail=detail)
        return (asyncio.get_running_loop().time() - due) * 1000


@asynccontextmanager
async def _platform(folder: Path) -> AsyncIterator[tuple[Path, Sender]]:
    """A platform over the made city, and its reporter; ended with the block."""
    maker.make(folder / "city", 1)
    data, key = folder / "data", secrets.token_urlsafe(32)
    await processes.run(*processes.BONGSU, "import", "osm", str(folder / "city" / "city.osm.pbf"), "--data", str(data))
    await processes.run(*processes.BONGSU, "import", "cctv", str(folder / "city" / "cctv.csv"), "--data", str(data))
    web, video = processes.free_port(), processes.free_port()
    config = folder / "bongsu.toml"
    config.write_text(_settings(web, video), "utf-8")
    serving = await processes.start(
        (*processes.BONGSU, "serve", "--config", str(config)), folder / "serve.log", {KEY_NAME: key}
    )
    url, bearer = f"http://127.0.0.1:{web}", {"Authorization": f"Bearer {key}"}
    try:
        async with httpx.AsyncClient(base_url=url, headers=bearer, timeout=ANSWER_WITHIN_S) as client:
            await _ready(client)
            yield data, Sender(client, _places(folder / "city"))
    finally:
        await processes.end(serving)


async def _ready(client: httpx.AsyncClient) -> None:
    for _ in range(int(READY_WITHIN_S / 0.2)):
        try:
            if (await client.get("/healthz")).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.2)
    raise Unavailable("drill.slow", command="serve", seconds=READY_WITHIN_S)


def _places(city: Path) -> list[tuple[float, float]]:
    """Where things happen: near cameras of the made city."""
    cameras, chance = scene.load(city).cameras, random.Random(3)
    spots = []
    for camera in chance.choices(cameras, k=500):
        there = Plane(camera.where).to_point(chance.gauss(0, 40), chance.gauss(0, 40))
        spots.append((there.lon, there.lat))
    return spots


def _of(times: list[float]) -> dict[str, float]:
    p50, p99, p999 = np.percentile(times, (50, 99, 99.9))
    return {
        "reports": len(times),
        "p50_ms": round(float(p50), 2),
        "p99_ms": round(float(p99), 2),
        "p99_9_ms": round(float(p999), 2),
        "worst_ms": round(max(times), 2),
    }


def _settings(web: int, video: int) -> str:
    return f"""data = "data"
[city]
code = "BENCH"
[web]
port = {web}
public_url = "http://127.0.0.1:{web}"
[video]
port = {video}
public_url = "ws://127.0.0.1:{video}"
[[partners]]
code = "{CODE}"
name = "bench"
agency = "bench"
[services.police_video]
kinds = ["robbery"]
"""
