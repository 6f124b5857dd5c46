"""The bare limits, measured in the same run: what the machine allows with no platform in between."""

from __future__ import annotations

import asyncio
import os
import random
import time
from pathlib import Path

import av
import httpx

COMMITS = 200
COMMIT_BYTES = 4096
GROUP_S = 2.0


def commits_ms(folder: Path) -> list[float]:
    """How long it takes to append 4 KiB to a file and fsync it, many times: no commit can be faster."""
    path = folder / "bare-commit.bin"
    took: list[float] = []
    with path.open("ab", buffering=0) as file:
        for _ in range(COMMITS):
            began = time.monotonic()
            file.write(b"\0" * COMMIT_BYTES)
            os.fsync(file.fileno())
            took.append((time.monotonic() - began) * 1000)
    path.unlink()
    return took


async def round_trips_ms(url: str, count: int = 100) -> list[float]:
    """How long a request takes to the platform and back that does nothing (GET /healthz)."""
    took: list[float] = []
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        for _ in range(count):
            began = time.monotonic()
            await http.get("/healthz")
            took.append((time.monotonic() - began) * 1000)
    return took


def first_keyframe_ms(url: str) -> float:
    """Open a camera's RTSP stream with nothing but the library, and wait for the first picture it decodes."""
    began = time.monotonic()
    options = {"rtsp_transport": "tcp", "analyzeduration": "0", "probesize": "32"}
    with av.open(url, options=options, timeout=10.0) as stream:
        for packet in stream.demux(video=0):
            if packet.decode():
                break
    return (time.monotonic() - began) * 1000


async def keyframes_ms(template: str, cameras: list[str], chance: random.Random) -> list[float]:
    """The first-picture time of each camera, one after the other, begun at any point of its group of pictures."""
    took: list[float] = []
    for camera in cameras:
        await asyncio.sleep(chance.uniform(0.0, GROUP_S))
        took.append(await asyncio.to_thread(first_keyframe_ms, template.format(id=camera)))
    return took
