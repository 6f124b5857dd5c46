"""What a stream costs: read and made MP4 of by the gateway's parts, with and without recording, beside bare PyAV."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bongsu.drills import processes

RUNS = 3
STREAMS = 16
MANY = 48
SETTLE_S = 2.0
WITHIN_S = 60.0
_TICKS_A_S = os.sysconf("SC_CLK_TCK")

Say = Callable[[str], None]


async def measure(folder: Path, *, window_s: float, say: Say) -> dict[str, Any]:
    """Processor time a stream in percent of a core, each way in turn, three times; and the ratios of their medians."""
    async with cameras() as url:
        found: dict[str, list[float]] = {"bare": [], "ours": [], "recorded": []}
        for turn in range(1, RUNS + 1):
            for how, costs in found.items():
                costs.append(await _cost(how, folder / f"{how}{turn}", urls(url, STREAMS), window_s))
                say(f"remux {turn} of {RUNS}: {how} {costs[-1]:.3f} % of a core a stream, {STREAMS} at once")
        many = [await _cost("ours", folder / f"many{turn}", urls(url, MANY), window_s) for turn in range(RUNS)]
        say(f"remux: ours {statistics.median(many):.3f} % of a core a stream, {MANY} at once, median of {RUNS}")
    medians = {how: statistics.median(costs) for how, costs in found.items()}
    return {
        "remux_vs_bare": round(medians["ours"] / medians["bare"], 2),
        "recorded_vs_bare": round(medians["recorded"] / medians["bare"], 2),
        "stream_percent": {how: [round(cost, 3) for cost in costs] for how, costs in found.items()},
        "streams": MANY,
        "streams_per_core": int(100 / statistics.median(many)),
        "many_percent": [round(cost, 3) for cost in many],
    }


def urls(url: str, count: int) -> list[str]:
    """So many cameras."""
    return [f"{url}/{number}" for number in range(count)]


@asynccontextmanager
async def cameras() -> AsyncIterator[str]:
    """The process that plays the cameras; where they are."""
    process, line = await speaking("bongsu.benches.video.source")
    try:
        yield f"rtsp://127.0.0.1:{line}"
    finally:
        await processes.end(process)


async def speaking(module: str, *words: str) -> tuple[Process, str]:
    """A process of the bench's, and the first line it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *words, stdin=PIPE, stdout=PIPE, limit=2**24, process_group=0
    )
    if process.stdout is None:
        raise RuntimeError(module)
    line = await asyncio.wait_for(process.stdout.readline(), WITHIN_S)
    if not line:
        raise RuntimeError(f"{module} ended with {await process.wait()}")
    return process, line.decode().strip()


async def _cost(how: str, folder: Path, targets: Sequence[str], window_s: float) -> float:
    process, _ = await speaking("bongsu.benches.video.readers", how, str(folder), *targets)
    try:
        await asyncio.sleep(SETTLE_S)
        return await busy_percent(process.pid, window_s) / len(targets)
    finally:
        await processes.end(process)


async def busy_percent(pid: int, window_s: float) -> float:
    """How much of a core a process takes over a while, all its threads together, in percent."""
    clock = asyncio.get_running_loop().time
    before, began = cpu_s(pid), clock()
    await asyncio.sleep(window_s)
    return 100 * (cpu_s(pid) - before) / (clock() - began)


def cpu_s(pid: int) -> float:
    """Processor seconds a process has taken so far (proc(5), utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_S
