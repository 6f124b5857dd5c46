"""What a viewer costs the gateway, and how soon each stops getting anything once the right to watch is taken back."""

from __future__ import annotations

import asyncio
import os
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from bongsu.benches.video.crowd import SESSION
from bongsu.benches.video.remux import MANY, Say, busy_percent, cameras, speaking
from bongsu.core.stream import Addresses
from bongsu.drills import processes
from bongsu.drills.measure import percentile
from bongsu.gateways.video.link import VideoLink

CAMERAS = 8
FEW, VIEWERS = 8, 150
SETTLE_S = 3.0
APART_S = 0.06
AFTER_S = 1.0


async def measure(folder: Path, *, window_s: float, say: Say) -> dict[str, Any]:
    """The marginal viewer's cost, and the time from taking a right back to the viewer's last byte."""
    folder.mkdir(parents=True)
    async with cameras() as url, _gateway(folder, url) as gateway:
        few = await _with_crowd(gateway, folder, FEW, window_s)
        many = await _with_crowd(gateway, folder, VIEWERS, window_s, cut=True)
    marginal = (many.busy - few.busy) / (VIEWERS - FEW)
    say(f"viewing: {FEW} viewers {few.busy:.1f} %, {VIEWERS} viewers {many.busy:.1f} % of a core")
    return {
        "viewers": VIEWERS,
        "viewers_per_core": int(100 / marginal),
        "gateway_percent": {str(FEW): round(few.busy, 1), str(VIEWERS): round(many.busy, 1)},
        "frames_a_viewer_s": round(many.frames_s, 2),
        "revoke_ms": {"p50": round(percentile(many.cut_ms, 0.5)), "p99": round(percentile(many.cut_ms, 0.99))},
        "revoked": len(many.cut_ms),
        "streams_seen": MANY,
    }


class _Gateway(msgspec.Struct, frozen=True):
    port: int
    process: Process
    link: VideoLink


class _Seen(msgspec.Struct, frozen=True):
    busy: float
    frames_s: float
    cut_ms: list[float]


@asynccontextmanager
async def _gateway(folder: Path, url: str) -> AsyncIterator[_Gateway]:
    """The product's video process, and the core's end of its local socket."""
    port = processes.free_port()
    config = folder / "bongsu.toml"
    config.write_text(f'data = "{folder}"\n[video]\nport = {port}\nmax_cameras = {MANY}\n', "utf-8")
    holds: dict[str, int | None] = dict.fromkeys((f"session:{SESSION}", *(f"grant:g{at}" for at in range(VIEWERS))))
    link = VideoLink(
        folder / "run" / "video.sock",
        lambda: holds,
        lambda: Addresses(template=f"{url}/{{id}}"),
        lambda watched: None,
        lambda camera: None,
    )
    process = await processes.start((*processes.BONGSU, "part", "video", "--config", str(config)), folder / "video.log")
    core = asyncio.create_task(link.run())
    try:
        async with asyncio.timeout(60):
            while not link.alive:
                await asyncio.sleep(0.05)
        yield _Gateway(port, process, link)
    finally:
        core.cancel()
        await processes.end(process)


async def _with_crowd(gateway: _Gateway, folder: Path, viewers: int, window_s: float, *, cut: bool = False) -> _Seen:
    crowd, _ = await speaking("bongsu.benches.video.crowd", str(gateway.port), str(folder), str(viewers), str(CAMERAS))
    try:
        await asyncio.sleep(SETTLE_S)
        began = time.monotonic()
        busy = await busy_percent(gateway.process.pid, window_s)
        cut_at = await _take_back(gateway.link, viewers) if cut else []
        seen = await _ask(crowd)
        frames_s = sum(frames for _, frames in seen) / viewers / (time.monotonic() - began + SETTLE_S)
        return _Seen(busy, frames_s, [1000 * max(0.0, last - at) for at, (last, _) in zip(cut_at, seen, strict=False)])
    finally:
        await processes.end(crowd)


async def _take_back(link: VideoLink, viewers: int) -> list[float]:
    """Drop one right after another, each at another moment of the cameras' beat; when each was dropped."""
    at: list[float] = []
    for number in range(viewers):
        at.append(time.monotonic())
        link.drop(f"grant:g{number}")
        await asyncio.sleep(APART_S)
    await asyncio.sleep(AFTER_S)
    return at


async def _ask(crowd: Process) -> list[tuple[float, int]]:
    if crowd.stdin is None or crowd.stdout is None:
        raise RuntimeError(os.strerror(0))
    crowd.stdin.write(b"\n")
    return msgspec.json.decode(await crowd.stdout.readline(), type=list[tuple[float, int]])
