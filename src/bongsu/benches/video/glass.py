"""From a click in the operator's console to the first picture that is live, and how old pictures are on the screen."""

from __future__ import annotations

import asyncio
import random
from importlib.resources import files
from pathlib import Path
from typing import Any

from bongsu.benches.video.chromium import Page, page
from bongsu.benches.video.remux import Say
from bongsu.core.errors import Unavailable
from bongsu.drills.measure import percentile
from bongsu.drills.police_video.ground import furnish, lay, standing
from bongsu.drills.police_video.hands import Case, Hands, seated
from bongsu.drills.police_video.places import box_of_map, cameras_in, spread
from bongsu.drills.police_video.plan import Plan
from bongsu.world.partner.terminal import COOKIE
from bongsu.world.police112.stories import KINDS

CLICKS = 30
LOOK_MS = 1500
APART_M = 400.0


async def measure(folder: Path, *, say: Say, clicks: int = CLICKS) -> dict[str, Any]:
    """Two cases whose cameras are watched already are chosen in turn, at random moments of the cameras' beat.

    On the wall with one place, which is judged, and with four: there the platform, Chromium and the simulated cameras,
    which draw and encode every picture, want more of a small machine than it has.
    """
    ground, plan = lay(folder), Plan()
    await furnish(ground, plan, KINDS, say)
    async with standing(ground, plan), seated(ground, random.Random(plan.seed)) as hands:
        cases = await _two_hot_cases(hands)
        incidents = [case.given.incident for case in cases if case.given]
        say("opening the console in Chromium")
        async with page(ground.url, (COOKIE, hands.operator.cookie)) as console:
            await _to_the_wall(console, incidents)
            one, four = [await _look(console, incidents, hands, clicks, places, say) for places in (1, 4)]
    return {"clicks": clicks, **one, "wall_of_four": four}


async def _look(
    console: Page, incidents: list[str], hands: Hands, clicks: int, places: int, say: Say
) -> dict[str, Any]:
    await console.run(f"bongsuBench.ofPlaces({places})")
    live, ages = await _click(console, incidents, hands, clicks)
    figures = {
        "first_live_frame_ms": {"p50": round(percentile(live, 0.5)), "p95": round(percentile(live, 0.95))},
        "pictures": len(ages),
        "glass_ms": {"p50": round(percentile(ages, 0.5)), "p95": round(percentile(ages, 0.95))},
    }
    say(f"wall of {places}: {figures}")
    return figures


async def _two_hot_cases(hands: Hands) -> list[Case]:
    columns = (await hands.operator.get("/v1/cameras")).raise_for_status().json()
    spots = cameras_in(columns, box_of_map(await hands.operator.get_range("/basemap.pmtiles", 0, 126)))
    cases = [hands.new_case(place) for place in spread(spots, 2, APART_M, hands.chance)]
    for case in cases:
        await hands.ring(case)
        if case.given is None or not case.given.cameras:
            raise Unavailable("drill.not_ready", seconds=0, detail="no grant")
        for camera in case.given.cameras[:3]:
            viewing = await hands.look(case.given, camera)
            viewing.decoding = False
    return cases


async def _to_the_wall(console: Page, incidents: list[str]) -> None:
    await console.until("document.querySelector('[data-incident]') !== null")
    await console.run(files("bongsu.benches.video").joinpath("glass.js").read_text("utf-8"))
    for incident in incidents:
        await console.until(f"bongsuBench.isListed({incident!r})")
    if not await console.run(f"bongsuBench.toTheWall({incidents[0]!r})"):
        raise Unavailable("drill.browser", detail="no wall")


async def _click(console: Page, incidents: list[str], hands: Hands, clicks: int) -> tuple[list[float], list[float]]:
    live: list[float] = []
    ages: list[float] = []
    for turn in range(clicks + len(incidents)):
        await asyncio.sleep(hands.chance.uniform(0.0, 1.0))
        waited = await console.run(f"bongsuBench.firstLive({incidents[turn % len(incidents)]!r})")
        seen = await console.run(f"bongsuBench.glass({LOOK_MS})")
        if turn >= len(incidents):  # the first look at each case warms the page up
            live.append(float("inf") if waited is None else waited)
            ages += seen
    return live, ages
