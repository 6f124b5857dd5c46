"""One run of the video drill, from an empty folder to a verdict."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from pathlib import Path

from bongsu.core.geo import Point
from bongsu.drills.outcome import Outcome
from bongsu.drills.police_video import tickets
from bongsu.drills.police_video.ground import Tell, lay
from bongsu.drills.police_video.hands import Case, Hands, seated
from bongsu.drills.police_video.places import call_places
from bongsu.drills.police_video.run import keep_apart
from bongsu.drills.video import deaths, ends, floors, leaks, masks
from bongsu.drills.video.findings import Findings
from bongsu.drills.video.ground import Standing, furnish, standing
from bongsu.drills.video.looking import REASON, look
from bongsu.drills.video.plan import Plan
from bongsu.drills.video.report import report
from bongsu.world.partner.viewing import Viewing

SETTLE_S = 10.0
PAST_S = 100.0
"""There must be recordings from before the floor of a grant, which lies a minute before its call."""

REST_S = 15.0
"""After so long everything that belonged to a connection that broke is let go: a camera nobody watches lingers 10 s."""


async def drill(plan: Plan, tell: Tell, *, keep: Path | None = None) -> Outcome:
    """Run the whole platform over mortal cameras in a temporary folder (or in `keep`, which stays).

    Raises Unavailable when the ground cannot be laid.
    """
    began = time.monotonic()
    found = Findings(plan=plan)
    with tempfile.TemporaryDirectory(prefix="bongsu-drill-", ignore_cleanup_errors=True) as temporary:
        folder = keep.resolve() if keep is not None else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        ground = lay(folder)
        await furnish(ground, plan, tell)
        async with standing(ground) as stands, seated(ground, random.Random(plan.seed)) as hands:
            await _exercise(found, stands, hands, tell)
    found.seconds = round(time.monotonic() - began, 1)
    return report(found)


async def _exercise(found: Findings, stands: Standing, hands: Hands, tell: Tell) -> None:
    await keep_apart(hands)
    columns = (await hands.operator.get("/v1/cameras")).raise_for_status().json()
    cameras = [str(camera) for camera in columns["id"]]
    spots = [Point(float(lon), float(lat)) for lon, lat in zip(columns["lon"], columns["lat"], strict=True)]
    recorded_s = time.monotonic()
    await _soak(found, stands, hands, cameras, tell)
    tell(f"{found.plan.ends} rights end under the eyes of who looks")
    found.ends = await ends.end_all(hands, call_places(spots, found.plan.ends, hands.chance), cameras)
    await asyncio.sleep(max(0.0, recorded_s + PAST_S - time.monotonic()))
    first, second, third = [await _rung(hands, spot) for spot in call_places(spots, 3, hands.chance)]
    tell("a bad gateway; forged, replayed and borrowed tickets")
    found.bad_unleased = await ends.bad_gateway(hands, third)
    found.misuse = await tickets.misuse(hands, first, second)
    tell("behind the floor, and behind a mask")
    if first.given is not None:
        found.floors = await floors.look_back(hands, first.given)
        found.masks = await masks.hide(hands, first.given)


async def _rung(hands: Hands, spot: Point) -> Case:
    case = hands.new_case(spot)
    await hands.ring(case)
    return case


async def _soak(found: Findings, stands: Standing, hands: Hands, cameras: list[str], tell: Tell) -> None:
    tell(f"{len(cameras)} cameras are watched for {found.plan.soak_s:g} s, and fall ill")
    looks: dict[str, Viewing] = {}
    for camera in cameras:
        looks[camera] = await look(hands.operator, camera, reason=REASON)
    await asyncio.gather(*(ends.plays(viewing) for viewing in looks.values()))
    at_once = await deaths.all_once(stands.cameras, looks)
    await asyncio.sleep(SETTLE_S)
    pids = (stands.video_pid, stands.cameras.process.pid)
    before = [leaks.read(pid) for pid in pids]
    async with leaks.watched(pids[0]) as video, leaks.watched(pids[1]) as hoard:
        found.illnesses = at_once + await deaths.soak(stands.cameras, looks, found.plan, hands.chance)
    await asyncio.sleep(REST_S)
    held = [
        leaks.Held(before=was, after=leaks.read(pid), rss_mb_per_min=leaks.slope(readings))
        for pid, was, readings in zip(pids, before, (video, hoard), strict=True)
    ]
    found.held, found.bad_held = held
    found.stalls = deaths.stalls(looks, found.illnesses)
    for viewing in looks.values():
        await viewing.close()
