"""Green for the engine that is sent: simulated controllers at every corner of the drawn town, one of them deaf."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from bongsu.core.geo import Point, distance_m
from bongsu.drills import processes
from bongsu.drills.fire.ground import SIGNALS, signals_port
from bongsu.drills.fire.hand import WITHIN_S, Hand
from bongsu.drills.fire.town import CLASS, roads
from bongsu.drills.outcome import Row
from bongsu.drills.police_video.ground import Ground
from bongsu.world.signals.town import register_of, toml_of

DEAF = "S-0001"
"""In the town's south-western corner, where nobody drives."""
DRIVES_MPS, STEP_S, DRIVES_S = 10.0, 1.0, 60.0
Json = dict[str, Any]


@asynccontextmanager
async def controllers(ground: Ground) -> AsyncIterator[Path]:
    """The controllers of the town's corners as a process beside the platform; their register."""
    register = ground.folder / "signals.toml"
    port = signals_port(ground)
    register.write_text(toml_of(register_of(roads(), f"http://127.0.0.1:{port}", (CLASS,))), "utf-8")
    words = ("world", "signals", str(register), "--config", str(ground.config), "--port", str(port), "--deaf", DEAF)
    process = await processes.start((*processes.BONGSU, *words), ground.folder / "signals.log", ground.keys)
    try:
        yield register
    finally:
        await processes.end(process)


async def register_them(ground: Ground, register: Path, hand: Hand) -> list[Row]:
    """Bring them in by `bongsu signals import`; the deaf one, and no other, must be known as one."""
    words = ("signals", "import", str(register), "--user", "drill-admin", "--data", str(ground.data))
    await processes.run(*processes.BONGSU, *words)
    shown, _ = await hand.until("operator", SIGNALS, lambda found: any(one["trouble"] for one in found))
    troubled = [one["id"] for one in shown if one["trouble"]]
    return [Row(name="a deaf controller is named, and no other", value=troubled == [DEAF], limit=True)]


async def exercise(hand: Hand, case: str, sent: tuple[str, ...]) -> list[Row]:
    """The engine drives its way until a light is green for it; then all are called back, and nothing may stand."""
    green_s, strangers = await _drive(hand, sent)
    desk = hand.people["drill-desk"]
    for unit in sent:
        (await desk.delete(f"/v1/incidents/{case}/crews/{unit}")).raise_for_status()
    _, ended_s = await hand.until("operator", SIGNALS, lambda found: not any(one["asks"] for one in found))
    rows: list[Json] = (await hand.people["drill-auditor"].get("/v1/ledger", limit=500)).raise_for_status().json()
    acts = [str(row["act"]) for row in rows]
    return [
        Row(name="driving to green at a junction ahead", value=round(green_s, 1), limit=DRIVES_S, unit="s"),
        Row(name="priority for crews that were not sent", value=len(strangers), limit=0),
        Row(name="called back to no priority standing", value=round(ended_s, 2), limit=WITHIN_S, unit="s"),
        Row(
            name="requests for priority and their ends on the ledger",
            value=acts.count("signal_ask") > 0 and acts.count("signal_end") > 0,
            limit=True,
        ),
    ]


async def _drive(hand: Hand, sent: tuple[str, ...]) -> tuple[float, set[str]]:
    """Seconds of driving until green (more than DRIVES_S: never), and whoever had priority without being sent."""
    way = (await hand.people["drill-engine"].get(f"/v1/crews/{sent[0]}/way")).raise_for_status().json()
    line = [Point(lon, lat) for lon, lat in way["line"]]
    began, strangers = time.monotonic(), set[str]()
    while (passed := time.monotonic() - began) < DRIVES_S:
        await hand.tell(sent[0], along(line, passed * DRIVES_MPS))
        shown: list[Json] = (await hand.people["drill-operator"].get(SIGNALS)).raise_for_status().json()
        asks = [ask for one in shown for ask in one["asks"]]
        strangers |= {ask["unit"] for ask in asks} - set(sent)
        if any(is_green(one, ask) for one in shown for ask in one["asks"] if ask["unit"] == sent[0]):
            return passed, strangers
        await asyncio.sleep(STEP_S)
    return DRIVES_S + STEP_S, strangers


def is_green(junction: Json, ask: Json) -> bool:
    """Whether a junction, as operators see it, holds green for this request: not the green of its own plan."""
    lights = {one["phase"]: one["light"] for one in junction["phases"]}
    return bool(ask["state"] == "active" and junction["mode"] == "holding" and lights.get(ask["phase"]) == "green")


def along(line: list[Point], metres: float) -> Point:
    """The place so far along a line, its end where it is shorter."""
    for start, end in pairwise(line):
        length_m = distance_m(start, end)
        if metres < length_m:
            part = metres / length_m
            return Point(start.lon + (end.lon - start.lon) * part, start.lat + (end.lat - start.lat) * part)
        metres -= length_m
    return line[-1]
