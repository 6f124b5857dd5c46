"""`bongsu bench ingest`: the real telemetry process at 100,000 readings a second, and the bare limits beside it."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bongsu.benches import fences
from bongsu.benches.ingest import bare, http, overload
from bongsu.benches.ingest.city import PROBES
from bongsu.benches.ingest.plane import Plane
from bongsu.benches.ingest.speaker import Spoken, Task
from bongsu.benches.ngsi import run as updates
from bongsu.core.errors import Unavailable

LIMITS = {
    "cores_at_100k": 1.0, "vs_bare": 0.35, "single_per_core": 25_000, "detect_ms_p99": 250.0,
    "fence_points_per_core": 500_000, "http_us_per_obs": 6.0, "restart_s": 5.0, "report_ratio": 2.0, "unaccounted": 0,
}  # fmt: skip
PER_MESSAGE, SINGLE_PER_S, SINGLE_S = 100, 10_000, 15.0
BARE_MESSAGES = 2_000
DRAINED_WITHIN_S, STILL_S = 180.0, 20.0
WORLD_NICE = 15
NGSI_S = 6.0

Say = Callable[[str], None]
Columns = NDArray[np.float64]


class Said(msgspec.Struct, frozen=True):
    """So many readings in so many seconds, and the CPU they took: of telemetry, its NATS server, and the core.

    `refused` of them the buffer would not take, and said so.
    """

    sent: int
    refused: int
    seconds: float
    cpu_s: float
    nats_cpu_s: float
    core_cpu_s: float


async def run(say: Say, *, devices: int = 1_000_000, per_s: int = 100_000, seconds: float = 60.0) -> dict[str, Any]:
    """Every figure measured, by the names of the reference; `bare` are the limits of the same run."""
    with tempfile.TemporaryDirectory(prefix="bongsu-bench-") as folder:
        plane = Plane(Path(folder), devices)
        try:
            say(f"a platform with {devices:,} devices")
            await plane.furnish()
            figures = await _measured(plane, Path(folder), say, devices, per_s, seconds)
        finally:
            await plane.close()
    say("NGSI-LD, fences")
    ngsi = await updates.run(NGSI_S)
    figures |= {name: ngsi[name] for name in ("subs_cost_ratio", "ngsi_updates_per_core", "ngsi_updates_per_s")}
    figures["fence_points_per_core"] = (await asyncio.to_thread(fences.fence_points_per_core))["fence_points_per_core"]
    return figures | {"limits": LIMITS | updates.LIMITS, "missed": missed(figures) + ngsi["missed"]}


async def _measured(plane: Plane, folder: Path, say: Say, devices: int, per_s: int, seconds: float) -> dict[str, Any]:
    say("the bare limits")
    limits = await asyncio.to_thread(_bare, devices)
    first_s = await plane.start()
    say(f"ready after {first_s:.1f} s; {per_s:,} readings/s for {seconds:.0f} s in messages of {PER_MESSAGE}")
    async with _beside(devices) as carried:
        many = await _load(plane, _task(plane, devices, PER_MESSAGE, per_s, seconds))
    limits["per_core_beside"] = round(carried[0])
    found = np.array(plane.watched.found_ms)
    say(f"one reading a message, {SINGLE_PER_S:,}/s")
    one = await _load(plane, _task(plane, devices, 1, SINGLE_PER_S, SINGLE_S))
    say("HTTP, bodies of 100")
    http_us, posted = await http.us_per_reading(plane, folder, devices)
    sent, refused = many.sent + one.sent + posted, many.refused + one.refused
    await _drained(plane, sent - refused)
    say(f"ten times the load for {overload.OVER_S:.0f} s, with reports")
    over = await _overload(plane, devices, per_s, sent - refused)
    sent, refused = sent + over["sent"], refused + over["refused"]
    books = {
        "unaccounted": sent - refused - over["accounted"], "sent": sent, "refused": refused, "overload": over,
        "quarantined": (await plane.quarantine())["counts"], "http_us_per_obs": round(http_us, 2),
    }  # fmt: skip
    say("restart")
    books["restart_s"] = round(await plane.restart_telemetry(), 2)
    return {**_shares(many, one, found, limits), **books, "bare": limits}


async def _overload(plane: Plane, devices: int, per_s: int, before: int) -> dict[str, Any]:
    asked = per_s * overload.TIMES
    task = _task(plane, devices, PER_MESSAGE, asked, overload.OVER_S)
    loud = msgspec.structs.replace(task, loud=PROBES + 1, nice=WORLD_NICE)

    async def speak() -> tuple[int, int]:
        said.append(await _load(plane, loud, drain=False))
        return said[0].sent, said[0].refused

    async def drain() -> int:
        return await _drained(plane, before + said[0].sent - said[0].refused)

    said: list[Said] = []
    return await overload.measured(plane, speak, drain, asked)


def _shares(many: Said, one: Said, found: Columns, limits: dict[str, int]) -> dict[str, Any]:
    """What a core carries, and how soon something is found."""
    return {
        "cores_at_100k": round(many.cpu_s / many.sent * 100_000, 3),
        "obs_per_core": round(many.sent / many.cpu_s),
        "vs_bare": round(many.sent / many.cpu_s / limits["per_core_beside"], 3),
        "vs_bare_alone": round(many.sent / many.cpu_s / limits["per_core"], 3),
        "nats_cores_at_100k": round(many.nats_cpu_s / many.sent * 100_000, 3),
        "core_cores": round(many.core_cpu_s / many.seconds, 3),
        "per_s": round(many.sent / many.seconds),
        "single_per_core": round(one.sent / one.cpu_s),
        "detect_ms": {"p50": _percentile(found, 50), "p99": _percentile(found, 99), "count": len(found)},
    }


def missed(figures: dict[str, Any]) -> list[str]:
    """Which limits do not hold."""
    least = ("vs_bare", "single_per_core", "fence_points_per_core")
    most = ("cores_at_100k", "http_us_per_obs", "restart_s", "unaccounted")
    wrong = [name for name in least if figures[name] < LIMITS[name]]
    wrong += [name for name in most if figures[name] > LIMITS[name]]
    if figures["overload"]["report_ratio"] > LIMITS["report_ratio"]:
        wrong.append("report_ratio")
    return wrong if (figures["detect_ms"]["p99"] or np.inf) <= LIMITS["detect_ms_p99"] else [*wrong, "detect_ms"]


def _task(plane: Plane, devices: int, readings: int, per_s: int, seconds: float) -> Task:
    """What the gateways do; probes of another part are of other devices, for each may fire once."""
    place = plane.nats()
    return Task(
        url=f"nats://{place['host']}:{place['port']}", user="bongsu", password=place["password"], devices=devices,
        readings=readings, per_s=per_s, seconds=seconds, first_probe=len(plane.watched.found_ms),
    )  # fmt: skip


async def _load(plane: Plane, task: Task, *, drain: bool = True) -> Said:
    """Let the gateways speak, until all they said is accounted for: what was sent, and the CPU it took."""
    before = await plane.accounted()
    words = [sys.executable, "-m", "bongsu.benches.ingest.speaker", msgspec.json.encode(task).decode()]
    speaker = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert speaker.stdout is not None
    if await speaker.stdout.readline() != b"begun\n":
        raise Unavailable("drill.command", command="speaker", status=await speaker.wait(), detail="")
    cpu = np.array(plane.cpu_s())
    began = time.monotonic()
    spoken = msgspec.json.decode(await speaker.stdout.readline(), type=Spoken)
    await speaker.wait()
    seconds = time.monotonic() - began
    if drain:
        await _drained(plane, before + spoken.sent - spoken.refused)
    return Said(spoken.sent, spoken.refused, seconds, *(np.array(plane.cpu_s()) - cpu).tolist())


async def _drained(plane: Plane, expected: int) -> int:
    """Wait until so many readings are accounted for, or no more are for a while; how many are."""
    until = time.monotonic() + DRAINED_WITHIN_S
    count, still = await plane.accounted(), time.monotonic()
    while count < expected and time.monotonic() < until and time.monotonic() - still < STILL_S:
        await asyncio.sleep(0.25)
        if (now := await plane.accounted()) != count:
            count, still = now, time.monotonic()
    return count


@asynccontextmanager
async def _beside(devices: int) -> AsyncIterator[list[float]]:
    """The bare limit beside a load: at the end what a processor carried of it, in readings a second of CPU."""
    task = bare.Task(devices=devices, readings=PER_MESSAGE, count=BARE_MESSAGES)
    words = [sys.executable, "-m", "bongsu.benches.ingest.bare", msgspec.json.encode(task).decode()]
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    process.stdin.write(b"begin\n")
    carried: list[float] = []
    try:
        yield carried
        process.stdin.close()
        carried.append(float(await process.stdout.readline()))
    finally:
        process.stdin.close()
        await process.wait()


def _bare(devices: int) -> dict[str, int]:
    """The best of three of each bare limit on a machine that does nothing else, in readings a second of CPU."""
    scatter, bodies = bare.made(bare.Task(devices=devices, readings=PER_MESSAGE, count=BARE_MESSAGES))
    return {
        "per_core": round(max(scatter.per_second(bodies, PER_MESSAGE) for _ in range(3))),
        "per_core_rows_known": round(max(bare.per_second_without_rows(bodies, PER_MESSAGE) for _ in range(3))),
    }


def _percentile(values: Columns, share: float) -> float | None:
    return round(float(np.percentile(values, share)), 1) if len(values) else None
