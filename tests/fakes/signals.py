"""A junction of four approaches, its record, crews that cross it, and a street of simulated controllers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bongsu.core.geo import Point
from bongsu.core.signal import Crossing, Phase, PriorityAsk, Signal, Strategy, Turn, VehicleClass
from bongsu.world.signals import server
from bongsu.world.signals.plan import Junction
from bongsu.world.signals.server import Street

KEY = "key-of-the-signal-street-0123456789"
LEFT = (Turn.LEFT,)
QUICK: dict[str, Any] = {
    "split_ms": 2_000, "green_at_least_ms": 300, "yellow_ms": 200, "red_clearance_ms": 100,
}  # fmt: skip


def eight_phases(**times: Any) -> tuple[Phase, ...]:
    """The usual dual ring: north-south between the first barriers, east-west between the second."""
    walk = times.pop("walk", {"walk_ms": 7_000, "walk_clearance_ms": 14_000} if not times else {})
    left, through = ({**times}, {**times, **walk}) if times else ({"split_ms": 20_000}, {"split_ms": 50_000, **walk})
    return (
        Phase(number=1, heading_deg=180, turns=LEFT, ring=1, barrier=1, **left),
        Phase(number=2, heading_deg=0, ring=1, barrier=1, **through),
        Phase(number=3, heading_deg=270, turns=LEFT, ring=1, barrier=2, **left),
        Phase(number=4, heading_deg=90, ring=1, barrier=2, **through),
        Phase(number=5, heading_deg=0, turns=LEFT, ring=2, barrier=1, **left),
        Phase(number=6, heading_deg=180, ring=2, barrier=1, **through),
        Phase(number=7, heading_deg=90, turns=LEFT, ring=2, barrier=2, **left),
        Phase(number=8, heading_deg=270, ring=2, barrier=2, **through),
    )


def a_junction(name: str = "S1", **more: Any) -> Junction:
    return Junction(id=name, phases=more.pop("phases", eight_phases()), **more)


def a_signal(url: str = "http://10.20.0.7:8080/S1", **more: Any) -> Signal:
    phases = more.pop("phases", eight_phases())
    return Signal(name="잠실역 사거리", where=Point(127.1, 37.5), url=url, phases=phases, **more)


def a_crossing(now_ms: int, in_s: float = 20.0, **more: Any) -> Crossing:
    """A fire engine that comes from the south and drives on north, through within ten seconds."""
    arrives_ms = now_ms + round(in_s * 1000)
    told = {
        "unit": "E1", "incident": "I1", "vehicle": VehicleClass.FIRE, "signal": "S1",
        "arrives_ms": arrives_ms, "leaves_ms": arrives_ms + 10_000,
        "from_bearing_deg": 0.0, "to_bearing_deg": 0.0,
    }  # fmt: skip
    return Crossing(**{**told, **more})


def an_ask(now_ms: int, phase: int = 4, in_s: float = 20.0, **more: Any) -> PriorityAsk:
    arrives_ms = now_ms + round(in_s * 1000)
    told = {
        "key": "C:I1:E1", "version": 1, "vehicle": VehicleClass.FIRE, "strategy": Strategy.PREEMPT, "phase": phase,
        "arrives_ms": arrives_ms, "leaves_ms": arrives_ms + 10_000, "lease_ms": 60_000,
    }  # fmt: skip
    return PriorityAsk(**{**told, **more})


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def a_street(*junctions: Junction, port: int = 0) -> AsyncIterator[tuple[Street, str]]:
    """Controllers behind a real port of this machine, and the address they are at."""
    street = Street(junctions, key=KEY, now_ms=now_ms)
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(server.serve(street, host="127.0.0.1", port=port, ready=ready.set_result))
    try:
        yield street, f"http://127.0.0.1:{await ready}"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
