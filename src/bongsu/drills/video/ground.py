"""The ground of the video drill: a small city whose few cameras are mortal, all of them recorded."""

from __future__ import annotations

import asyncio
import csv
import io
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from bongsu.core.geo import Point, distance_m
from bongsu.drills import processes
from bongsu.drills.police_video import ground as common
from bongsu.drills.police_video.ground import Ground, Tell
from bongsu.drills.police_video.plan import Plan as Pieces
from bongsu.drills.video.plan import Plan
from bongsu.world.camera.mortal import Ailment, Told
from bongsu.world.police112.stories import KINDS

LON, LAT = "WGS84경도", "WGS84위도"
MBPS = 10
"""More than a well camera of the drill ever sends, and less than one that cannot stop."""

MORTAL = (sys.executable, "-m", "bongsu.world.camera.mortal")


class Cameras:
    """The process of the cameras, and the word to them."""

    def __init__(self, process: Process) -> None:
        self.process = process

    async def make(self, camera: str, ailment: Ailment) -> None:
        """Make a camera ill, or well again."""
        if self.process.stdin is None:
            raise RuntimeError(camera)
        self.process.stdin.write(msgspec.json.encode(Told(camera, ailment)) + b"\n")
        await self.process.stdin.drain()


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What stands while the drill runs."""

    ground: Ground
    cameras: Cameras
    video_pid: int


async def furnish(ground: Ground, plan: Plan, tell: Tell) -> None:
    """A made city with no more cameras than the plan says, all near each other, so that calls are granted them."""
    city = ground.folder / "city"
    tell("making a city")
    await processes.run(*processes.BONGSU, "world", "make", str(city), "--seed", str(plan.seed))
    few = ground.folder / "few.csv"
    await asyncio.to_thread(_nearest, city / "cctv.csv", few, plan.cameras)
    pieces = Pieces(cctv=few, osm=city / "city.osm.pbf", seed=plan.seed)
    await common.furnish(ground, pieces, KINDS, tell)
    recorded = f'record = "all"\nrecord_max = {plan.cameras}\nmax_cameras = {2 * plan.cameras}\ncamera_mbps = {MBPS}'
    ground.config.write_text(common.settings_of(ground, KINDS, recorded), "utf-8")


def _nearest(register: Path, few: Path, count: int) -> None:
    rows = list(csv.DictReader(io.StringIO(register.read_text("cp949"))))
    spots = [Point(float(row[LON]), float(row[LAT])) for row in rows]
    middle = spots[len(spots) // 2]
    near = sorted(range(len(rows)), key=lambda at: distance_m(spots[at], middle))[:count]
    with few.open("w", encoding="cp949", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows[at] for at in near)


@asynccontextmanager
async def standing(ground: Ground) -> AsyncIterator[Standing]:
    """Start the cameras, the police and the platform, and end exactly these at the end."""
    logs = ground.folder / "logs"
    logs.mkdir(exist_ok=True)
    started: list[Process] = []

    async def start(name: str, *words: str) -> Process:
        started.append(await processes.start(words, logs / f"{name}.log", ground.keys))
        return started[-1]

    try:
        cameras = await start("cameras", *MORTAL, str(ground.ports.cameras), "--hoard")
        await common.listening(cameras, ground.ports.cameras, logs / "cameras.log")
        await start("police", *common.police_words(ground))
        platform = await start("platform", *processes.BONGSU, "serve", "--config", str(ground.config))
        await common.usable(ground, platform, logs / "platform.log")
        tree = (platform.pid, *processes.descendants(platform.pid))
        video = processes.listener_of(ground.ports.video, tree)
        yield Standing(ground=ground, cameras=Cameras(cameras), video_pid=video)
    finally:
        for process in reversed(started):
            await processes.end(process)
